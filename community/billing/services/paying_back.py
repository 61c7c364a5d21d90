"""Refunds by bank transfer (R9, R18): the payer says the account, it is exported once, and marked when it was sent."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from community.billing import notifications, states
from community.billing.models import BankRefund, Channel, Refund, RefundBatch
from community.billing.services import ledger, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of, working_days_later
from community.kernel.errors import RuleBroken
from community.kernel.states import move

if TYPE_CHECKING:
    from community.members.models import Person

DUE_WORKING_DAYS = 3


@settled()
def tell_account(refund: Refund, *, holder: str, bank: str, account: str, by: "Person", at: datetime) -> BankRefund:
    """Where the money shall go, in the payer's own words; due three working days later. Until it is exported it can
    be said anew. Raises RuleBroken("refund.stale")."""
    kept = _locked(refund)
    if kept.status != states.REQUESTED:
        raise RuleBroken("refund.stale")
    case = kept.case
    case.holder, case.bank, case.account = holder, bank, account
    case.told_at, case.told_by = at, by
    case.due_on = case.due_on or working_days_later(day_of(at), DUE_WORKING_DAYS)
    case.save()
    audit.record("refund.account", kept, by=by, at=at, person_id=kept.payment.person_id)
    return case


@settled()
def export(*, by: "Person", at: datetime) -> RefundBatch:
    """Everything that can be transferred and was not exported yet, in one batch. Raises RuleBroken("refund.none_due")."""
    due = list(
        Refund.objects.select_for_update(of=("self",))
        .filter(channel=Channel.BANK, status=states.REQUESTED, case__told_at__isnull=False)
        .select_related("payment", "case")
        .order_by("pk")
    )
    if not due:
        raise RuleBroken("refund.none_due")
    batch = RefundBatch.objects.create(made_at=at, made_by=by)
    for refund in due:
        move(states.REFUND, refund, "send", by=by, at=at, person_id=refund.payment.person_id, sent_at=at)
        BankRefund.objects.filter(refund=refund).update(batch=batch)
    audit.record("refund.export", batch, by=by, at=at, data={"refunds": len(due)})
    return batch


@settled({"bank_refund_serial_once": "transfer.serial_known"})
def mark_sent(refund: Refund, *, serial: str, sent_on: date, by: "Person", at: datetime) -> None:
    """The bank has transferred it, under this serial. Raises RuleBroken: "refund.stale", "transfer.serial_known",
    "transfer.future"."""
    if sent_on > day_of(at):
        raise RuleBroken("transfer.future")
    kept = _locked(refund)
    if kept.status != states.SENDING or kept.channel != Channel.BANK:
        raise RuleBroken("refund.stale")
    BankRefund.objects.filter(refund=kept).update(serial=serial, sent_on=sent_on)
    move(
        states.REFUND, kept, "succeed", by=by, at=at, person_id=kept.payment.person_id, external_id=f"bank:{serial}",
        settled_at=at, data={"serial": serial},
    )  # fmt: skip
    ledger.refund_left(kept, of_applied=kept.payment.status == states.APPLIED, at=at)
    notifications.refund_sent(kept, at=at)
    refunds.settle_payment(kept.payment, kept, at=at)


@settled()
def came_back(refund: Refund, *, by: "Person", reason: str, at: datetime) -> None:
    """The bank could not pay it out, or it was never sent: the try failed and stays on record; it can be made again."""
    kept = _locked(refund)
    if kept.channel != Channel.BANK or kept.status not in (states.SENDING, states.SUCCEEDED):
        raise RuleBroken("refund.stale")
    audit.record("refund.came_back", kept, by=by, at=at, reason=reason, person_id=kept.payment.person_id)
    refunds.fail(kept, reason, at=at)


def forget_accounts(person_id: int) -> int:
    """Somebody is erased: whose account it was goes; that money went there stays in the books."""
    cases = BankRefund.objects.filter(refund__payment__person_id=person_id).exclude(holder="")
    return cases.update(holder="–", bank="", account="")


def _locked(refund: Refund) -> Refund:
    payment = refunds.locked(refund.payment)
    kept = Refund.objects.select_for_update(of=("self",)).select_related("case").get(pk=refund.pk)
    kept.payment = payment
    return kept
