"""Days, weeks and deadlines are Shanghai's, whatever zone the server runs in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel import days

SHANGHAI_NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 16, 0, 0, tzinfo=UTC), date(2026, 11, 22)),  # midnight in Shanghai, evening in UTC
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_an_evening_in_utc_is_the_next_day_in_the_community(instant, day):
    assert days.day_of(instant) == day


def test_a_day_ends_where_the_next_begins():
    on = date(2026, 2, 28)
    assert days.end_of(on) == days.start_of(date(2026, 3, 1))
    assert days.end_of(on).astimezone(UTC) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert days.day_of(days.end_of(on) - timedelta(microseconds=1)) == on
    assert days.day_of(days.end_of(on)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 21), 12, date(2027, 11, 21)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_else_the_months_last(start, months, end):
    assert days.months_later(start, months) == end


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_months_later_lands_in_the_month_meant(on, months):
    later = days.months_later(on, months)
    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months
    assert later.day == on.day or (later.day < on.day and (later + timedelta(days=1)).day == 1)


def test_a_week_begins_on_monday_in_community_time():
    assert days.week_of(SHANGHAI_NOON) == date(2026, 11, 16)
    sunday_evening_utc = datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert days.week_of(sunday_evening_utc - timedelta(seconds=1)) == date(2026, 11, 16)
    assert days.week_of(sunday_evening_utc) == date(2026, 11, 23)
