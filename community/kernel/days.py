"""Days, weeks and deadlines in community time (Asia/Shanghai), whatever zone the server runs in."""

import calendar
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import holidays

ZONE = ZoneInfo("Asia/Shanghai")


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
    return china().get_nth_working_day(on, days)


@cache
def china(language: str = "zh_CN") -> "holidays.HolidayBase":
    """The public holidays and working Saturdays of mainland China, with their names in "zh_CN" or "en_US".

    The library's own door loads the days of 250 countries, ten megabytes in every worker that asks for one of them.
    """
    import holidays

    path = Path(holidays.__file__).parent / "countries" / "china.py"
    spec = spec_from_file_location("holidays_of_china", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    days: holidays.HolidayBase = module.China(language=language)
    return days
