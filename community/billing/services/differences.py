"""What differs between our books, the provider's record and the bank's: reported once, gone by itself when it is no more."""

from collections.abc import Iterable
from datetime import datetime

import structlog

from community.billing import rules
from community.billing.models import ReconciliationItem
from community.kernel import audit
from community.kernel.money import Money

log = structlog.get_logger()


def report(kind: str, subject: str, money: Money, *, at: datetime) -> None:
    """On the list once; one that was gone by itself and is back stands there again, one that was explained does not."""
    item, new = ReconciliationItem.objects.get_or_create(
        kind=kind, subject=subject, defaults={"amount": money.amount, "currency": money.currency, "found_at": at}
    )
    gone = ReconciliationItem.objects.filter(pk=item.pk, closed_at__isnull=False, closed_by=None)
    if new or gone.update(closed_at=None, found_at=at):
        audit.record("reconciliation.differs", item, by=None, at=at, new="", data={"kind": kind, "subject": subject})
        if kind not in rules.OF_PAYOUTS:  # these wait for a treasurer; the others may be a fault of ours
            log.warning("reconciliation_differs", kind=kind, subject=subject)


def gone(kinds: Iterable[str], subject: str, *, at: datetime) -> None:
    """The difference is no more."""
    ReconciliationItem.objects.filter(kind__in=kinds, subject=subject, closed_at=None).update(closed_at=at)


def all_of(kind: str, found: dict[str, Money], *, at: datetime) -> None:
    """These are the differences of a kind today, by subject: report each; the others are no more."""
    for subject, money in found.items():
        report(kind, subject, money, at=at)
    ReconciliationItem.objects.filter(kind=kind, closed_at=None).exclude(subject__in=found).update(closed_at=at)
