"""Purchases behind the club's figures: who bought, who bought again, what was charged on top of the fees."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from community.billing import states
from community.billing.models import Attempt, Invoice, Refund
from community.billing.selectors.year import MEMBERSHIP
from community.kernel.money import Money

AGAIN_WITHIN = timedelta(days=180)


def _bought() -> QuerySet[Invoice]:
    return Invoice.objects.filter(status=states.PAID, amount__gt=0)


def first_bought_at() -> Subquery:
    """When the outer person first paid for anything that was not given back."""
    return Subquery(_bought().filter(person=OuterRef("pk")).order_by("paid_at").values("paid_at")[:1])


def bought_again() -> Exists:
    """Whether the outer person, who has `bought_at`, paid for something else within 180 days of it."""
    within = {"paid_at__gt": OuterRef("bought_at"), "paid_at__lte": OuterRef("bought_at") + AGAIN_WITHIN}
    return Exists(_bought().filter(person=OuterRef("pk"), **within))


def renewal_tried() -> Exists:
    """Whether somebody began to pay for the year after the outer term, and the money never came."""
    tried = Attempt.objects.filter(invoice__renews=OuterRef("pk"))
    return Exists(tried.exclude(invoice__status=states.PAID))


@dataclass(frozen=True)
class Charged:
    """What a period took in: fees for membership, and everything beside; refunds that arrived taken off."""

    fees: Money
    on_top: Money


def charged(since: datetime, until: datetime, people: QuerySet[Any] | None = None) -> Charged:
    """Of invoices paid in [since, until), by people of a query's keys; one query."""
    back = Refund.objects.filter(status=states.SUCCEEDED, payment__allocations__invoice=OuterRef("pk")).order_by()
    returned = Coalesce(Subquery(back.values("payment__allocations__invoice").annotate(n=Sum("amount")).values("n")), 0)
    rows = Invoice.objects.filter(
        status__in=[states.PAID, states.REFUNDED], paid_at__gte=since, paid_at__lt=until
    ).annotate(back=returned)
    if people is not None:
        rows = rows.filter(person__in=people)
    of_fee = Q(purpose__in=MEMBERSHIP)
    sums = rows.order_by().aggregate(
        fees=Sum("amount", filter=of_fee, default=0), fees_back=Sum("back", filter=of_fee, default=0),
        on_top=Sum("amount", filter=~of_fee, default=0), on_top_back=Sum("back", filter=~of_fee, default=0),
    )  # fmt: skip
    return Charged(Money(int(sums["fees"] - sums["fees_back"])), Money(int(sums["on_top"] - sums["on_top_back"])))


def who_paid_on_top(since: datetime, until: datetime) -> QuerySet[Any]:
    """The keys of people who paid for anything beside the membership in a period."""
    return _bought().filter(paid_at__gte=since, paid_at__lt=until).exclude(purpose__in=MEMBERSHIP).values("person")


def who_paid(since: datetime, until: datetime) -> QuerySet[Any]:
    return _bought().filter(paid_at__gte=since, paid_at__lt=until).values("person")
