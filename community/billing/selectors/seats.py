"""Seats that cost something (R28): the answers to events' ports, and what the office sees of the money."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from community.billing import states
from community.billing.models import Attempt, Invoice, Refund
from community.events import states as seats
from community.events.ports import Bill
from community.events.selectors import prices
from community.kernel.money import Money

if TYPE_CHECKING:
    from community.events.models import Event, Signup

UNDER_WAY = (states.REQUESTED, states.SENDING, states.PENDING, states.SUCCEEDED)


def payment_open(signup_ids: Collection[int]) -> set[int]:
    """Port of events: the signups among these for which a payment page is open."""
    pages = Attempt.objects.filter(status=states.OPEN, invoice__status=states.OPEN, invoice__signup__in=signup_ids)
    return {pk for pk in pages.values_list("invoice__signup_id", flat=True) if pk is not None}


def seat_bill(signup_id: int) -> Bill | None:
    """Port of events: the open invoice of a signup, else the paid one whose money is here and stays."""
    invoice = live_invoices([signup_id]).first()
    if invoice is None:
        return None
    paying = invoice.is_open and Attempt.objects.filter(invoice=invoice, status=states.OPEN).exists()
    return Bill(invoice.number, invoice.money, not invoice.is_open, paying)


def live_invoices(signup_ids: Collection[int]) -> QuerySet[Invoice]:
    """Open ones first, then paid ones without a refund that takes them back."""
    back = Refund.objects.filter(payment__allocations__invoice=OuterRef("pk"), status__in=UNDER_WAY, origin="seat")
    rows = Invoice.objects.filter(signup__in=signup_ids, status__in=[states.OPEN, states.PAID])
    return rows.exclude(Exists(back)).order_by("status", "-pk")


@dataclass(frozen=True)
class Guest:
    """Somebody with a place at an event, and how their money stands: "paid", "paying", "open", "back", "kept" or ""."""

    signup: "Signup"
    money: str
    amount: Money | None = None


@dataclass(frozen=True)
class Purse:
    """An event's money: guests by name, how many paid, and what is here of it after refunds."""

    guests: list[Guest]
    paid: int
    total: Money


def purse_of(event: "Event") -> Purse:
    """Who paid for a seat at an event, who has still to, and whose money went back; four queries."""
    signups = prices.everybody(event)
    invoices = list(Invoice.objects.filter(signup__event=event).exclude(status=states.VOID).order_by("pk"))
    latest = {invoice.signup_id: invoice for invoice in invoices}
    paying = payment_open([signup.pk for signup in signups])
    back = _sent_back(event)
    guests = [_guest(signup, latest.get(signup.pk), paying, back) for signup in signups]
    here = sum(max(i.amount - back.get(i.pk, 0), 0) for i in invoices if i.status in (states.PAID, states.REFUNDED))
    return Purse(
        [guest for guest in guests if guest.money or guest.signup.seat_id],
        sum(guest.money in ("paid", "kept") for guest in guests), Money(here),
    )  # fmt: skip


def _sent_back(event: "Event") -> dict[int, int]:
    """By invoice: what of it was refunded or is on its way back, in minor units."""
    found: dict[int, int] = {}
    refunds = Refund.objects.filter(payment__allocations__invoice__signup__event=event, status__in=UNDER_WAY)
    whole_or_its_own = Q(invoice=None) | Q(invoice=F("payment__allocations__invoice"))
    for pk, amount in refunds.filter(whole_or_its_own).values_list("payment__allocations__invoice", "amount"):
        found[pk] = found.get(pk, 0) + amount
    return found


def _guest(signup: "Signup", invoice: Invoice | None, paying: set[int], back: dict[int, int]) -> Guest:
    if invoice is None:
        return Guest(signup, "")
    if invoice.is_open:
        return Guest(signup, "paying" if signup.pk in paying else "open", invoice.money)
    if invoice.status != states.PAID or back.get(invoice.pk, 0) >= invoice.amount:
        return Guest(signup, "back", invoice.money)
    return Guest(signup, "kept" if signup.status == seats.WITHDRAWN else "paid", invoice.money)
