"""Suspension (product.md §5, People): rights rest until a day, the term runs on. Standing follows from the row alone."""

from datetime import date, datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import policies
from community.members.models import Person, Suspension
from community.members.notifications import standing as notifications
from community.members.services import leaving
from community.members.services.people import lock_person


@settled({"suspension_no_overlap": "suspension.running"})
def suspend(person_id: int, *, ends_on: date, reason: str, note: str, by: Person, at: datetime) -> Suspension:
    """From today until `ends_on`, a day with rights again. Seats, offers and places in line go back in the same act,
    posts close. `reason` is read by the person, `note` by administrators.

    Raises RuleBroken: "suspension.own", "suspension.running", "suspension.no_member", "suspension.end",
    "suspension.reason"; Person.DoesNotExist.
    """
    person = lock_person(person_id)
    policies.may_suspend(by, person, at=at).insist()
    policies.suspension_ends(ends_on, at=at).insist()
    suspension = Suspension.objects.create(
        person=person, begins_on=day_of(at), ends_on=ends_on, reason=_said(reason), note=note.strip(), set_at=at, set_by=by
    )  # fmt: skip
    data = {"ends_on": ends_on.isoformat()}
    audit.record("suspension.set", suspension, by=by, at=at, reason=suspension.reason, data=data)
    leaving.give_back(person_id, by=by, at=at, reason="suspended")
    notifications.suspended(suspension, at=at)
    return suspension


@settled()
def move_end(suspension_id: int, *, ends_on: date, reason: str, by: Person, at: datetime) -> Suspension:
    """Another last day, later or earlier, with a reason the person reads. Raises RuleBroken: "suspension.own",
    "suspension.over", "suspension.end", "suspension.reason"."""
    suspension = _locked(suspension_id)
    policies.may_change_suspension(by, suspension, at=at).insist()
    policies.suspension_ends(ends_on, at=at).insist()
    data = {"ends_on": [suspension.ends_on.isoformat(), ends_on.isoformat()]}
    if ends_on == suspension.ends_on:
        return suspension
    suspension.ends_on = ends_on
    suspension.save(update_fields=["ends_on"])
    entry = audit.record("suspension.move", suspension, by=by, at=at, reason=_said(reason), data=data)
    notifications.suspension_moved(suspension, reason=_said(reason), entry_id=entry.pk, at=at)
    return suspension


@settled()
def lift(suspension_id: int, *, reason: str, by: Person, at: datetime) -> Suspension:
    """It ends now: today is a day with rights again. What was given back stays with whoever has it. Raises as
    `move_end`."""
    suspension = _locked(suspension_id)
    _end(suspension, reason=_said(reason), by=by, at=at)
    notifications.suspension_lifted(suspension, reason=_said(reason), at=at)
    return suspension


@settled()
def appeal(suspension_id: int, *, words: str, by: Person, at: datetime) -> Suspension:
    """The person's side, once, while it lasts; administrators are told. Raises RuleBroken: "appeal.once",
    "appeal.empty", "suspension.over"."""
    suspension = _locked(suspension_id)
    policies.may_appeal(by, suspension, at=at).insist()
    if not words.strip():
        raise RuleBroken("appeal.empty")
    suspension.appeal, suspension.appealed_at = words.strip(), at
    suspension.save(update_fields=["appeal", "appealed_at"])
    audit.record("suspension.appeal", suspension, by=by, at=at)
    askable = policies.administrators().exclude(pk=by.pk)
    if policies.others(suspension):
        askable = askable.exclude(pk=suspension.set_by_id)
    notifications.appeal_waiting(suspension, askable.order_by("pk"), at=at)
    return suspension


@settled()
def answer(suspension_id: int, *, words: str, lifts: bool, by: Person, at: datetime) -> Suspension:
    """An appeal is answered by another administrator than who suspended, where there is one; `lifts`: and the suspension
    ends with it. Raises RuleBroken: "suspension.own", "appeal.stale", "appeal.another", "suspension.reason"."""
    suspension = _locked(suspension_id)
    policies.may_answer_appeal(by, suspension, at=at).insist()
    suspension.answer, suspension.answered_at, suspension.answered_by = _said(words), at, by
    suspension.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record("suspension.answer", suspension, by=by, at=at, reason=suspension.answer, data={"lifts": lifts})
    lifted = lifts and bool(policies.may_change_suspension(by, suspension, at=at))
    if lifted:
        _end(suspension, reason=suspension.answer, by=by, at=at)
    notifications.appeal_answered(suspension, lifted=lifted, at=at)
    return suspension


def _end(suspension: Suspension, *, reason: str, by: Person, at: datetime) -> None:
    policies.may_change_suspension(by, suspension, at=at).insist()
    data = {"ends_on": [suspension.ends_on.isoformat(), day_of(at).isoformat()]}
    suspension.ends_on, suspension.lifted_at, suspension.lifted_by = day_of(at), at, by
    suspension.save(update_fields=["ends_on", "lifted_at", "lifted_by"])
    audit.record("suspension.lift", suspension, by=by, at=at, reason=reason, data=data)


def _locked(suspension_id: int) -> Suspension:
    """The person's row first, as everywhere; then the suspension as it stands now."""
    person = lock_person(Suspension.objects.values_list("person_id", flat=True).get(pk=suspension_id))
    suspension = Suspension.objects.select_related("set_by").get(pk=suspension_id)
    suspension.person = person
    return suspension


def _said(words: str) -> str:
    if not words.strip():
        raise RuleBroken("suspension.reason")
    return words.strip()
