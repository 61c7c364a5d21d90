"""Expulsion (product.md §5, People): one administrator proposes with a reason, a second one carries it out."""

from datetime import datetime

from community.kernel import audit, states
from community.kernel.access import ROLES
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import policies, ports
from community.members import states as lifecycle
from community.members.models import Expulsion, Person
from community.members.notifications import standing as notifications
from community.members.services import leaving, roles
from community.members.services.people import lock_person


@settled({"expulsion_one_open": "expulsion.asked"})
def propose(person_id: int, *, reason: str, by: Person, at: datetime) -> Expulsion:
    """Nothing changes yet for the member; the other administrators are told. Raises RuleBroken: "expulsion.own",
    "expulsion.no_member", "role.last_administrator", "expulsion.asked", "suspension.reason"."""
    person = lock_person(person_id)
    policies.may_propose_expulsion(by, person, at=at).insist()
    if not reason.strip():
        raise RuleBroken("suspension.reason")
    expulsion = Expulsion.objects.create(person=person, reason=reason.strip(), asked_at=at, asked_by=by)
    audit.record("expulsion.ask", expulsion, by=by, at=at, reason=expulsion.reason, new=expulsion.status)
    askable = policies.administrators().exclude(pk__in=[by.pk, person.pk])
    notifications.expulsion_waiting(expulsion, askable.order_by("pk"), at=at)
    return expulsion


@settled()
def consent(expulsion_id: int, *, by: Person, at: datetime) -> Expulsion:
    """The second administrator carries it out: the term ends today, everything is given back, roles go, and what was paid
    for days to come is a case of the treasurer's. Raises RuleBroken: "expulsion.stale", "expulsion.own",
    "expulsion.same_person", "expulsion.no_member" for somebody who has left meanwhile, "role.last_administrator"."""
    expulsion = _locked(expulsion_id)
    policies.may_answer_expulsion(by, expulsion).insist()
    person = expulsion.person
    policies.may_propose_expulsion(by, person, at=at).insist()
    states.move(lifecycle.EXPULSION, expulsion, "consent", by=by, at=at, answered_at=at, answered_by=by)
    for role in person.groups.filter(name__in=ROLES).values_list("name", flat=True):
        roles.take(person.pk, role, by=by, at=at, reason=expulsion.reason)
    terms = leaving.end(person, action="term.expel", by=by, at=at, reason=expulsion.reason)
    leaving.gone(person.pk, by=by, at=at, reason="expelled")
    ports.settle_account(person.pk, terms, by=by, at=at, reason=expulsion.reason)
    notifications.expelled(expulsion, at=at)
    return expulsion


@settled()
def refuse(expulsion_id: int, *, by: Person, at: datetime, reason: str) -> Expulsion:
    """The second administrator says no, with a reason for the record. Raises as `consent`, and "suspension.reason"."""
    expulsion = _locked(expulsion_id)
    policies.may_answer_expulsion(by, expulsion).insist()
    return _ended(expulsion, "refuse", by=by, at=at, reason=reason)


@settled()
def withdraw(expulsion_id: int, *, by: Person, at: datetime, reason: str) -> Expulsion:
    """Who proposed takes it back. Raises RuleBroken: "expulsion.stale", "expulsion.not_yours", "suspension.reason"."""
    expulsion = _locked(expulsion_id)
    policies.may_withdraw_expulsion(by, expulsion).insist()
    return _ended(expulsion, "withdraw", by=by, at=at, reason=reason)


@settled()
def readmit(expulsion_id: int, *, by: Person, at: datetime, reason: str) -> Expulsion:
    """Allow somebody who was expelled to apply again, in words that they read. Raises RuleBroken: "expulsion.stale",
    "suspension.reason"."""
    expulsion = _locked(expulsion_id)
    policies.may_readmit(expulsion).insist()
    if not reason.strip():
        raise RuleBroken("suspension.reason")
    expulsion.readmitted_at, expulsion.readmitted_by, expulsion.permission = at, by, reason.strip()
    expulsion.save(update_fields=["readmitted_at", "readmitted_by", "permission"])
    audit.record("expulsion.readmit", expulsion, by=by, at=at, reason=expulsion.permission)
    notifications.may_apply_again(expulsion, at=at)
    return expulsion


def _ended(expulsion: Expulsion, action: str, *, by: Person, at: datetime, reason: str) -> Expulsion:
    if not reason.strip():
        raise RuleBroken("suspension.reason")
    states.move(
        lifecycle.EXPULSION, expulsion, action, by=by, at=at, reason=reason.strip(), answered_at=at, answered_by=by
    )
    return expulsion


def _locked(expulsion_id: int) -> Expulsion:
    person = lock_person(Expulsion.objects.values_list("person_id", flat=True).get(pk=expulsion_id))
    expulsion = Expulsion.objects.select_related("asked_by").get(pk=expulsion_id)
    expulsion.person = person
    return expulsion
