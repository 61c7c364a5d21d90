"""The numbers and decisions of stage goals, programmes and challenges as pure functions of plain values.

A programme has the community weeks (Monday to Sunday) its days fall into; a challenge has days. A day of a challenge is
ticked on that day, or until 12:00 of the next one: an evening may be long, a week is not made up for afterwards.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.kernel.days import ZONE, day_of, end_of, start_of
from community.programmes import states

COHORT_MOST = 30
WEEKS_LEAST, WEEKS_MOST = 1, 26
NAME_MOST, PURPOSE_MOST = 60, 2000
GOAL_MOST, WORD_MOST, SENTENCE_MOST = 140, 200, 500
GOAL_DAYS_MOST = 366
TEXT_MOST, REPLY_MOST, NOTE_MOST = 500, 300, 140
HOSTS_MOST = 4
FIXED_ONCE_BEGUN = ("starts_on", "follows", "stages")  # its first day, its ladder and whom it is for

DONE, STUCK, ASK = "done", "stuck", "ask"
WAYS = (DONE, STUCK, ASK)
ANSWERABLE = (STUCK, ASK)

LENGTHS = (7, 14, 21)
GRACE_HOUR = 12  # of the next day, community time

TOLD_FOR = timedelta(days=7)  # so long a letter about a week or a challenge that is over is worth reading
REMIND_HOUR = 10  # on the last day of a week


def goal_may_end(by_on: date, at: datetime) -> bool:
    """A goal has a day from tomorrow on, within a year."""
    return 0 < (by_on - day_of(at)).days <= GOAL_DAYS_MOST


@dataclass(frozen=True)
class Week:
    """A week of a programme: its number from 1, and its first and last day inside the programme."""

    number: int
    first_on: date
    last_on: date

    @property
    def begins_at(self) -> datetime:
        return start_of(self.first_on)

    @property
    def ends_at(self) -> datetime:
        """Midnight at its end, the first instant that no longer belongs to it."""
        return end_of(self.last_on)


def weeks(starts_on: date, last_on: date) -> list[Week]:
    """The community weeks a programme's days fall into, cut to those days. `last_on` is its last day."""
    monday = starts_on - timedelta(days=starts_on.weekday())
    found: list[Week] = []
    while monday <= last_on:
        sunday = monday + timedelta(days=6)
        found.append(Week(len(found) + 1, max(monday, starts_on), min(sunday, last_on)))
        monday = sunday + timedelta(days=1)
    return found


def week_at(starts_on: date, last_on: date, at: datetime) -> Week | None:
    """The week an instant falls into; None before and after the programme."""
    today = day_of(at)
    return next((week for week in weeks(starts_on, last_on) if week.first_on <= today <= week.last_on), None)


def days_fit(starts_on: date, last_on: date) -> bool:
    """A programme lasts from seven days to 26 weeks."""
    days = (last_on - starts_on).days + 1
    return 7 * WEEKS_LEAST <= days <= 7 * WEEKS_MOST


def programme_status(status: str, starts_on: date, last_on: date, at: datetime) -> str:
    """The status as it counts at an instant: what has begun runs and what is over has ended, whatever the sweep did."""
    if status in (states.OPEN, states.RUNNING) and at >= end_of(last_on):
        return states.ENDED
    if status == states.OPEN and at >= start_of(starts_on):
        return states.RUNNING
    return status


def free_number(taken: Collection[int | None], seats: int) -> int | None:
    """The lowest number of a cohort that nobody holds; None when it is full."""
    return next((number for number in range(1, min(seats, COHORT_MOST) + 1) if number not in taken), None)


def may_check_in(week: Week, written_at: datetime | None, at: datetime) -> str:
    """Whether a week's line may be written now: "" or the refusal's code.

    From the week's first day on; changed until the week ends; a week that was missed may still be told later, once.
    """
    if at < week.begins_at:
        return "checkin.early"
    if written_at is not None and at >= week.ends_at:
        return "checkin.over"
    return ""


def is_late(week: Week, written_at: datetime) -> bool:
    """Told after its week: shown as late, never thrown away."""
    return written_at >= week.ends_at


def week_to_remind(starts_on: date, last_on: date, at: datetime) -> Week | None:
    """The week whose last day is today, from ten in the morning on."""
    week = week_at(starts_on, last_on, at)
    asked = week is not None and day_of(at) == week.last_on and at.astimezone(ZONE).hour >= REMIND_HOUR
    return week if asked else None


def week_to_report(starts_on: date, last_on: date, at: datetime) -> Week | None:
    """The last week that is over, as long as its list is news to the hosts."""
    over = [week for week in weeks(starts_on, last_on) if week.ends_at <= at < week.ends_at + TOLD_FOR]
    return over[-1] if over else None


def last_day(starts_on: date, days: int) -> date:
    """The last day of a challenge of so many days."""
    return starts_on + timedelta(days=days - 1)


def challenge_status(status: str, starts_on: date, days: int, at: datetime) -> str:
    """Over when its last day can no longer be ticked, whatever the sweep did."""
    over = status == states.OPEN and at >= closes_at(starts_on, days)
    return states.ENDED if over else status


def closes_at(starts_on: date, days: int) -> datetime:
    """Noon after the last day."""
    return end_of(last_day(starts_on, days)) + timedelta(hours=GRACE_HOUR)


def days_to_tick(starts_on: date, days: int, at: datetime) -> list[date]:
    """The days of a challenge that may be ticked at an instant, the older one first: today, and yesterday until noon."""
    today = day_of(at)
    open_ones = [today - timedelta(days=1)] if at.astimezone(ZONE).hour < GRACE_HOUR else []
    return [on for on in [*open_ones, today] if starts_on <= on <= last_day(starts_on, days)]


def streak(ticked: Collection[date], at: datetime) -> int:
    """How many days in a row lead to now. A day that can still be ticked does not break the row by being empty."""
    today = day_of(at)
    open_ones = {today} | ({today - timedelta(days=1)} if at.astimezone(ZONE).hour < GRACE_HOUR else set())
    on = today
    while on in open_ones and on not in ticked:
        on -= timedelta(days=1)
    count = 0
    while on in ticked:
        count += 1
        on -= timedelta(days=1)
    return count


def longest(ticked: Iterable[date]) -> int:
    """The most days in a row."""
    days = set(ticked)
    best = 0
    for on in days:
        if on - timedelta(days=1) in days:
            continue
        run = 1
        while on + timedelta(days=run) in days:
            run += 1
        best = max(best, run)
    return best


def stage_after(current: str, target: str, order: tuple[str, ...]) -> str:
    """The stage somebody who moves up is at: the programme's target, never below where they stand already."""
    if target not in order:
        return current
    if current in order and order.index(current) >= order.index(target):
        return current
    return target


def stage_fits(stages: Collection[str], stage: str) -> bool:
    """Whether a programme or a challenge is for somebody of a stage; for all when it names none."""
    return not stages or stage in stages
