"""When a letter may leave, and how long it pauses after a failure (R51)."""

from datetime import datetime, timedelta

from community.kernel.days import ZONE, day_of, end_of, start_of

LEASE = timedelta(minutes=5)
MOST_TRIES = 40  # about a week; a mail server that was down over a holiday costs nobody a receipt
LONGEST = 6  # doublings: five hours and a bit
QUIET_FROM, QUIET_TO = 22, 8  # community time


def pause(tries: int) -> timedelta:
    """Until the next try, after so many."""
    return LEASE * 2 ** min(tries, LONGEST)


def held_until(at: datetime) -> datetime | None:
    """R51: from 22:00 to 08:00, community time, what can wait waits until 08:00; None by day."""
    hour = at.astimezone(ZONE).hour
    if QUIET_TO <= hour < QUIET_FROM:
        return None
    return (end_of(day_of(at)) if hour >= QUIET_FROM else start_of(day_of(at))) + timedelta(hours=QUIET_TO)


def next_morning(at: datetime) -> datetime:
    """The first 08:00 after this instant, if it is by night, else tomorrow's."""
    return held_until(at) or end_of(day_of(at)) + timedelta(hours=QUIET_TO)
