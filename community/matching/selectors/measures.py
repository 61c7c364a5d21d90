"""Who was put before whom (R31, R34), behind the club's figures."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from community.matching.models import Match


def told_in(since: datetime, until: datetime) -> Q:
    """Of people: who was told of a need that found them."""
    return Q(pk__in=Match.objects.filter(notified_at__gte=since, notified_at__lt=until).values("person"))


def places_by_person(since: datetime, until: datetime, people: QuerySet[Any]) -> dict[int, int]:
    """On how many lists of fitting people each of them stood, of those on any; one query."""
    rows = Match.objects.filter(surfaced_at__gte=since, surfaced_at__lt=until)
    rows = rows.filter(person__in=people.order_by().values("pk"))
    return dict(rows.order_by().values_list("person").annotate(n=Count("pk")))
