"""Codes and how often they are used; counted from the invoices, never stored."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum

from community.billing import selectors, states
from community.billing.models import Coupon, Invoice
from community.kernel.money import Money
from community.members import selectors as members

if TYPE_CHECKING:
    from community.members.models import Person

HOLDS = Q(status__in=states.TAKES_A_USE)


@dataclass(frozen=True)
class Uses:
    """By how many invoices, owed or paid, a code is used: by anybody, and by one person."""

    all: int
    own: int


def uses_of(coupon: Coupon, person: "Person") -> Uses:
    found = Invoice.objects.filter(HOLDS, coupon=coupon).aggregate(all=Count("pk"), own=Count("pk", Q(person=person)))
    return Uses(found["all"], found["own"])


def all_coupons() -> QuerySet[Coupon]:
    """The newest first, with `used`, `paid` and `given` (minor units, off what was paid)."""
    of = {name: Q(**{f"invoices__{key}": value}) for name, key, value in (
        ("held", "status__in", states.TAKES_A_USE), ("paid", "status", states.PAID),
    )}  # fmt: skip
    coupons = Coupon.objects.order_by("-created_at", "-pk").prefetch_related("tiers")
    return coupons.annotate(
        used=Count("invoices", of["held"]), paid=Count("invoices", of["paid"]),
        given=Sum("invoices__discount", filter=of["paid"], default=0),
    )  # fmt: skip


def invoices_with(coupon: Coupon) -> QuerySet[Invoice]:
    """Whose invoices took a code, the newest first; those it was taken off again are not among them."""
    return Invoice.objects.filter(HOLDS, coupon=coupon).select_related("person").order_by("-issued_at", "-pk")


@dataclass(frozen=True)
class Reduced:
    """A tier's price of a day, and what is left of it with a code."""

    tier: Any
    price: Money
    left: Money


def preview(coupon: Coupon, tiers: list[Any], on: date) -> list[Reduced]:
    """What a code that isn't made yet would leave of each tier's price on a day, of those it is for."""
    offers = selectors.offers(tiers or members.tiers(), on)
    return [
        Reduced(offer.tier, offer.price, offer.price - coupon.off(offer.price))
        for offer in offers
        if offer.price is not None
    ]
