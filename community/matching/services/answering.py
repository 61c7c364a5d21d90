"""What becomes of a match: opened, "I can help" or not this time, and how it ended. Each is a fact with its time."""

from datetime import datetime

from django.db.models import QuerySet

from community.kernel.conflicts import settled
from community.matching import rules
from community.matching.models import Match


@settled()
def seen(key: str, person_id: int, *, at: datetime) -> bool:
    """The member opened the need, for the first time; False when it did not find them or was opened before."""
    return _of(key, person_id).filter(seen_at=None).update(seen_at=at) == 1


@settled()
def answer(key: str, person_id: int, given: str, *, at: datetime) -> bool:
    """`given`: "help" or "declined"; a later answer takes the place of an earlier one until there is an outcome."""
    rows = _of(key, person_id).filter(outcome_at=None)
    _of(key, person_id).filter(seen_at=None).update(seen_at=at)
    return rows.update(answer=Match.Answer(given), answered_at=at) == 1


@settled()
def outcome(key: str, person_id: int, *, at: datetime) -> bool:
    """The author says who solved it (R33)."""
    return _of(key, person_id).filter(answer=Match.Answer.HELP, outcome_at=None).update(outcome_at=at) == 1


def _of(key: str, person_id: int) -> QuerySet[Match]:
    return Match.objects.filter(need__kind=rules.NEED, need__key=key, person=person_id)
