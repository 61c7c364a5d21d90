"""Money that came in (R19): always booked, then applied, surplus or held; never lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import notifications, rules, states
from community.billing.models import Allocation, Invoice, Payment, Refund
from community.billing.services import effects, ledger, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.money import Money
from community.kernel.states import move
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person


@dataclass(frozen=True)
class Receipt:
    """An outside fact: so much arrived through a channel, at the instant the provider captured it."""

    channel: str
    external_id: str
    money: Money
    received_at: datetime
    ours: bool = True


@settled()
def receive(invoice_id: int, receipt: Receipt, *, by: "Person | None" = None, at: datetime) -> Payment:
    """Book money meant for an invoice, once per channel and external id, however often and from wherever told."""
    person = people.lock_person(Invoice.objects.values_list("person_id", flat=True).get(pk=invoice_id))
    known = _known(receipt)
    if known is not None:
        return known
    # A clock that was over when the money was captured is over, swept or not (R9).
    clock.lapse_if_due(person.pk, at=receipt.received_at)
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    decision = _decide(invoice, receipt)
    if decision.status == states.APPLIED and not effects.paid(invoice, paid_at=receipt.received_at, by=by, at=at):
        decision = _decide(invoice, receipt, payable=False)
    payment = Payment.objects.create(
        channel=receipt.channel,
        external_id=receipt.external_id,
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
    if payment.status == states.APPLIED:
        _apply(payment, invoice, paid_at=receipt.received_at, by=by, at=at)
    elif payment.status == states.SURPLUS:
        refunds.request(payment, origin=Refund.Origin.SURPLUS, reason=payment.case, by=None, at=at)
    else:
        notifications.money_held(payment, at=at)
    return payment


def accept(payment: Payment, *, by: "Person", reason: str, at: datetime) -> Payment:
    """The treasurer lets held money count for the person's open invoice of exactly that amount.

    Raises RuleBroken: "payment.stale", "money.refund_running", "money.no_invoice", "money.not_payable".
    """
    if payment.person_id is None:
        raise RuleBroken("money.no_invoice")
    clock.lapse_if_due(payment.person_id, at=at)
    return _accept(payment.pk, person_id=payment.person_id, by=by, reason=reason, at=at)


@settled()
def _accept(payment_id: int, *, person_id: int, by: "Person", reason: str, at: datetime) -> Payment:
    person = people.lock_person(person_id)
    held = Payment.objects.get(pk=payment_id)
    invoice = (
        Invoice.objects.select_for_update()
        .filter(person=person, status=states.OPEN, amount=held.amount, currency=held.currency)
        .first()
    )
    held = Payment.objects.select_for_update().get(pk=payment_id)
    if held.refundable() != held.amount:
        raise RuleBroken("money.refund_running")
    if invoice is None:
        raise RuleBroken("money.no_invoice")
    move(states.PAYMENT, held, "accept", by=by, at=at, reason=reason, case="")
    if not effects.paid(invoice, paid_at=held.received_at, by=by, at=at):
        raise RuleBroken("money.not_payable")
    ledger.payment_accepted(held, invoice, at=at)
    _apply(held, invoice, paid_at=held.received_at, by=by, at=at)
    return held


def _known(receipt: Receipt) -> Payment | None:
    return (
        Payment.objects.select_for_update(of=("self",))
        .filter(channel=receipt.channel, external_id=receipt.external_id)
        .first()
    )


def _decide(invoice: Invoice, receipt: Receipt, *, payable: bool = True) -> rules.Decision:
    return rules.decide(
        received=receipt.money,
        asked=invoice.money,
        invoice_status=invoice.status,
        received_at=receipt.received_at,
        due_at=invoice.due_at,
        ours=receipt.ours,
        payable=payable,
    )


def _apply(payment: Payment, invoice: Invoice, *, paid_at: datetime, by: "Person | None", at: datetime) -> None:
    """The whole payment counts for the whole invoice (through the provider it must match exactly)."""
    Allocation.objects.create(payment=payment, invoice=invoice, amount=payment.amount, allocated_at=at)
    move(states.INVOICE, invoice, "pay", by=by, at=at, paid_at=paid_at)
    notifications.receipt(payment, invoice, at=at)
