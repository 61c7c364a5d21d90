"""Who may pay what. The rules of the fee itself are members' (may_pay_fee); these are the invoice's."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from community.billing.models import BankTransfer, Invoice
from community.kernel.errors import YES, Verdict, no
from community.members import policies as members

if TYPE_CHECKING:
    from community.members.models import Person


def may_see(person: "Person", invoice: Invoice) -> bool:
    """One's own; what is somebody else's answers like what doesn't exist."""
    return invoice.person_id == person.pk


def may_confirm(person: "Person", transfer: BankTransfer, invoices: "Iterable[Invoice]") -> Verdict:
    """R19: four eyes. Nobody confirms what they wrote down, nor money that pays for themselves."""
    if transfer.recorded_by_id == person.pk:
        return no("transfer.own_record")
    if any(invoice.person_id == person.pk for invoice in invoices):
        return no("transfer.own_money")
    return YES


def may_pay(person: "Person", invoice: Invoice, *, at: datetime) -> Verdict:
    """R8, R19: one's own open invoice, while what it is for can still take the money."""
    if not may_see(person, invoice):
        return no("invoice.not_yours")
    if invoice.status == Invoice.Status.VOID:
        return no("invoice.void")
    if not invoice.is_open:
        return no("invoice.paid")
    if invoice.due_at is not None and at >= invoice.due_at:
        return no("fee.over")
    return members.may_pay_fee(person, at=at)
