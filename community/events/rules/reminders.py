"""Reminders before a seat and before an offer ends: when each is due, and until when it is worth anything (R51)."""

from datetime import datetime, timedelta

from community.events.rules import QUIET_FROM, QUIET_TO
from community.kernel.days import ZONE, day_of, start_of

DAY_BEFORE, HOURS_BEFORE = "day", "hours"
STEPS = (DAY_BEFORE, HOURS_BEFORE)
DAY_BEFORE_HOUR = 10  # community time, on the day before
HOURS = timedelta(hours=2)
AHEAD = timedelta(days=2)  # no step is due earlier
OFFER_LEFT = timedelta(hours=3)  # so long before an offer ends
OFFER_HAD = timedelta(hours=2)  # and so long after it was made at least
EVENING = timedelta(hours=QUIET_FROM - 1)  # of the day before, when that would be by night


def due_at(starts_at: datetime, step: str) -> datetime:
    """The day before at 10:00, and two hours before the start."""
    if step == HOURS_BEFORE:
        return starts_at - HOURS
    return start_of(day_of(starts_at) - timedelta(days=1)) + timedelta(hours=DAY_BEFORE_HOUR)


def valid_until(starts_at: datetime, step: str) -> datetime:
    """Until the next step is due; the last one until the start."""
    return starts_at if step == HOURS_BEFORE else due_at(starts_at, HOURS_BEFORE)


def step_due(starts_at: datetime, known_at: datetime, at: datetime) -> str | None:
    """The step that is current; None for somebody who knows of the seat only since it was due: that letter said it all."""
    for step in STEPS:
        if known_at <= due_at(starts_at, step) <= at < valid_until(starts_at, step):
            return step
    return None


def offer_due_at(offered_at: datetime, ends_at: datetime) -> datetime | None:
    """R24: three hours before an offer ends, in the evening before where that is by night; None for a short offer."""
    due = ends_at - OFFER_LEFT
    hour = due.astimezone(ZONE).hour
    if hour < QUIET_TO:
        due = start_of(day_of(due) - timedelta(days=1)) + EVENING
    elif hour >= QUIET_FROM:
        due = start_of(day_of(due)) + EVENING
    return due if due - offered_at >= OFFER_HAD else None
