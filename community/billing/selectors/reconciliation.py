"""What differs from the provider's record, and when it was last compared."""

from django.db.models import QuerySet, Sum

from community.billing.models import Line, ReconciliationItem, ReconciliationRun
from community.kernel.money import Money


def open_items() -> QuerySet[ReconciliationItem]:
    return ReconciliationItem.objects.filter(closed_at=None)


def latest_runs() -> list[ReconciliationRun]:
    return list(ReconciliationRun.objects.all()[:7])


def balances() -> list[tuple[str, Money]]:
    """What our books say lies at the provider, on its way, at the bank and in suspense, by currency."""
    accounts = (Line.Account.STRIPE, Line.Account.TRANSIT, Line.Account.BANK, Line.Account.FEES, Line.Account.DISPUTES)
    rows = Line.objects.filter(account__in=accounts).values_list("account", "currency").annotate(total=Sum("amount"))
    labels = dict(Line.Account.choices)
    return [
        (labels[name], Money(total, currency))
        for name, currency, total in rows.order_by("account", "currency")
        if total
    ]
