"""Days, weeks and deadlines in community time (Asia/Shanghai), whatever zone the server runs in."""

import calendar
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
SATURDAY = 5


def day_of(at: datetime) -> date:
    """The community's day at an instant."""
    return at.astimezone(ZONE).date()


def start_of(on: date) -> datetime:
    """Midnight at the start of a community day, as an instant."""
    return datetime.combine(on, time(), ZONE)


def end_of(on: date) -> datetime:
    """Midnight at the end of a community day: 24:00, the first instant that no longer belongs to it."""
    return start_of(on + timedelta(days=1))


def months_later(on: date, months: int) -> date:
    """The same day so many months later, else that month's last day (29 February + 12 → 28 February)."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def week_of(at: datetime) -> date:
    """The Monday of the community week at an instant."""
    on = day_of(at)
    return on - timedelta(days=on.weekday())


def working_days_later(on: date, days: int) -> date:
    """So many working days of mainland China after a day; holidays and working Saturdays counted as the State Council
    set them, as far as they are known."""
    while days > 0:
        on += timedelta(days=1)
        days -= is_working_day(on)
    return on


def is_working_day(on: date) -> bool:
    known = china()
    return on in known.working or (on.weekday() < SATURDAY and on not in known.off)


@dataclass(frozen=True)
class China:
    """Mainland China's days off, with the holiday's name in Chinese and English (both empty for a substituted day),
    and the Saturdays and Sundays on which it works instead."""

    off: dict[date, tuple[str, str]]
    working: frozenset[date]


@cache
def china() -> China:
    """From a file that `devtools.china_days` draws from the library of holidays; years it does not reach have none."""
    known = json.loads((Path(__file__).parent / "china_days.json").read_text())
    return China(
        {date.fromisoformat(on): (zh, en) for on, (zh, en) in known["off"].items()},
        frozenset(map(date.fromisoformat, known["working"])),
    )
