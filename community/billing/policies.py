"""Who may pay what. The rules of the fee itself are members' (may_pay_fee); these are the invoice's."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import states
from community.billing.models import BankTransfer, Invoice
from community.events import policies as events
from community.events import states as seats
from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.kernel.money import CNY
from community.members import policies as members

if TYPE_CHECKING:
    from community.members.models import Person

OVER = {Invoice.Purpose.RENEWAL: "renewal.over", Invoice.Purpose.UPGRADE: "tier.quote_over"}


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
    """R8, R15, R19: one's own open invoice, while what it is for can still take the money."""
    if not may_see(person, invoice):
        return no("invoice.not_yours")
    if invoice.status == Invoice.Status.VOID:
        return no("invoice.void")
    if not invoice.is_open:
        return no("invoice.paid")
    if invoice.purpose == Invoice.Purpose.SEAT:
        return may_pay_seat(invoice, at=at)
    if invoice.due_at is not None and at >= invoice.due_at:
        return no(OVER.get(invoice.purpose, "fee.over"))
    if invoice.purpose == Invoice.Purpose.UPGRADE:
        return may_pay_upgrade(person, invoice, at=at)
    if invoice.purpose == Invoice.Purpose.RENEWAL:
        return may_pay_renewal(person, invoice, at=at)
    return members.may_pay_fee(person, at=at)


def may_pay_seat(invoice: Invoice, *, at: datetime) -> Verdict:
    """R28: while the seat is offered, up to 30 minutes before the offer ends; on a page that is open as long as it is."""
    signup = invoice.signup
    if signup is not None and signup.status == seats.OFFERED and invoice.attempts.filter(status=states.OPEN).exists():
        return YES
    return events.may_pay_seat(signup, at=at)


def may_ask_fapiao(person: "Person", invoice: Invoice, *, stays: int) -> Verdict:
    """R21: the payer's own paid invoice, in yuan, of which money (`stays`, minor units) is still here."""
    if not may_see(person, invoice):
        return no("invoice.not_yours")
    if invoice.status not in states.WAS_PAID:
        return no("fapiao.not_paid")
    if invoice.currency != CNY:
        return no("fapiao.currency")
    return YES if stays > 0 else no("fapiao.nothing_stays")


def may_pay_renewal(person: "Person", invoice: Invoice, *, at: datetime) -> Verdict:
    """R15: while the term it follows is the last one and can still be renewed."""
    term = members.last_term(person)
    if term is None or term.pk != invoice.renews_id:
        return no("invoice.void")
    return members.may_renew(person, at=at, term=term)


def may_pay_upgrade(person: "Person", invoice: Invoice, *, at: datetime) -> Verdict:
    """R17: while the term it moves is the running one and holds the tier it was quoted for."""
    term = members.running_term(person, day_of(at))
    if term is None or term.pk != invoice.term_id or term.tier_id != invoice.from_tier_id:
        return no("tier.quote_over")
    return members.may_move_up(person, at=at)
