"""What must hold of the books, checked on the live data (invariants 5 and 8 of reliability.md)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Left, Substr

from community.billing import rules, states
from community.billing.models import (
    Allocation,
    Attempt,
    AutoRenewal,
    Channel,
    Invoice,
    InvoiceNumber,
    Journal,
    Line,
    OpeningBalance,
    Payment,
    ProviderEntry,
    Refund,
    StatementRow,
    WebhookEvent,
)
from community.billing.selectors import payouts
from community.billing.selectors.treasury import kept
from community.events import states as seats
from community.members import states as member_states


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """Invariants 5 and 8 on the live data (reliability.md): name → what breaks it."""
    return {
        "journal_not_balanced": _unbalanced(),
        "invoice_paid_without_money": _wrongly_paid(),
        "payment_allocated_beyond": _beyond(Sum("allocations__amount")),
        "payment_refunded_beyond": _beyond(Sum("refunds__amount", filter=~Q(refunds__status__in=states.REFUND_GONE))),
        "payment_without_effect": _without_effect(),
        "paid_without_what_was_paid_for": _without_what_was_paid_for(),
        "code_used_beyond": _beyond_code(),
        "seat_paid_without_seat": _without_seat(),
        "term_not_in_the_tier_paid_for": _wrong_tier(),
        "invoice_numbers_with_gaps": _gaps(),
        "receivable_differs_from_open_invoices": _receivable(),
        "suspense_differs_from_kept_money": _suspense(),
        "deferred_differs_from_what_is_owed": _deferred(),
        "bank_differs_from_what_arrived": _bank(),
        "transit_differs_from_payouts_on_their_way": _transit(),
        "arrival_differs_from_its_row": _arrivals(),
        "row_of_a_statement_taken_back": _left_behind(),
        "card_kept_after_it_was_off": _kept_cards(at),
        "card_charged_before_the_day_told": _charged_early(),
        "webhook_stuck": _stuck(at),
    }


def _unbalanced() -> list[str]:
    sums = Journal.objects.values("fact", "lines__currency").annotate(
        total=Sum("lines__amount", default=0), n=Count("lines")
    )
    return list(sums.filter(~Q(total=0) | Q(n__lt=2)).values_list("fact", flat=True).distinct())


def _wrongly_paid() -> list[str]:
    """Paid (and refunded) if and only if the allocations reach the amount."""
    paid = Q(status__in=states.WAS_PAID)
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


def _without_what_was_paid_for() -> list[str]:
    """R8, R15: a paid renewal has its term, a fee that a code covered counts, and nothing is owed by nobody."""
    renewal = Q(purpose=Invoice.Purpose.RENEWAL, status=states.PAID, term=None)
    fee = Q(purpose=Invoice.Purpose.ADMISSION, status=states.PAID, amount=0, application__paid_at=None) & Q(
        application__status__in=[member_states.APPROVED, member_states.ADMITTED]
    )
    return list(
        Invoice.objects.filter(renewal | fee | Q(status=states.OPEN, amount=0)).values_list("number", flat=True)
    )


def _beyond_code() -> list[str]:
    """A code on more invoices than it has uses, or more often on one person's."""
    held = Invoice.objects.filter(coupon__isnull=False, status__in=states.TAKES_A_USE).order_by()
    most = held.values("coupon__code").annotate(n=Count("pk")).filter(n__gt=F("coupon__uses"))
    each = held.values("coupon__code", "person").annotate(n=Count("pk")).filter(n__gt=F("coupon__uses_each"))
    return sorted({code for rows in (most, each) for code in rows.values_list("coupon__code", flat=True)})


def _without_seat() -> list[str]:
    """R28: a seat that was paid is had, or was given back too late, or its money has a named refund. Who signed up again
    after that waits with what was paid before."""
    lost = Q(signup__status__in=[seats.WAITING, seats.OFFERED])
    lost |= Q(signup__status=seats.WITHDRAWN, signup__withdrawn_late=False)
    before = Q(issued_at__lt=F("signup__signed_up_at"))
    rows = Invoice.objects.filter(lost & ~before, status=states.PAID, allocations__payment__status=states.APPLIED)
    named = Refund.objects.filter(payment__allocations__invoice=OuterRef("pk")).exclude(status=states.DROPPED)
    return list(rows.exclude(Exists(named)).values_list("number", flat=True))


def _wrong_tier() -> list[str]:
    """R17: a paid way up, and the term holds what it was quoted from."""
    latest = Invoice.objects.filter(term=OuterRef("term"), purpose=Invoice.Purpose.UPGRADE, status=states.PAID)
    rows = Invoice.objects.filter(purpose=Invoice.Purpose.UPGRADE, status=states.PAID, term__voided_at=None)
    newest = rows.filter(pk=Subquery(latest.order_by("-pk").values("pk")[:1]))
    return list(newest.filter(term__tier=F("from_tier")).values_list("number", flat=True))


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
    owed: dict[str, int] = {}
    gone = Sum("refunds__amount", filter=Q(refunds__status__in=states.REFUND_BOOKED), default=0)
    for currency, amount, left in kept().annotate(left=gone).values_list("currency", "amount", "left"):
        owed[currency] = owed.get(currency, 0) + amount - left
    return _differences({c: -total for c, total in _balance(Line.Account.SUSPENSE).items()}, owed)


def _deferred() -> list[str]:
    """What is still owed in service: open invoices, and what was paid for, here or before, and has not become income yet."""
    counts = Q(payment__status__in=[states.APPLIED, states.REFUNDED])
    shared = Refund.objects.filter(counts, payment__in=Allocation.objects.values("payment"))
    owed = _totals(
        (Invoice.objects.filter(status=states.OPEN), "", "", 1),
        (Allocation.objects.filter(counts), "payment__", "", 1),
        (shared.filter(status__in=states.REFUND_BOOKED), "", "", -1),
        (OpeningBalance.objects.all(), "", "", 1),
        (Line.objects.filter(account=Line.Account.INCOME), "", "", 1),
    )
    booked = {currency: -total for currency, total in _balance(Line.Account.DEFERRED_INCOME).items()}
    return _differences(booked, owed)


def _bank() -> list[str]:
    """R20: the bank moves by what is on its statements alone: transfers, refunds sent from there, payouts that arrived."""
    booked = ProviderEntry.objects.filter(settled_at__isnull=False)
    fetches, returned = Q(type=rules.PAYOUT, amount__gt=0), Q(type__in=rules.PAYOUT_BACK, amount__lt=0)
    real = _totals(
        (Payment.objects.filter(channel=Channel.BANK).exclude(status=states.REVERSED), "", "", 1),
        (Refund.objects.filter(channel=Channel.BANK, status__in=states.REFUND_BOOKED), "", "", -1),
        (payouts.live(), "row__", "row__", 1),
        (booked.filter(fetches | returned), "", "", -1),
    )
    return _differences(_balance(Line.Account.BANK), real)


def _transit() -> list[str]:
    back = ProviderEntry.objects.filter(type__in=rules.PAYOUT_BACK, amount__gt=0, settled_at__isnull=False)
    real = _totals((payouts.payouts(), "", "", -1), (payouts.live(), "payout__", "payout__", 1), (back, "", "", -1))
    return _differences(_balance(Line.Account.TRANSIT), real)


def _arrivals() -> list[str]:
    """A row that arrived has its payout, and no other row has one."""
    rows = StatementRow.objects.annotate(there=Exists(payouts.live().filter(row=OuterRef("pk"))))
    wrong = Q(status=states.ARRIVED, there=False) | Q(~Q(status=states.ARRIVED), there=True)
    return list(rows.filter(wrong).values_list("serial", flat=True))


def _left_behind() -> list[str]:
    """R19: a file that was taken back left no row."""
    rows = StatementRow.objects.filter(statement__taken_back_at__isnull=False)
    return list(rows.values_list("serial", flat=True)[:100])


def _totals(*parts: tuple[QuerySet[Any], str, str, int]) -> dict[str, int]:
    """Sums by currency over several tables: where each has its currency and its amount, and with which sign."""
    owed: dict[str, int] = {}
    for rows, of_currency, of_amount, sign in parts:
        currency = f"{of_currency}currency"
        for name, total in rows.order_by(currency).values_list(currency).annotate(total=Sum(f"{of_amount}amount")):
            owed[name] = owed.get(name, 0) + sign * total
    return owed


def _differences(booked: dict[str, int], real: dict[str, int]) -> list[str]:
    return [
        f"{currency}: books {booked.get(currency, 0)}, rows {real.get(currency, 0)}"
        for currency in sorted(booked.keys() | real.keys())
        if booked.get(currency, 0) != real.get(currency, 0)
    ]


def _kept_cards(at: datetime) -> list[str]:
    """R19: a consent that ended more than a day ago, and the provider still keeps its card."""
    over = AutoRenewal.objects.filter(status=states.OFF, detached_at=None, stopped_at__lt=at - timedelta(days=1))
    return list(over.exclude(method_id="").values_list("public_id", flat=True)[:100])


def _charged_early() -> list[str]:
    """R15: a saved card is charged on the day its letter named, three days after that letter, or later."""
    tries = Attempt.objects.filter(charge__isnull=False).select_related("charge", "invoice")
    soonest = timedelta(days=rules.NOTICE_DAYS - 1)
    return [
        attempt.invoice.number
        for attempt in tries
        if attempt.charge is not None
        and attempt.started_at < max(rules.charge_at(attempt.charge.charge_on), attempt.charge.announced_at + soonest)
    ]


def _stuck(at: datetime) -> list[str]:
    """Told more than five minutes ago and never worked on."""
    late = WebhookEvent.objects.filter(status=states.RECEIVED, received_at__lt=at - rules.LEASE * 2)
    return list(late.values_list("event_id", flat=True)[:100])
