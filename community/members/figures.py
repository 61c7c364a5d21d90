"""The gate in figures: how far the applications started in a period have come, where they ended, how long steps took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from community.members import states
from community.members.models import Application

# A step, the column that says when it was reached, and the column its days are counted from.
STEPS = (
    ("started", "started_at", ""),
    ("submitted", "first_submitted_at", "started_at"),
    ("approved", "approved_at", "first_submitted_at"),
    ("attended", "attended_at", "approved_at"),
    ("paid", "paid_at", "approved_at"),
    ("admitted", "admitted_at", "approved_at"),
)
LAPSES = {f"lapsed_{why}": Q(status=states.LAPSED, lapse_reason=why) for why in Application.LapseReason.values}
REJECTIONS = {f"rejected_{code}": Q(status=states.REJECTED, reason_code=code) for code in Application.Reason.values}
DROPS = {
    "closed": Q(status=states.CLOSED),
    "withdrawn_before": Q(status=states.WITHDRAWN, approved_at=None),
    "withdrawn_after": Q(status=states.WITHDRAWN, approved_at__isnull=False),
    **REJECTIONS,
    **LAPSES,
}
UNDER_WAY = Q(status__in=states.LIVE)


@dataclass(frozen=True)
class Step:
    """`share` of all that were started, in percent; `median` the days from the step before it (None: nobody yet)."""

    code: str
    count: int
    share: int
    median: float | None


@dataclass(frozen=True)
class Gate:
    steps: list[Step]
    drops: list[tuple[str, int]]  # most frequent first, those that happened
    under_way: int

    @property
    def started(self) -> int:
        return self.steps[0].count


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def gate(since: datetime, until: datetime) -> Gate:
    """Of the applications started in [since, until), as they stand now: one aggregate, whatever their number."""
    wanted: dict[str, Any] = {"under_way": Count("pk", filter=UNDER_WAY)}
    for code, column, before in STEPS:
        wanted[code] = Count(column)
        if before:
            took = ExpressionWrapper(F(column) - F(before), output_field=DurationField())
            wanted[f"{code}_took"] = Median(took, filter=Q(**{f"{column}__isnull": False, f"{before}__isnull": False}))
    wanted |= {code: Count("pk", filter=ended) for code, ended in DROPS.items()}
    found = Application.objects.filter(started_at__gte=since, started_at__lt=until).aggregate(**wanted)
    steps = [
        Step(code, found[code], _percent(found[code], found["started"]), _days(found.get(f"{code}_took")))
        for code, _, _ in STEPS
    ]
    drops = sorted(((code, found[code]) for code in DROPS if found[code]), key=lambda drop: -drop[1])
    return Gate(steps, drops, found["under_way"])


def _percent(part: int, whole: int) -> int:
    return round(part * 100 / whole) if whole else 0


def _days(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(days=1), 1)
