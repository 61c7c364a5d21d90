"""What leaving does to money (R18): everything back within 72 hours, later a case for the treasurer."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import rules, states
from community.billing.models import Allocation, Invoice, Leaving, Payment, Refund
from community.billing.selectors import year
from community.billing.services import invoicing, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members.services import changing, leaving, people

if TYPE_CHECKING:
    from community.members.models import Person, Term


@settled()
def change_mind(person: "Person", *, at: datetime) -> None:
    """R18: within 72 hours everything goes back and the admission is undone. Raises RuleBroken("leaving.too_late"), and for
    a membership the club brought along too: its fee was paid elsewhere."""
    people.lock_person(person.pk)
    if not year.admitted_here(person):
        raise RuleBroken("leaving.too_late")
    application = leaving.change_mind(person.pk, by=person, at=at)
    _void_open(person, by=person, at=at)
    refunds.refund_fee(application.pk, by=person, at=at, reason=rules.WITHIN_72_HOURS)


@settled()
def leave(person: "Person", *, reason: str, at: datetime, why: str = "") -> Leaving | None:
    """The member's own act, any day: the membership ends today, what is unpaid is void, and for days that were paid
    the treasurer has a case (None without any). Raises RuleBroken("leaving.no_membership")."""
    people.lock_person(person.pk)
    terms = leaving.leave(person.pk, by=person, at=at, reason=reason, why=why)
    return settle(person.pk, terms, by=person, at=at, reason=reason)


@settled()
def settle(person_id: int, terms: "list[Term]", *, by: "Person", at: datetime, reason: str) -> Leaving | None:
    """A membership has ended early, by the member or by two administrators: what is unpaid is void, and for the paid days
    of `terms` that are left the treasurer has a case (None without any). A term the club brought along was paid elsewhere:
    its case is there whether or not a balance came along, to be settled by hand."""
    person = people.lock_person(person_id)
    _void_open(person, by=by, at=at)
    paid = sum(year.paid_for(person, term).amount for term in terms)
    left = year.unused_of(person, terms, day_of(at))
    unused = left.here + left.before
    if not unused and not left.unknown:
        return None
    case = Leaving.objects.create(
        person=person, reason=reason, left_at=at, paid=paid, unused=unused.amount, before=left.before.amount
    )
    audit.record("leaving.case", case, by=by, at=at, reason=reason)
    return case


@settled({"refund_within_payment": "leaving.not_covered"})
def decide(
    case: Leaving, *, decision: str, grant: bool = False, refund: bool = False, by: "Person", at: datetime
) -> None:
    """The treasurer closes a case, with what was decided and why. `grant`: the year is held in the tier asked for (R17);
    `refund`: what the case says and was paid here goes back now, in the same act (R18).

    Raises RuleBroken: "leaving.decided", "leaving.not_covered", "leaving.paid_elsewhere".
    """
    people.lock_person(case.person_id)
    if not Leaving.objects.filter(pk=case.pk, decided_at=None).update(decided_at=at, decided_by=by, decision=decision):
        raise RuleBroken("leaving.decided")
    audit.record("leaving.decide", case, by=by, at=at, reason=decision)
    if grant and case.term is not None and case.wants_id is not None and case.term.voided_at is None:
        changing.set_tier(case.term, case.wants_id, by=by, at=at, reason="asked_for_less")

    if refund:
        _send_back(case, reason=decision, by=by, at=at)


def _send_back(case: Leaving, *, reason: str, by: "Person", at: datetime) -> None:
    """From the newest fee on, as far as it is here, nobody disputes it and it paid for nobody else."""
    fees = Invoice.objects.filter(person=case.person_id, purpose__in=year.MEMBERSHIP)
    others = Allocation.objects.exclude(invoice__in=fees).values("payment")
    paid = Payment.objects.filter(allocations__invoice__in=fees, status=states.APPLIED).exclude(pk__in=others)
    ids = list(paid.values_list("pk", flat=True).distinct())
    list(Invoice.objects.select_for_update().filter(allocations__payment__in=ids).order_by("pk"))
    if case.is_elsewhere:
        raise RuleBroken("leaving.paid_elsewhere")
    left = case.here_money.amount
    payments = {
        payment.pk: payment for payment in Payment.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    for payment in sorted(payments.values(), key=lambda one: (one.received_at, one.pk), reverse=True):
        amount = min(left, payment.refundable())
        if amount > 0 and not payment.disputes.filter(status=states.OPEN).exists():
            refunds.request(payment, origin=Refund.Origin.TREASURER, reason=reason, by=by, at=at, amount=amount)
            left -= amount
    if left:
        raise RuleBroken("leaving.not_covered")


@settled()
def void_open(person_id: int, *, by: "Person | None", at: datetime) -> int:
    """Port of members: somebody is erased, and owes nothing any more; how many invoices. Raises what `void` raises."""
    people.lock_person(person_id)
    unpaid = Invoice.objects.select_for_update().filter(person_id=person_id, status=states.OPEN).order_by("pk")
    for invoice in list(unpaid):
        invoicing.void(invoice, by=by, at=at, reason="erased")
    return len(unpaid)


def _void_open(person: "Person", *, by: "Person", at: datetime) -> None:
    """Nothing is owed any more; open payment pages are closed after commit."""
    unpaid = Invoice.objects.select_for_update().filter(person=person, status=states.OPEN)
    for invoice in unpaid.exclude(purpose=Invoice.Purpose.ADMISSION).order_by("pk"):
        invoicing.void(invoice, by=by, at=at, reason="left")
