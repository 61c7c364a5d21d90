"""When a job has its turn. Plain values: what asks the database, and what speaks to the broker, reads them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.kernel.days import day_of, start_of

MISSED = 3  # so many turns without a run, and a job is overdue
DAYS_AHEAD = 400


@dataclass(frozen=True)
class Turns:
    """The turns of a job by the clock and the calendar, in community time. Weekdays count from Sunday, 0, as cron has it."""

    minutes: Collection[int]
    hours: Collection[int] = range(24)
    days: Collection[int] = range(1, 32)
    weekdays: Collection[int] = range(7)


Schedule = float | Turns  # seconds between two runs, or turns


def next_turn(turns: Schedule, after: datetime) -> datetime:
    """The first turn of a schedule later than an instant."""
    if not isinstance(turns, Turns):
        return after + timedelta(seconds=turns)
    for ahead in range(DAYS_AHEAD):
        on = day_of(after) + timedelta(days=ahead)
        if on.day not in turns.days or on.isoweekday() % 7 not in turns.weekdays:
            continue
        for hour in sorted(turns.hours):
            for minute in sorted(turns.minutes):
                turn = start_of(on) + timedelta(hours=hour, minutes=minute)
                if turn > after:
                    return turn
    raise ValueError("a schedule without a turn in a year")


def overdue_at(turns: Schedule, last: datetime) -> datetime:
    """When a job that last began at an instant has missed three turns of its schedule."""
    for _ in range(MISSED):
        last = next_turn(turns, last)
    return last
