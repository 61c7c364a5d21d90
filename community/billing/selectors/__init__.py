"""Named lists and figures about money; each with a bounded number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from community.billing import rules, states
from community.billing.models import Invoice, Payment, Price
from community.billing.selectors import treasury
from community.billing.selectors.invariants import broken_invariants
from community.billing.selectors.treasury import desk_figures, latest_payments, money_open, refunds_to_watch, unmatched
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members import rules as member_rules
from community.members import selectors as members

__all__ = ["broken_invariants", "desk_figures", "latest_payments", "money_open", "refunds_to_watch", "unmatched"]

if TYPE_CHECKING:
    from community.members.models import Application, Person


@dataclass(frozen=True)
class Offer:
    """A tier at the price of the day."""

    tier: Any
    price: Money | None


def fee_card(at: datetime) -> list[Offer]:
    """R12: every tier of today with its price, in the administrators' order."""
    return offers(members.tiers(), at)


def offers(tiers: Iterable[Any], at: datetime) -> list[Offer]:
    """R13: these tiers at the price of the community day."""
    tiers = list(tiers)
    prices: dict[int, list[tuple[Any, Money]]] = {}
    for price in Price.objects.filter(tier__in=[tier.pk for tier in tiers], valid_from_on__lte=day_of(at)):
        prices.setdefault(price.tier_id, []).append((price.valid_from_on, price.money))
    return [Offer(tier, rules.price_of_day(prices.get(tier.pk, []), day_of(at))) for tier in tiers]


def invoices_of(person: "Person") -> QuerySet[Invoice]:
    return Invoice.objects.filter(person=person)


def invoice_of(person: "Person", number: str) -> Invoice | None:
    """One's own invoice by its number; None for somebody else's, as for one that doesn't exist."""
    return Invoice.objects.filter(person=person, number=number).select_related("application", "tier", "person").first()


def open_invoice(person: "Person") -> Invoice | None:
    """The invoice the person should pay now."""
    return invoices_of(person).filter(status=states.OPEN).first()


def open_renewal(person: "Person") -> Invoice | None:
    """R15: the unpaid invoice for the next year."""
    unpaid = invoices_of(person).filter(status=states.OPEN, purpose=Invoice.Purpose.RENEWAL)
    return unpaid.select_related("renews", "tier").first()


def fee_due_at(application: "Application | None") -> datetime | None:
    """R8: when the fee of an approved, unpaid application is due; before attendance its clock's end is near enough."""
    if application is None or application.clock_ends_at is None or application.paid_at is not None:
        return None
    if application.attended_at is None:
        return application.clock_ends_at
    return member_rules.fee_due_at(application.clock_ends_at, application.attended_at)


def payments_for(invoice: Invoice) -> list[Payment]:
    """What came in for an invoice, with the refunds; at most 20."""
    return list(invoice.payments.prefetch_related("refunds").order_by("received_at", "pk")[:20])


def kept_for(person: "Person") -> list[Payment]:
    """Money of this person that fits nothing yet; at most 20."""
    return list(treasury.kept().filter(person=person).select_related("invoice").prefetch_related("refunds")[:20])
