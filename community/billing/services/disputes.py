"""Disputes of card payments: the money is away while one is open; won, it is back; lost, it is written off."""

from datetime import datetime

from community.billing import gateway, notifications, states
from community.billing.models import Channel, Dispute, Payment
from community.billing.services import effects, ledger, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.states import move


def known(intent_id: str) -> bool:
    """Whether the payment behind a dispute is in our books."""
    return Payment.objects.filter(channel=Channel.STRIPE, external_id=intent_id).exists()


@settled()
def record(fact: gateway.Disputed, *, at: datetime) -> None:
    """Write down what the provider says of a dispute; told twice, late or in any order it changes nothing twice."""
    found = Payment.objects.filter(channel=Channel.STRIPE, external_id=fact.intent_id).first()
    if found is None:
        return
    payment = refunds.locked(found)
    dispute = Dispute.objects.select_for_update(of=("self",)).filter(external_id=fact.id).first()
    dispute = dispute or _open(fact, payment, at=at)
    dispute.payment = payment
    if fact.withdrawn and dispute.withdrawn_at is None:
        dispute.withdrawn_at = at
        dispute.save(update_fields=["withdrawn_at"])
        ledger.dispute_took(dispute, at=at)
    if dispute.status != states.OPEN:
        return
    if fact.due_at != dispute.due_at:
        dispute.due_at = fact.due_at
        dispute.save(update_fields=["due_at"])
    if fact.status == states.WON:
        _won(dispute, at=at)
    elif fact.status == states.LOST:
        _lost(dispute, payment, at=at)


def _open(fact: gateway.Disputed, payment: Payment, *, at: datetime) -> Dispute:
    dispute = Dispute.objects.create(
        external_id=fact.id, payment=payment, amount=fact.money.amount, currency=fact.money.currency,
        reason=fact.reason[:60], due_at=fact.due_at, opened_at=at,
    )  # fmt: skip
    audit.record(
        "dispute.open", dispute, by=None, at=at, person_id=payment.person_id, new=dispute.status, reason=fact.reason
    )
    return dispute


def _won(dispute: Dispute, *, at: datetime) -> None:
    """The money is back as if nothing had been; refunds that waited for the end are sent by the sweeper."""
    move(states.DISPUTE, dispute, "win", by=None, at=at, person_id=dispute.payment.person_id, closed_at=at)
    if dispute.withdrawn_at is not None:
        ledger.dispute_returned(dispute, at=at)


def _lost(dispute: Dispute, payment: Payment, *, at: datetime) -> None:
    """The money is gone: what it paid for is unpaid, refunds of it that were not sent are dropped."""
    move(states.DISPUTE, dispute, "lose", by=None, at=at, person_id=payment.person_id, closed_at=at)
    for waiting in payment.refunds.select_for_update().filter(status=states.REQUESTED):
        move(states.REFUND, waiting, "drop", by=None, at=at, person_id=payment.person_id, reason="a dispute was lost")
    was_applied = payment.status == states.APPLIED
    if dispute.withdrawn_at is not None:
        ledger.dispute_lost(dispute, left=payment.refundable(), of_applied=was_applied, at=at)
    if not states.PAYMENT.allows(payment.status, "lose"):
        return
    move(states.PAYMENT, payment, "lose", by=None, at=at, reason="a dispute was lost")
    for allocation in payment.allocations.select_related("invoice__person") if was_applied else ():
        invoice = allocation.invoice
        if invoice.status == states.PAID:
            move(states.INVOICE, invoice, "reverse", by=None, at=at, reason="a dispute was lost")
            effects.undone(invoice, by=None, reason="a dispute was lost", at=at)
            notifications.taken_back(payment, invoice, at=at)
