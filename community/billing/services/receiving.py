"""Money that came in (R19): always booked, then applied, surplus or held; never lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from community.billing import notifications, rules, states
from community.billing.models import Allocation, AutoRenewal, Invoice, Payment, Refund
from community.billing.services import effects, ledger, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.money import Money
from community.kernel.states import move
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person


ORIGINS = {rules.SEAT_GONE: Refund.Origin.SEAT, rules.AUTO_OFF: Refund.Origin.AUTO_OFF}


@dataclass(frozen=True)
class Receipt:
    """An outside fact: so much arrived through a channel, at the instant the provider captured it."""

    channel: str
    external_id: str
    money: Money
    received_at: datetime
    ours: bool = True
    method: str = ""
    charge_id: int | None = None  # of the saved card it was taken from, by us


@settled()
def receive(invoice_id: int, receipt: Receipt, *, by: "Person | None" = None, at: datetime) -> Payment:
    """Book money meant for an invoice, once per channel and external id, however often and from wherever told."""
    person = people.lock_person(Invoice.objects.values_list("person_id", flat=True).get(pk=invoice_id))
    known = _known(receipt)
    if known is not None:
        return known
    # A clock that was over when the money was captured is over, swept or not (R9).
    clock.lapse_if_due(person.pk, at=receipt.received_at)
    effects.lock(Invoice.objects.filter(pk=invoice_id))
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    decision = _decide(invoice, receipt)
    if decision.status == states.APPLIED and not effects.paid(invoice, paid_at=receipt.received_at, by=by, at=at):
        decision = _decide(invoice, receipt, payable=False)
    payment = book(receipt, decision, person=person, invoice=invoice, by=by, at=at)
    if payment.status == states.APPLIED:
        count_for(payment, invoice, amount=payment.amount, paid_at=receipt.received_at, by=by, at=at)
    elif payment.status == states.SURPLUS:
        origin = ORIGINS.get(payment.case, Refund.Origin.SURPLUS)
        refunds.request(payment, origin=origin, reason=payment.case, by=None, at=at)
    else:
        notifications.money_held(payment, at=at)
    return payment


def book(
    receipt: Receipt,
    decision: rules.Decision,
    *,
    person: "Person | None",
    invoice: Invoice | None,
    by: "Person | None",
    at: datetime,
) -> Payment:
    """Write the payment and its journal, whatever was decided, in the caller's transaction."""
    payment = Payment.objects.create(
        channel=receipt.channel,
        external_id=receipt.external_id,
        method=receipt.method,
        person=person,
        invoice=invoice,
        amount=receipt.money.amount,
        currency=receipt.money.currency,
        status=decision.status,
        case=decision.case,
        received_at=receipt.received_at,
        recorded_at=at,
    )
    audit.record("payment.receive", payment, by=by, at=at, new=payment.status, reason=payment.case)
    ledger.payment_received(payment, applied=payment.status == states.APPLIED, at=at)
    return payment


def count_for(
    payment: Payment, invoice: Invoice, *, amount: int, paid_at: datetime, by: "Person | None", at: datetime
) -> None:
    """This much of a payment completes an invoice, together with the parts that came before it (product.md §5)."""
    missing = invoice.amount - amount
    for part in waiting_parts(invoice).select_for_update():
        if missing:
            _count_part(part, invoice, by=by, at=at)
        elif part.refundable():  # the invoice was paid in full another way: the part goes back
            move(states.PAYMENT, part, "outrun", by=None, at=at, case=rules.ALREADY_PAID)
            refunds.request(part, origin=Refund.Origin.SURPLUS, reason=part.case, by=None, at=at)
    Allocation.objects.create(payment=payment, invoice=invoice, amount=amount, allocated_at=at)
    move(states.INVOICE, invoice, "pay", by=by, at=at, paid_at=paid_at)
    notifications.receipt(payment, invoice, at=at)


def settle(invoice: Invoice, *, by: "Person", at: datetime) -> None:
    """Nothing is left to pay of an open, locked invoice: it is paid without a payment, and what it is for begins at once
    (R8, R15). In the caller's transaction. Raises RuleBroken("invoice.stale") when that can't begin any more."""
    if invoice.amount:
        raise ValueError(f"{invoice} is owed")
    if not effects.paid(invoice, paid_at=at, by=by, at=at):
        raise RuleBroken("invoice.stale")
    move(states.INVOICE, invoice, "pay", by=by, at=at, reason="a code covers it", paid_at=at)
    notifications.settled(invoice, at=at)


def waiting_parts(invoice: Invoice) -> "QuerySet[Payment]":
    """Parts of an invoice that have come and wait for the rest; those on their way back don't count."""
    return (
        Payment.objects.filter(invoice=invoice, status=states.HELD, case=rules.PART)
        .exclude(Exists(Refund.objects.filter(payment=OuterRef("pk")).exclude(status__in=states.REFUND_GONE)))
        .order_by("pk")
    )


def _count_part(part: Payment, invoice: Invoice, *, by: "Person | None", at: datetime) -> None:
    move(states.PAYMENT, part, "accept", by=by, at=at, reason="the rest has come", case="")
    ledger.payment_accepted(part, invoice, at=at)
    Allocation.objects.create(payment=part, invoice=invoice, amount=part.amount, allocated_at=at)


def accept(payment: Payment, *, by: "Person", reason: str, at: datetime, number: str = "") -> Payment:
    """The treasurer lets held money count: for the invoice of this number, else for the payer's open invoice of
    exactly that amount.

    Raises RuleBroken: "payment.stale", "money.refund_running", "money.no_invoice", "money.not_payable".
    """
    person_id = payment.person_id
    if number:
        person_id = Invoice.objects.filter(number=number).values_list("person_id", flat=True).first()
    if person_id is None:
        raise RuleBroken("money.no_invoice")
    clock.lapse_if_due(person_id, at=at)
    return _accept(payment.pk, person_id=person_id, number=number, by=by, reason=reason, at=at)


@settled()
def _accept(payment_id: int, *, person_id: int, number: str, by: "Person", reason: str, at: datetime) -> Payment:
    person = people.lock_person(person_id)
    held = Payment.objects.get(pk=payment_id)
    fitting = Invoice.objects.filter(person=person, status=states.OPEN, amount=held.amount, currency=held.currency)
    fitting = fitting.filter(number=number) if number else fitting
    effects.lock(fitting)
    invoice = fitting.select_for_update().first()
    held = Payment.objects.select_for_update().get(pk=payment_id)
    if held.refundable() != held.amount:
        raise RuleBroken("money.refund_running")
    if invoice is None:
        raise RuleBroken("money.no_invoice")
    move(
        states.PAYMENT, held, "accept", by=by, at=at, reason=reason, person_id=person.pk, case="", person=person,
        invoice=invoice,
    )  # fmt: skip
    if not effects.paid(invoice, paid_at=held.received_at, by=by, at=at):
        raise RuleBroken("money.not_payable")
    ledger.payment_accepted(held, invoice, at=at)
    count_for(held, invoice, amount=held.amount, paid_at=held.received_at, by=by, at=at)
    return held


def _known(receipt: Receipt) -> Payment | None:
    return (
        Payment.objects.select_for_update(of=("self",))
        .filter(channel=receipt.channel, external_id=receipt.external_id)
        .first()
    )


def _decide(invoice: Invoice, receipt: Receipt, *, payable: bool = True) -> rules.Decision:
    """A seat is held while its page is open, past the end of the offer if need be (product.md §5): its own state says
    whether the money still counts, and no deadline does."""
    of_seat = invoice.purpose == Invoice.Purpose.SEAT
    decision = rules.decide(
        received=receipt.money,
        asked=invoice.money,
        invoice_status=invoice.status,
        received_at=receipt.received_at,
        due_at=None if of_seat else invoice.due_at,
        ours=receipt.ours,
        payable=payable,
    )
    if receipt.charge_id is not None:
        on = AutoRenewal.objects.filter(charges=receipt.charge_id, status=states.ON).exists()
        return rules.for_a_saved_card(decision, on=on)
    return rules.for_a_seat(decision) if of_seat else decision
