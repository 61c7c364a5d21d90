"""Whom needs and offers reached in a stretch of time (R36)."""

from datetime import datetime

from django.db.models import F

from community.matching.selectors import telling
from community.posts import states
from community.posts.models import Answer, Introduction


def answered(since: datetime, until: datetime) -> set[int]:
    """R36, "an answer": somebody answered below their post, or both said yes to an introduction of theirs, or a need found
    them and they were told (R31): the club came back to them with something. Three queries.

    What they answer to others is giving and doesn't count here; nor does a letter that everybody gets.
    """
    below = Answer.objects.filter(removed_at=None, written_at__gte=since, written_at__lt=until)
    below = below.exclude(author=F("post__author"))
    agreed = Introduction.objects.filter(status__in=states.INTRODUCED, answered_at__gte=since, answered_at__lt=until)
    pairs = agreed.values_list("asker_id", "asked_id")
    return (
        set(below.values_list("post__author_id", flat=True))
        | {pk for pair in pairs for pk in pair}
        | telling.told(since, until)
    )
