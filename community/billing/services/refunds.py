"""Money going back (R9, R18): requested under locks, sent outside them, booked when the provider took it."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from community.billing import gateway, notifications, rules, states
from community.billing.models import Allocation, BankRefund, Channel, Coupon, Invoice, Payment, Refund
from community.billing.selectors import coupons as codes
from community.billing.services import auto_renewals, effects, invoicing, ledger
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
        elif invoice.status == states.PAID and not invoice.amount:  # a code covered it: its use is free again
            move(states.INVOICE, invoice, "refund", by=by, at=at, reason=reason, refunded_at=at)
        auto_renewals.stop_all(invoice.person_id, by=by, at=at)
    refund_all(by=by, at=at, reason=reason, origin=Refund.Origin.APPLICATION, application=application_id)


def refund_all(*, by: "Person | None", at: datetime, reason: str, origin: str, **of: int) -> None:
    """Everything that came in for an application or a signup (`of`) and is still here goes back, its share of a payment
    for several invoices too. In the caller's transaction, with the person and the invoices locked."""
    for payment in _payments_of(**of):
        share = _share_of(payment, **of)
        if share is None and payment.refundable() > 0:
            request(payment, origin=origin, reason=reason, by=by, at=at)
        elif share is not None and (amount := _left_of(share)) > 0:
            request(payment, origin=origin, reason=reason, by=by, at=at, amount=amount, invoice=share.invoice)


@settled()
def drop_refund(application_id: int, *, by: "Person | None", at: datetime) -> datetime | None:
    """Port of members: the application runs again. Refunds not yet sent are dropped.

    Returns when the fee was paid if that money counts again, None when nothing was paid or it is on its way back.
    A fee that a code covered counts again if nobody has taken that use since.
    """
    paid_at = _covered_again(application_id, by=by, at=at)
    for payment in _payments_of(application=application_id):
        if payment.status != states.APPLIED:
            continue
        waiting = payment.refunds.select_for_update().filter(status=states.REQUESTED)
        share = _share_of(payment, application=application_id)
        for refund in waiting.filter(origin=Refund.Origin.APPLICATION, invoice=share.invoice if share else None):
            move(states.REFUND, refund, "drop", by=by, at=at, person_id=payment.person_id)
        if share is None and payment.refundable() == payment.amount or share and _left_of(share) == share.amount:
            paid_at = max(filter(None, [paid_at, payment.received_at]))
    return paid_at


def _covered_again(application_id: int, *, by: "Person | None", at: datetime) -> datetime | None:
    covered = Invoice.objects.select_for_update(of=("self",)).filter(application_id=application_id, amount=0)
    invoice = covered.filter(status=states.REFUNDED).select_related("person").first()
    if invoice is None or invoice.coupon_id is None:
        return None
    coupon = Coupon.objects.select_for_update().get(pk=invoice.coupon_id)
    used = codes.uses_of(coupon, invoice.person)
    if used.own >= coupon.uses_each or (coupon.uses is not None and used.all >= coupon.uses):
        return None
    move(states.INVOICE, invoice, "restore", by=by, at=at, refunded_at=None)
    return invoice.paid_at


@settled({"refund_within_payment": "refund.nothing_left"})
def refund_payment(payment: Payment, *, by: "Person", reason: str, at: datetime, amount: int | None = None) -> Refund:
    """The treasurer sends back what is left of a payment, or a part of it (R18).

    Raises RuleBroken: "refund.nothing_left", "refund.too_much", "refund.disputed" while a dispute is open.
    """
    kept = locked(payment)
    if kept.disputes.filter(status=states.OPEN).exists():
        raise RuleBroken("refund.disputed")
    return request(kept, origin=Refund.Origin.TREASURER, reason=reason, by=by, at=at, amount=amount)


def request(
    payment: Payment,
    *,
    origin: str,
    reason: str,
    by: "Person | None",
    at: datetime,
    amount: int | None = None,
    invoice: Invoice | None = None,
) -> Refund:
    """Request a refund of a locked payment, of what is left unless an amount is named. The provider's is sent after
    commit by the worker or the sweeper; a bank's becomes a case that asks the payer for the account."""
    left = payment.refundable()
    if left <= 0:
        raise RuleBroken("refund.nothing_left")
    if amount is not None and amount > left:
        raise RuleBroken("refund.too_much")
    refund = Refund.objects.create(
        payment=payment,
        channel=_channel(payment, at),
        invoice=invoice,
        amount=left if amount is None else amount,
        currency=payment.currency,
        origin=origin,
        reason=reason,
        key=uuid.uuid4().hex,
        requested_at=at,
        requested_by=by,
        look_at=at,
    )
    audit.record("refund.request", refund, by=by, at=at, reason=reason, person_id=payment.person_id, new=refund.status)
    if refund.channel == Channel.BANK:
        BankRefund.objects.create(refund=refund)
        notifications.refund_account(refund, at=at)
    else:
        ring("billing.send_refund", refund.pk)
    return refund


def _channel(payment: Payment, at: datetime) -> str:
    failed = payment.refunds.filter(status=states.FAILED).order_by("-pk").values_list("error", flat=True).first()
    return rules.refund_channel(payment.channel, payment.method, payment.received_at, at, refused=failed or "")


def _payments_of(**of: int) -> list[Payment]:
    """What came in for an application or a signup and isn't gone, locked by key."""
    wanted = {f"invoice__{name}": pk for name, pk in of.items()}
    shares = Allocation.objects.filter(**wanted).values("payment")
    meant = Q(**wanted) | Q(pk__in=shares)
    gone = (states.REFUNDED, states.REVERSED, states.LOST)
    return list(Payment.objects.select_for_update(of=("self",)).filter(meant).exclude(status__in=gone).order_by("pk"))


def _share_of(payment: Payment, **of: int) -> Allocation | None:
    """What of a payment for several invoices was this application's or signup's; None when all of it is."""
    if payment.invoice_id is not None:
        return None
    wanted = {f"invoice__{name}": pk for name, pk in of.items()}
    return payment.allocations.select_related("invoice").filter(**wanted).first()


def _left_of(share: Allocation) -> int:
    back = share.payment.refunds.filter(invoice=share.invoice).values_list("status", "amount")
    return min(rules.refundable(share.amount, back), share.payment.refundable())


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
        .filter(look_at__lte=at, channel=Channel.STRIPE)
        .exclude(payment__disputes__status=states.OPEN)  # the provider refuses it until the dispute is closed
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
        fail(refund, sent.error, at=at, external_id=sent.id)
        return
    if refund.status == states.SUCCEEDED:
        settle_payment(payment, refund, at=at)


def _locked_payment(intent_id: str) -> Payment | None:
    """The payment behind a provider's id, locked after its person and invoices; None when it isn't ours."""
    payment = Payment.objects.filter(channel=Channel.STRIPE, external_id=intent_id).first()
    return None if payment is None else locked(payment)


def locked(payment: Payment) -> Payment:
    """A payment, locked after its people, events and invoices (the one order of the house)."""
    owners = Invoice.objects.filter(Q(payments=payment) | Q(allocations__payment=payment))
    concerned = set(owners.values_list("person_id", flat=True))
    for person_id in sorted(concerned if payment.person_id is None else concerned | {payment.person_id}):
        people.lock_person(person_id)
    effects.lock(owners)
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


def fail(refund: Refund, error: str, *, at: datetime, **fields: Any) -> None:
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
        fail(refund, code, at=at)


def settle_payment(payment: Payment, refund: Refund, *, at: datetime) -> None:
    """R18: only when refunds that arrived reach the payment, or an invoice's share of it, does anything end."""
    if payment.status == states.REFUNDED:
        return
    back = list(payment.refunds.values_list("status", "amount", "invoice_id"))
    whole = rules.fully_refunded(payment.amount, ((status, amount) for status, amount, _ in back))
    was_applied = payment.status == states.APPLIED
    if whole:
        move(states.PAYMENT, payment, "refund", by=None, at=at, reason=refund.reason)
    if not was_applied:
        return
    for allocation in Allocation.objects.filter(payment=payment).select_related("invoice"):
        invoice = allocation.invoice
        share = [(status, amount) for status, amount, invoice_id in back if invoice_id == invoice.pk]
        others = invoice.allocations.exclude(payment=payment).exclude(payment__status=states.REFUNDED)
        if invoice.status != states.PAID or others.exists():
            continue
        if whole or rules.fully_refunded(allocation.amount, share):
            move(states.INVOICE, invoice, "refund", by=None, at=at, reason=refund.reason, refunded_at=at)
            effects.refunded(invoice, refund, at=at)
