"""Fees become income with the months they pay for (R20): each month's share, by day, out of what is still owed."""

from datetime import date, datetime, timedelta

from django.db.models import Q, Sum

from community.billing import rules, states
from community.billing.models import Allocation, Invoice, Journal, Line, Refund
from community.billing.services import ledger, openings
from community.kernel.conflicts import settled
from community.kernel.days import day_of, months_later
from community.kernel.money import Money


def release(month: date, *, at: datetime) -> int:
    """Book the income of a month (its first day) for every fee that was ever paid, here or before the club came; how many
    journals. Safe to repeat: a fee's month is booked once."""
    until = months_later(month.replace(day=1), 1)
    paid = Invoice.objects.filter(status__in=states.WAS_PAID, paid_at__isnull=False).order_by("pk")
    done = Journal.objects.filter(fact__endswith=f":{month:%Y-%m}", fact__startswith="income:", invoice__isnull=False)
    waiting = paid.exclude(pk__in=done.values("invoice"))
    booked = sum(_release(pk, month, until, at=at) for pk in waiting.values_list("pk", flat=True).iterator())
    return booked + openings.release(month.replace(day=1), until, at=at)


@settled()
def _release(invoice_id: int, month: date, until: date, *, at: datetime) -> bool:
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    period = period_of(invoice)
    if period is None:
        return False
    earned = rules.earned(net_of(invoice), *period, until)
    delta = Money(earned - released(invoice), invoice.currency)
    if not delta:
        return False
    return ledger.income_earned(invoice, f"{month:%Y-%m}", delta, at=at)


def period_of(invoice: Invoice) -> tuple[date, date] | None:
    """The days an invoice pays for (half-open): of a seat those of its event; None while there are none yet."""
    if invoice.signup is not None:
        event = invoice.signup.event
        return day_of(event.starts_at), day_of(event.ends_at) + timedelta(days=1)
    term = invoice.term
    if term is None and invoice.application is not None:
        term = invoice.application.terms.order_by("starts_on").first()
    if term is None:
        return None
    if invoice.purpose == Invoice.Purpose.UPGRADE:
        return max(term.starts_on, day_of(invoice.issued_at)), term.ends_on
    return term.starts_on, term.ends_on


def net_of(invoice: Invoice) -> int:
    """What an invoice was paid with and is still here."""
    counts = Allocation.objects.filter(invoice=invoice, payment__status__in=[states.APPLIED, states.REFUNDED])
    back = Refund.objects.filter(status__in=states.REFUND_BOOKED).filter(
        Q(invoice=invoice) | Q(invoice=None, payment__in=counts.values("payment"))
    )
    paid = counts.aggregate(total=Sum("amount", default=0))["total"]
    gone = back.aggregate(total=Sum("amount", default=0))["total"]
    return max(0, int(paid) - int(gone))


def released(invoice: Invoice) -> int:
    lines = Line.objects.filter(journal__invoice=invoice, account=Line.Account.INCOME)
    return -int(lines.aggregate(total=Sum("amount", default=0))["total"])
