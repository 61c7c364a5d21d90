"""Who was told of somebody's need (R31)."""

from datetime import datetime

from community.matching.models import Match


def told(since: datetime, until: datetime) -> set[int]:
    """Members whom a need found and who were told of it in [since, until); one query."""
    rows = Match.objects.filter(notified_at__gte=since, notified_at__lt=until)
    return set(rows.values_list("person_id", flat=True))
