"""The gate in figures: how far the applications started in a period have come, where they ended, how long steps took."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from community.members import states
from community.members.models import Application, Verification

# A step, the column that says when it was reached, and the column its days are counted from.
STEPS = (
    ("started", "started_at", ""),
    ("submitted", "first_submitted_at", "started_at"),
    ("verified", "verified_at", "first_submitted_at"),
    ("approved", "approved_at", "first_submitted_at"),
    ("booked", "booked_at", "approved_at"),
    ("attended", "attended_at", "approved_at"),
    ("paid", "paid_at", "approved_at"),
    ("admitted", "admitted_at", "approved_at"),
)
DROPS = {
    "closed": Q(status=states.CLOSED),
    "withdrawn_before": Q(status=states.WITHDRAWN, approved_at=None),
    "withdrawn_after": Q(status=states.WITHDRAWN, approved_at__isnull=False),
    **{f"rejected_{code}": Q(status=states.REJECTED, reason_code=code) for code in Application.Reason.values},
    **{f"lapsed_{why}": Q(status=states.LAPSED, lapse_reason=why) for why in Application.LapseReason.values},
}
DROP_NAMES = {
    f"{what}_{code}": label
    for what, labels in (("rejected", Application.Reason.choices), ("lapsed", Application.LapseReason.choices))
    for code, label in labels
}
UNDER_WAY = Q(status__in=states.LIVE)


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def started(since: datetime, until: datetime, cities: frozenset[int] | None, booked_at: Any) -> QuerySet[Application]:
    """The applications started in [since, until), as they stand now, by time; of people who named one of these cities.

    `booked_at`: what says when somebody first booked after their approval, from the floor that knows. Who came had a seat.
    """
    checks = Verification.objects.filter(application=OuterRef("pk"), result=Verification.Result.CONFIRMED)
    rows = Application.objects.filter(started_at__gte=since, started_at__lt=until)
    if cities is not None:
        rows = rows.filter(city__in=cities)
    first = checks.order_by("recorded_at").values("recorded_at")[:1]
    return rows.annotate(verified_at=Subquery(first), booked_at=Least(booked_at, "attended_at")).order_by(
        "started_at", "pk"
    )


def reached(column: str) -> Q:
    return Q(**{f"{column}__isnull": False})


def medians(rows: QuerySet[Application]) -> dict[str, float | None]:
    """By step, the median days it took (None: nobody has come so far); one aggregate, whatever their number."""
    wanted: dict[str, Any] = {}
    for code, column, before in STEPS[1:]:
        took = ExpressionWrapper(F(column) - F(before), output_field=DurationField())
        wanted[code] = Median(took, filter=reached(column) & reached(before))
    return {code: _days(took) for code, took in rows.order_by().aggregate(**wanted).items()}


def approved(since: datetime, until: datetime, cities: frozenset[int] | None) -> QuerySet[Application]:
    """Whose papers were approved in a period, by time."""
    rows = Application.objects.filter(approved_at__gte=since, approved_at__lt=until)
    return (rows if cities is None else rows.filter(city__in=cities)).order_by("approved_at", "pk")


def _days(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(days=1), 1)
