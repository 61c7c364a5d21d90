"""Bank transfers (R19): a reference for the payer, slips, and money that two people vouch for before it counts."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from community.billing import notifications, policies, rules, states
from community.billing.models import (
    BankSlip,
    BankTransfer,
    Channel,
    Invoice,
    Payment,
    ReceivingEntity,
    Refund,
    StatementRow,
    TransferCode,
)
from community.billing.services import effects, ledger, receiving, refunds
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.kernel.money import Money
from community.kernel.states import move
from community.members.services import clock, documents, people

if TYPE_CHECKING:
    from community.members.models import Person

MOST_SLIPS = 5


class _NotPayable(Exception):
    """One of the invoices can no longer take its share: nothing of the transfer counts."""


# The payer's side --------------------------------------------------------------------------------


def entity_for(currency: str) -> ReceivingEntity | None:
    """Who receives transfers in a currency now."""
    return ReceivingEntity.objects.filter(currency=currency, is_current=True).first()


@settled({"billing_transfercode_invoice_id_key": "busy", "billing_transfercode_code_key": "busy"})
def begin(invoice: Invoice, *, person: "Person", at: datetime) -> TransferCode:
    """The reference to pay an invoice by transfer with, the same each time. Raises RuleBroken: what `may_pay` says,
    "transfer.no_entity" when the club has no account in this currency, "transfer.seat": a seat is held for hours only."""
    locked = people.lock_person(person.pk)
    found = Invoice.objects.select_for_update().get(pk=invoice.pk)
    policies.may_pay(locked, found, at=at).insist()
    if found.purpose == Invoice.Purpose.SEAT:
        raise RuleBroken("transfer.seat")
    if entity_for(found.currency) is None:
        raise RuleBroken("transfer.no_entity")
    code, made = TransferCode.objects.get_or_create(invoice=found, defaults={"made_at": at})
    if made:
        audit.record("transfer.begin", found, by=person, at=at, data={"code": code.code})
    return code


def add_slip(invoice: Invoice, upload: "UploadedFile[bytes]", *, by: "Person", at: datetime) -> BankSlip:
    """Keep what the payer shows, made harmless first. It proves nothing: the treasurer looks at the account (R19).

    Raises RuleBroken: "document.…" naming what is wrong with the file, "slip.count".
    """
    clean = documents.checked(upload)
    return _add_slip(
        invoice.pk, clean.content, clean.content_type, documents.safe_name(upload.name or ""), by=by, at=at
    )


@settled()
def _add_slip(invoice_id: int, content: bytes, content_type: str, name: str, *, by: "Person", at: datetime) -> BankSlip:
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    if invoice.slips.count() >= MOST_SLIPS:
        raise RuleBroken("slip.count")
    slip = BankSlip(invoice=invoice, name=name, content_type=content_type, size=len(content), uploaded_at=at)
    slip.file.save(public_id(), ContentFile(content), save=False)
    slip.save()
    audit.record("slip.add", slip, by=by, at=at, person_id=invoice.person_id)
    return slip


def open_slip(slip: BankSlip, *, by: "Person", at: datetime) -> bytes:
    """The slip's content, with the opening on record. Raises RuleBroken("file.missing")."""
    try:
        content: bytes = slip.file.read()
    except FileNotFoundError:
        raise RuleBroken("file.missing") from None
    audit.record("slip.open", slip, by=by, at=at, person_id=slip.invoice.person_id)
    return content


def forget_slips(person_id: int) -> int:
    """Port of members: somebody is erased, and with them the pictures of their bank's pages; how many."""
    slips = list(BankSlip.objects.select_for_update(of=("self",)).filter(invoice__person_id=person_id))
    for slip in slips:
        slip.delete()
        transaction.on_commit(partial(slip.file.delete, save=False))
    return len(slips)


# The treasurers' side ----------------------------------------------------------------------------


@settled({"transfer_serial_once": "transfer.serial_known"})
def record(
    *,
    serial: str,
    value_on: date,
    payer: str,
    money: Money,
    invoices: Sequence[Invoice] = (),
    note: str = "",
    by: "Person",
    at: datetime,
) -> BankTransfer:
    """Write down what the bank's statement shows; it counts once a second person has confirmed it.

    Raises RuleBroken: "transfer.serial_known", "transfer.future".
    """
    if value_on > day_of(at):
        raise RuleBroken("transfer.future")
    row = StatementRow.objects.select_for_update(of=("self",)).filter(serial=serial).first()
    if row is not None and row.status == states.ARRIVED:
        raise RuleBroken("transfer.serial_known")
    transfer = BankTransfer.objects.create(
        serial=serial, value_on=value_on, payer=payer, amount=money.amount, currency=money.currency, note=note,
        recorded_at=at, recorded_by=by,
    )  # fmt: skip
    transfer.invoices.set(invoices)
    audit.record("transfer.record", transfer, by=by, at=at, new=transfer.status, data={"serial": serial})
    return transfer


@settled()
def withdraw(transfer: BankTransfer, *, by: "Person", reason: str, at: datetime) -> None:
    """Take a record back before it was confirmed: its serial is free again."""
    move(states.TRANSFER, transfer, "withdraw", by=by, at=at, reason=reason)
    _reopen_row(transfer, by=by, reason=reason, at=at)


def confirm(transfer: BankTransfer, *, by: "Person", at: datetime) -> Payment:
    """A second person vouches for it: from here on it is money (R19).

    Raises RuleBroken: "transfer.own_record", "transfer.own_money", "transfer.stale".
    """
    paid_at = rules.paid_at(transfer.value_on, at)
    for person_id in sorted(set(transfer.invoices.values_list("person_id", flat=True))):
        clock.lapse_if_due(person_id, at=paid_at)
    return _confirm(transfer.pk, paid_at=paid_at, by=by, at=at)


@settled({"transfer_four_eyes": "transfer.own_record"})
def _confirm(transfer_id: int, *, paid_at: datetime, by: "Person", at: datetime) -> Payment:
    named = BankTransfer.objects.get(pk=transfer_id).invoices
    for person_id in sorted(set(named.values_list("person_id", flat=True))):
        people.lock_person(person_id)
    effects.lock(named.all())
    invoices = list(named.select_for_update(of=("self",)).select_related("person").order_by("pk"))
    transfer = BankTransfer.objects.select_for_update().get(pk=transfer_id)
    states.TRANSFER.after(transfer.status, "confirm")
    policies.may_confirm(by, transfer, invoices).insist()
    receipt = receiving.Receipt(Channel.BANK, f"{transfer.serial}/{transfer.public_id}", transfer.money, paid_at)
    payment = _receive(receipt, invoices, by=by, at=at)
    move(states.TRANSFER, transfer, "confirm", by=by, at=at, confirmed_at=at, confirmed_by=by, payment=payment)
    return payment


def _receive(receipt: receiving.Receipt, invoices: list[Invoice], *, by: "Person", at: datetime) -> Payment:
    """Decide and book; what is missing of each invoice is its share."""
    came = {invoice.pk: list(receiving.waiting_parts(invoice)) for invoice in invoices}
    asked = [
        rules.Asked(invoice.money, invoice.status, invoice.due_at, sum(part.amount for part in came[invoice.pk]))
        for invoice in invoices
    ]
    decision = rules.decide_transfer(receipt.money, asked, receipt.received_at)
    paid_at = {
        invoice.pk: max([receipt.received_at, *(part.received_at for part in came[invoice.pk])]) for invoice in invoices
    }
    if decision.status == states.APPLIED and not _effects(invoices, paid_at, by=by, at=at):
        decision = rules.Decision(states.HELD, rules.NOT_PAYABLE)
    payers = {invoice.person for invoice in invoices}
    payment = receiving.book(
        receipt, decision, by=by, at=at,
        person=payers.pop() if len(payers) == 1 else None,
        invoice=invoices[0] if len(invoices) == 1 else None,
    )  # fmt: skip
    if payment.status == states.APPLIED:
        for invoice, share in zip(invoices, asked, strict=True):
            receiving.count_for(payment, invoice, amount=share.missing, paid_at=paid_at[invoice.pk], by=by, at=at)
    elif payment.status == states.SURPLUS:
        refunds.request(payment, origin=Refund.Origin.SURPLUS, reason=payment.case, by=None, at=at)
    else:
        notifications.money_held(payment, at=at)
    return payment


def _effects(invoices: list[Invoice], paid_at: dict[int, datetime], *, by: "Person", at: datetime) -> bool:
    """Tell down for each invoice; all or none."""
    try:
        with transaction.atomic():
            for invoice in invoices:
                if not effects.paid(invoice, paid_at=paid_at[invoice.pk], by=by, at=at):
                    raise _NotPayable
    except _NotPayable:
        return False
    return True


def reverse(transfer: BankTransfer, *, by: "Person", reason: str, at: datetime) -> None:
    """Correct a confirmed transfer that was wrong: a booking against it, never an edit (R20). What it paid for is
    unpaid again; record the right one anew.

    Raises RuleBroken: "transfer.stale", "money.refund_running", "transfer.counted_as_part".
    """
    _reverse(transfer.pk, by=by, reason=reason, at=at)


@settled()
def _reverse(transfer_id: int, *, by: "Person", reason: str, at: datetime) -> None:
    found = BankTransfer.objects.select_related("payment").get(pk=transfer_id)
    if found.payment is None:
        raise RuleBroken("transfer.stale")
    payment = refunds.locked(found.payment)
    transfer = BankTransfer.objects.select_for_update(of=("self",)).get(pk=transfer_id)
    if payment.refundable() != payment.amount:
        raise RuleBroken("money.refund_running")
    invoices = [allocation.invoice for allocation in payment.allocations.select_related("invoice__person")]
    if any(invoice.allocations.exclude(payment=payment).exists() for invoice in invoices):
        raise RuleBroken("transfer.counted_as_part")
    ledger.payment_reversed(payment, at=at)
    move(states.PAYMENT, payment, "reverse", by=by, at=at, reason=reason)
    move(states.TRANSFER, transfer, "reverse", by=by, at=at, reason=reason)
    _reopen_row(transfer, by=by, reason=reason, at=at)
    for invoice in invoices:
        move(states.INVOICE, invoice, "reverse", by=by, at=at, reason=reason)
        ledger.invoice_voided(invoice, at=at)
        effects.undone(invoice, by=by, reason=reason, at=at)
        notifications.taken_back(payment, invoice, at=at)


def _reopen_row(transfer: BankTransfer, *, by: "Person", reason: str, at: datetime) -> None:
    """The bank's own row waits to be matched again."""
    for row in StatementRow.objects.select_for_update(of=("self",)).filter(transfer=transfer):
        move(states.STATEMENT_ROW, row, "reopen", by=by, at=at, reason=reason, transfer=None)


@settled({"entity_one_current_per_currency": "busy"})
def name_entity(*, payee: str, bank: str, account: str, currency: str, by: "Person", at: datetime) -> ReceivingEntity:
    """Transfers in a currency go to this account from now on; the former row stays as it was."""
    for former in ReceivingEntity.objects.select_for_update().filter(currency=currency, is_current=True):
        former.is_current = False
        former.save(update_fields=["is_current"])
        audit.record("entity.retire", former, by=by, at=at)
    entity = ReceivingEntity.objects.create(
        payee=payee, bank=bank, account=account, currency=currency, named_at=at, named_by=by
    )
    audit.record("entity.name", entity, by=by, at=at)
    return entity
