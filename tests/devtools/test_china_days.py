"""The file of China's days says what the library of holidays says."""

from datetime import date, timedelta

import holidays

from community.kernel.days import is_working_day, working_days_later
from devtools import china_days


def test_the_file_is_what_the_library_knows():
    assert china_days.FILE.read_text() == china_days.text(), "run `python -m devtools.china_days`"


def test_working_days_are_the_library_s():
    library = holidays.China(years=china_days.YEARS)
    day = date(china_days.YEARS[0], 1, 1)
    while day.year < china_days.YEARS[3]:
        assert is_working_day(day) == library.is_working_day(day), day
        assert working_days_later(day, 3) == library.get_nth_working_day(day, 3), day
        day += timedelta(days=1)
