"""Recurring events (product.md §5, Copies and series): which days a series has, and what is special about a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from community.kernel.days import SATURDAY, ZONE, china, day_of, is_working_day

AHEAD_WEEKS, AHEAD_MOST = 6, 26
TASKS_MOST = 8
TASK_DAYS = (-60, 30)  # how far from the event's day a task may be due
LENGTHS = (15, 14 * 24 * 60)  # of an event, in minutes


def days_of(
    first_on: date, last_on: date | None, *, every_weeks: int, today: date, ahead_weeks: int = AHEAD_WEEKS
) -> list[date]:
    """The days of a series after `today`, so many weeks ahead: never today's and nothing past."""
    until = today + timedelta(weeks=ahead_weeks)
    if last_on is not None:
        until = min(until, last_on)
    step = timedelta(weeks=every_weeks)
    begins = first_on + step * max(0, -((first_on - today) // step))
    days = []
    while begins <= until:
        if begins > today:
            days.append(begins)
        begins += step
    return days


def period_on(on: date, begins: time, minutes: int) -> tuple[datetime, datetime]:
    """Start and end of an event on a community day; it may end on a later one."""
    starts_at = datetime.combine(on, begins, ZONE)
    return starts_at, starts_at + timedelta(minutes=minutes)


def due_on(starts_at: datetime, days: int) -> date:
    """The community day a task is due, so many days from the event's own: it shifts with the start."""
    return day_of(starts_at) + timedelta(days=days)


@dataclass(frozen=True)
class SpecialDay:
    """A day off with its holiday's name, or a Saturday or Sunday on which China works instead (no name)."""

    name: str = ""

    @property
    def works(self) -> bool:
        return not self.name


def special_day(on: date, language: str) -> SpecialDay | None:
    """What is special about a community day in mainland China; None for an ordinary one. A flag, never a refusal.

    A weekend inside or beside a holiday belongs to it. Days the State Council has not announced yet are as the law
    gives them, without their working weekends.
    """
    known, spoken = china(), 0 if language.lower().startswith("zh") else 1
    if on in known.working:
        return SpecialDay()
    if on not in known.off and on.weekday() < SATURDAY:
        return None
    names: Counter[str] = Counter()
    for step in (timedelta(days=-1), timedelta(days=1)):
        day = on
        while not is_working_day(day):
            names.update(filter(None, [known.off.get(day, ("", ""))[spoken]]))
            day += step
    return SpecialDay(names.most_common(1)[0][0]) if names else None
