"""Money going back (R9, R18): requested under locks, sent outside them, booked when the provider took it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from community.billing import gateway, notifications, rules, states
from community.billing.models import Allocation, Channel, Invoice, Payment, Refund
from community.billing.services import effects, invoicing, ledger
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ring import ring
from community.kernel.states import move
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


# Asking ------------------------------------------------------------------------------------------


@settled()
def refund_fee(application_id: int, *, by: "Person | None", at: datetime, reason: str) -> None:
    """Port of members: the application ended. Void its open invoices and refund whatever was paid for it (R9).

    In the caller's transaction, with the person locked. Pages are closed and refunds sent after commit.
    """
    for invoice in Invoice.objects.select_for_update().filter(application_id=application_id).order_by("pk"):
        if invoice.is_open:
            invoicing.void(invoice, by=by, at=at, reason=reason)
    for payment in _payments_of(application_id):
        if payment.refundable() > 0:
            request(payment, origin=Refund.Origin.APPLICATION, reason=reason, by=by, at=at)


@settled()
def drop_refund(application_id: int, *, by: "Person | None", at: datetime) -> datetime | None:
    """Port of members: the application runs again. Refunds not yet sent are dropped.

    Returns when the fee was paid if that money counts again, None when nothing was paid or it is on its way back.
    """
    paid_at = None
    for payment in _payments_of(application_id):
        if payment.status != states.APPLIED:
            continue
        waiting = payment.refunds.select_for_update().filter(status=states.REQUESTED)
        for refund in waiting.filter(origin=Refund.Origin.APPLICATION):
            move(states.REFUND, refund, "drop", by=by, at=at, person_id=payment.person_id)
        if payment.refundable() == payment.amount:
            paid_at = max(filter(None, [paid_at, payment.received_at]))
    return paid_at


@settled({"refund_within_payment": "refund.nothing_left"})
def refund_payment(payment: Payment, *, by: "Person", reason: str, at: datetime) -> Refund:
    """The treasurer sends back what is left of a payment. Raises RuleBroken("refund.nothing_left")."""
    if payment.person_id is not None:
        people.lock_person(payment.person_id)
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    return request(locked, origin=Refund.Origin.TREASURER, reason=reason, by=by, at=at)


def request(payment: Payment, *, origin: str, reason: str, by: "Person | None", at: datetime) -> Refund:
    """Request a refund of what is left of a locked payment; sent after commit by the worker or the sweeper."""
    from community.billing import tasks

    amount = payment.refundable()
    if amount <= 0:
        raise RuleBroken("refund.nothing_left")
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        currency=payment.currency,
        origin=origin,
        reason=reason,
        key=uuid.uuid4().hex,
        requested_at=at,
        requested_by=by,
        look_at=at,
    )
    audit.record("refund.request", refund, by=by, at=at, reason=reason, person_id=payment.person_id, new=refund.status)
    ring(tasks.send_refund, refund.pk)
    return refund


def _payments_of(application_id: int) -> list[Payment]:
    """What came in for an application and isn't gone, locked by key."""
    rows = Payment.objects.select_for_update(of=("self",)).filter(invoice__application_id=application_id)
    return list(rows.exclude(status=states.REFUNDED).order_by("pk"))


# Sending -----------------------------------------------------------------------------------------


def send(refund_id: int, *, at: datetime) -> None:
    """Send one requested refund, or ask again about one whose answer was lost. Raises gateway.Unreachable."""
    refund = _claim(refund_id, at=at)
    if refund is None:
        return
    try:
        if refund.status == states.PENDING and refund.external_id:
            record(gateway.fetch_refund(refund.external_id), at=at)
        else:
            record(_sent_before(refund) or _send(refund), at=at)
    except gateway.Refused as refused:
        _refused(refund_id, refused.code, at=at)


@settled()
def _claim(refund_id: int, *, at: datetime) -> Refund | None:
    """Take the row for this worker until its lease ends; from here on it can't be dropped any more."""
    refund = (
        Refund.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("payment")
        .filter(pk=refund_id, status__in=[states.REQUESTED, states.SENDING, states.PENDING])
        .filter(look_at__lte=at, payment__channel=Channel.STRIPE)
        .first()
    )
    if refund is None:
        return None
    lease: dict[str, Any] = {"tries": refund.tries + 1, "look_at": at + max(rules.LEASE, rules.pause(refund.tries))}
    if refund.status == states.REQUESTED:
        move(states.REFUND, refund, "send", by=None, at=at, person_id=refund.payment.person_id, sent_at=at, **lease)
    else:
        Refund.objects.filter(pk=refund_id).update(**lease)
        refund.tries += 1
    return refund


def _sent_before(refund: Refund) -> gateway.SentRefund | None:
    """An earlier try whose answer was lost: keys are forgotten after a day, metadata isn't."""
    if refund.tries <= 1:
        return None
    sent = gateway.refunds_of(refund.payment.external_id)
    return next((one for one in sent if one.metadata.get("refund") == refund.public_id), None)


def _send(refund: Refund) -> gateway.SentRefund:
    return gateway.refund(
        key=refund.key,
        intent_id=refund.payment.external_id,
        money=refund.money,
        metadata={"refund": refund.public_id},
    )


# Recording ---------------------------------------------------------------------------------------


@settled()
def record(sent: gateway.SentRefund, *, at: datetime) -> None:
    """Write down what the provider says about a refund, ours or made in its dashboard; late news changes nothing."""
    payment = _locked_payment(sent.intent_id)
    if payment is None:
        return
    refund = _row_of(sent, payment) or _absorb(sent, payment, at=at)
    refund.payment = payment
    if refund.status == states.SENDING and sent.status in states.REFUND_BOOKED:
        action = "wait" if sent.status == states.PENDING else "succeed"
        _advance(refund, action, at=at, external_id=sent.id)
        ledger.refund_left(refund, of_applied=payment.status == states.APPLIED, at=at)
        notifications.refund_sent(refund, at=at)
    elif refund.status == states.PENDING and sent.status == states.SUCCEEDED:
        _advance(refund, "succeed", at=at)
    elif sent.status == states.FAILED and refund.status not in states.REFUND_GONE:
        _fail(refund, sent.error, at=at, external_id=sent.id)
        return
    if refund.status == states.SUCCEEDED:
        _settle_payment(payment, refund, at=at)


def _locked_payment(intent_id: str) -> Payment | None:
    """The payment behind a provider's id, locked after its person and invoices; None when it isn't ours."""
    payment = Payment.objects.filter(channel=Channel.STRIPE, external_id=intent_id).first()
    return None if payment is None else locked(payment)


def locked(payment: Payment) -> Payment:
    """A payment, locked after its people and invoices (the one order of the house)."""
    owners = Invoice.objects.filter(Q(payments=payment) | Q(allocations__payment=payment))
    concerned = set(owners.values_list("person_id", flat=True))
    for person_id in sorted(concerned if payment.person_id is None else concerned | {payment.person_id}):
        people.lock_person(person_id)
    list(Invoice.objects.select_for_update().filter(pk__in=owners.values("pk")).order_by("pk"))
    return Payment.objects.select_for_update().get(pk=payment.pk)


def _row_of(sent: gateway.SentRefund, payment: Payment) -> Refund | None:
    rows = payment.refunds.select_for_update()
    return (
        rows.filter(external_id=sent.id).first()
        or rows.filter(external_id=None, public_id=sent.metadata.get("refund", "")).first()
    )


def _absorb(sent: gateway.SentRefund, payment: Payment, *, at: datetime) -> Refund:
    """A refund made at the provider: ours are requested for what is left, so those not yet sent give way."""
    if sent.money.amount > payment.refundable():
        for waiting in payment.refunds.select_for_update().filter(status=states.REQUESTED):
            move(
                states.REFUND, waiting, "drop", by=None, at=at, person_id=payment.person_id,
                reason="refunded at the payment provider",
            )  # fmt: skip
    refund = Refund.objects.create(
        payment=payment,
        amount=sent.money.amount,
        currency=sent.money.currency,
        origin=Refund.Origin.PROVIDER,
        status=states.SENDING,
        key=uuid.uuid4().hex,
        external_id=sent.id,
        requested_at=at,
        sent_at=at,
        look_at=at + rules.LEASE,
    )
    audit.record("refund.absorb", refund, by=None, at=at, person_id=payment.person_id, new=refund.status)
    return refund


def _advance(refund: Refund, action: str, *, at: datetime, **fields: Any) -> None:
    if action != "wait":
        fields["settled_at"] = at
    move(states.REFUND, refund, action, by=None, at=at, person_id=refund.payment.person_id, error="", **fields)


def _fail(refund: Refund, error: str, *, at: datetime, **fields: Any) -> None:
    """The try failed and stays on record. Had the money left, it is back: for the same invoice, or for nobody."""
    had_left = refund.status in states.REFUND_BOOKED
    payment = refund.payment
    move(
        states.REFUND, refund, "fail", by=None, at=at, person_id=payment.person_id, error=error, settled_at=at, **fields
    )  # fmt: skip
    if payment.status == states.REFUNDED:
        move(states.PAYMENT, payment, "hold", by=None, at=at, reason=error, case=rules.REFUND_FAILED)
    if had_left:
        ledger.refund_came_back(refund, to_applied=payment.status == states.APPLIED, at=at)


@settled()
def _refused(refund_id: int, code: str, *, at: datetime) -> None:
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if refund.status == states.SENDING:
        _fail(refund, code, at=at)


def _settle_payment(payment: Payment, refund: Refund, *, at: datetime) -> None:
    """R18: only when refunds that arrived reach the payment does anything end."""
    if payment.status == states.REFUNDED:
        return
    if not rules.fully_refunded(payment.amount, payment.refunds.values_list("status", "amount")):
        return
    was_applied = payment.status == states.APPLIED
    move(states.PAYMENT, payment, "refund", by=None, at=at, reason=refund.reason)
    if not was_applied:
        return
    for allocation in Allocation.objects.filter(payment=payment).select_related("invoice"):
        invoice = allocation.invoice
        if invoice.allocations.exclude(payment__status=states.REFUNDED).exists():
            continue
        move(states.INVOICE, invoice, "refund", by=None, at=at, reason=refund.reason, refunded_at=at)
        effects.refunded(invoice, refund, at=at)
