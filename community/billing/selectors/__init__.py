"""Named lists and figures about money; each with a bounded number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Left, Substr

from community.billing import rules, states
from community.billing.models import Invoice, InvoiceNumber, Journal, Line, Payment, Price, Refund, WebhookEvent
from community.kernel.days import day_of
from community.kernel.money import CNY, Money
from community.members import rules as member_rules
from community.members import selectors as members

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
    return list(_unmatched().filter(person=person).select_related("invoice").prefetch_related("refunds")[:20])


# The treasurer's desk ----------------------------------------------------------------------------


def _unmatched() -> QuerySet[Payment]:
    return Payment.objects.filter(status__in=[states.HELD, states.SURPLUS]).order_by("received_at", "pk")


def unmatched() -> QuerySet[Payment]:
    """R19: money that fits nothing, oldest first, with what is already being done about it."""
    return _with_people(_unmatched())


def latest_payments() -> QuerySet[Payment]:
    return _with_people(Payment.objects.order_by("-received_at", "-pk"))


def refunds_to_watch() -> QuerySet[Refund]:
    """Refunds under way and failed ones whose payment still waits for another try."""
    waiting = Q(status__in=[states.REQUESTED, states.SENDING, states.PENDING])
    return (
        Refund.objects.filter(waiting | _failed_and_not_repeated())
        .select_related("payment__person", "payment__invoice", "requested_by")
        .order_by("-requested_at", "-pk")
    )


def _failed_and_not_repeated() -> Q:
    """A failed try is done with when a later one was made or the payment is gone."""
    later = Refund.objects.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    return Q(status=states.FAILED) & ~Exists(later)


def _with_people(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.select_related("person", "invoice").prefetch_related("refunds")


def money_open(person_id: int) -> bool:
    """Port of members: money of this person that has not found its place, or an invoice they could still pay."""
    moving = Refund.objects.filter(payment__person_id=person_id)
    return (
        Invoice.objects.filter(person_id=person_id, status=states.OPEN).exists()
        or Payment.objects.filter(person_id=person_id, status__in=[states.HELD, states.SURPLUS]).exists()
        or moving.filter(status__in=[states.REQUESTED, states.SENDING, states.PENDING]).exists()
        or moving.filter(_failed_and_not_repeated()).exists()
    )


def desk_figures() -> dict[str, int]:
    """The treasurer's figures: how much money fits nothing (count, fen of CNY), how many refunds are under way."""
    kept = _unmatched().aggregate(n=Count("pk"), amount=Sum("amount", filter=Q(currency=CNY), default=0))
    return {"unmatched": kept["n"], "unmatched_amount": kept["amount"], "refunds": refunds_to_watch().count()}


# What must hold ----------------------------------------------------------------------------------


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """Invariants 5 and 8 on the live data (reliability.md): name → what breaks it."""
    return {
        "journal_not_balanced": _unbalanced(),
        "invoice_paid_without_money": _wrongly_paid(),
        "payment_allocated_beyond": _beyond(Sum("allocations__amount")),
        "payment_refunded_beyond": _beyond(Sum("refunds__amount", filter=~Q(refunds__status__in=states.REFUND_GONE))),
        "payment_without_effect": _without_effect(),
        "invoice_numbers_with_gaps": _gaps(),
        "receivable_differs_from_open_invoices": _receivable(),
        "suspense_differs_from_kept_money": _suspense(),
        "webhook_stuck": _stuck(at),
    }


def _unbalanced() -> list[str]:
    sums = Journal.objects.values("fact", "lines__currency").annotate(
        total=Sum("lines__amount", default=0), n=Count("lines")
    )
    return list(sums.filter(~Q(total=0) | Q(n__lt=2)).values_list("fact", flat=True).distinct())


def _wrongly_paid() -> list[str]:
    """Paid (and refunded) if and only if the allocations reach the amount."""
    paid = Q(status__in=[states.PAID, states.REFUNDED])
    wrong = (paid & Q(counted__lt=F("amount"))) | (~paid & Q(counted__gt=0))
    rows = Invoice.objects.annotate(counted=Sum("allocations__amount", default=0)).filter(wrong)
    return list(rows.values_list("number", flat=True))


def _beyond(total: Any) -> list[str]:
    return list(Payment.objects.annotate(total=total).filter(total__gt=F("amount")).values_list("public_id", flat=True))


def _without_effect() -> list[str]:
    """Applied money whose application does not count as paid, and that no refund is named for."""
    return list(
        Payment.objects.filter(
            status=states.APPLIED, invoice__application__isnull=False, invoice__application__paid_at=None
        )
        .annotate(named=Count("refunds", filter=~Q(refunds__status=states.DROPPED)))
        .filter(named=0)
        .values_list("public_id", flat=True)
    )


def _gaps() -> list[str]:
    """Years whose invoices are not numbered 1 to the counter's last."""
    found = {
        int(year): (count, last)
        for year, count, last in Invoice.objects.annotate(
            year=Left("number", 4), serial=Cast(Substr("number", 6), IntegerField())
        )
        .values_list("year")
        .annotate(count=Count("pk"), last=Max("serial"))
        .order_by("year")
    }
    counters = dict(InvoiceNumber.objects.values_list("year", "last"))
    return [
        str(year)
        for year in sorted(found.keys() | counters.keys())
        if found.get(year, (0, 0)) != (counters.get(year, 0), counters.get(year, 0))
    ]


def _balance(account: str) -> dict[str, int]:
    rows = Line.objects.filter(account=account).values_list("currency").annotate(total=Sum("amount"))
    return {currency: total for currency, total in rows.order_by("currency") if total}


def _receivable() -> list[str]:
    owed = Invoice.objects.filter(status=states.OPEN).values_list("currency").annotate(total=Sum("amount"))
    return _differences(_balance(Line.Account.RECEIVABLE), dict(owed.order_by("currency")))


def _suspense() -> list[str]:
    """What suspense owes is what is held or surplus, less the refunds of it that have left."""
    kept: dict[str, int] = {}
    gone = Sum("refunds__amount", filter=Q(refunds__status__in=states.REFUND_BOOKED), default=0)
    for currency, amount, left in _unmatched().annotate(left=gone).values_list("currency", "amount", "left"):
        kept[currency] = kept.get(currency, 0) + amount - left
    return _differences({c: -total for c, total in _balance(Line.Account.SUSPENSE).items()}, kept)


def _differences(booked: dict[str, int], real: dict[str, int]) -> list[str]:
    return [
        f"{currency}: books {booked.get(currency, 0)}, rows {real.get(currency, 0)}"
        for currency in sorted(booked.keys() | real.keys())
        if booked.get(currency, 0) != real.get(currency, 0)
    ]


def _stuck(at: datetime) -> list[str]:
    """Told more than five minutes ago and never worked on."""
    late = WebhookEvent.objects.filter(status=states.RECEIVED, received_at__lt=at - rules.LEASE * 2)
    return list(late.values_list("event_id", flat=True)[:100])
