"""How long a complaint may take, as pure functions of plain values."""

from datetime import datetime, timedelta

FIRST_ANSWER_WITHIN = timedelta(hours=72)
CLOSED_WITHIN = timedelta(days=14)
OPEN_MOST = 3  # open ones of one person
WORDS_MOST, CONTACT_MOST = 3000, 200
SATISFIED = (1, 2, 3, 4, 5)  # the one question at the close, 5 the best
PERSON, EVENT, MONEY, CLUB = "person", "event", "money", "club"


def due_at(filed_at: datetime, answered_at: datetime | None) -> datetime:
    """When the office owes the next step: the first answer, and after it the close. Both count from the filing."""
    return filed_at + (FIRST_ANSWER_WITHIN if answered_at is None else CLOSED_WITHIN)


def is_overdue(filed_at: datetime, answered_at: datetime | None, closed_at: datetime | None, at: datetime) -> bool:
    """From that very instant on, while it is open."""
    return closed_at is None and at >= due_at(filed_at, answered_at)
