"""Money's work that nobody has looked at for too long; a fixed number of queries."""

from datetime import datetime

from community.billing import states
from community.billing.models import BankTransfer, Fapiao, ReconciliationItem
from community.billing.selectors import paying_back, treasury
from community.kernel.days import day_of


def too_old(at: datetime, *, since: datetime) -> dict[str, int]:
    """What has waited since before an instant; refunds by transfer that are over their day."""
    return {
        "transfers": BankTransfer.objects.filter(status=states.RECORDED, recorded_at__lt=since).count(),
        "refunds": paying_back.late(day_of(at)).count(),
        "unmatched": treasury.kept().filter(recorded_at__lt=since).count(),
        "fapiao": Fapiao.objects.filter(status=states.REQUESTED, requested_at__lt=since).count(),
        "differences": ReconciliationItem.objects.filter(closed_at=None, found_at__lt=since).count(),
    }
