"""What leaving does to money (R18): everything back within 72 hours, later a case for the treasurer."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import rules, states
from community.billing.models import Invoice, Leaving
from community.billing.selectors import year
from community.billing.services import invoicing, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members.services import changing, leaving, people

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def change_mind(person: "Person", *, at: datetime) -> None:
    """R18: within 72 hours everything goes back and the admission is undone. Raises RuleBroken("leaving.too_late")."""
    people.lock_person(person.pk)
    application = leaving.change_mind(person.pk, by=person, at=at)
    _void_open(person, at=at)
    refunds.refund_fee(application.pk, by=person, at=at, reason=rules.WITHIN_72_HOURS)


@settled()
def leave(person: "Person", *, reason: str, at: datetime) -> Leaving | None:
    """The member's own act, any day: the membership ends today, what is unpaid is void, and for days that were paid
    the treasurer has a case (None without any). Raises RuleBroken("leaving.no_membership")."""
    people.lock_person(person.pk)
    terms = leaving.leave(person.pk, by=person, at=at, reason=reason)
    _void_open(person, at=at)
    paid = [(term, year.paid_for(person, term)) for term in terms]
    unused = sum(year.unused_of(person, term, day_of(at)) for term in terms)
    if not unused:
        return None
    case = Leaving.objects.create(
        person=person, reason=reason, left_at=at, paid=sum(money.amount for _, money in paid), unused=unused
    )
    audit.record("leaving.case", case, by=person, at=at, reason=reason)
    return case


@settled()
def decide(case: Leaving, *, decision: str, grant: bool = False, by: "Person", at: datetime) -> None:
    """The treasurer closes a case, with what was decided and why. `grant`: the year is held in the tier asked for (R17).

    Raises RuleBroken("leaving.decided").
    """
    people.lock_person(case.person_id)
    if not Leaving.objects.filter(pk=case.pk, decided_at=None).update(decided_at=at, decided_by=by, decision=decision):
        raise RuleBroken("leaving.decided")
    audit.record("leaving.decide", case, by=by, at=at, reason=decision)
    if grant and case.term is not None and case.wants_id is not None and case.term.voided_at is None:
        changing.set_tier(case.term, case.wants_id, by=by, at=at, reason="asked_for_less")


def _void_open(person: "Person", *, at: datetime) -> None:
    """Nothing is owed any more; open payment pages are closed after commit."""
    unpaid = Invoice.objects.select_for_update().filter(person=person, status=states.OPEN)
    for invoice in unpaid.exclude(purpose=Invoice.Purpose.ADMISSION).order_by("pk"):
        invoicing.void(invoice, by=person, at=at, reason="left")
