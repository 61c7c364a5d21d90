"""R14–R16 for any dates: years over 29 February, month ends, and the edges of grace and revival, counted by hand."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from community.kernel.days import months_later, start_of
from community.members import rules

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
LATE = st.integers(-40, 60)  # days from the end of the term to the payment
ONE = timedelta(days=1)


@given(DAYS, LATE)
@example(date(2028, 2, 29), -1)
@example(date(2028, 2, 29), 13)
@example(date(2028, 2, 29), 14)
@example(date(2027, 3, 31), 43)
@example(date(2027, 3, 31), 44)
def test_where_the_new_term_starts(ends_on: date, late: int) -> None:
    paid_on = ends_on + late * ONE
    period = rules.renewed_term(ends_on, paid_on)
    if late >= 44:
        assert period is None
        return
    assert period is not None
    starts_on, until = period
    assert starts_on == (ends_on if late < 14 else paid_on)
    assert until == months_later(starts_on, 12) and 365 <= (until - starts_on).days <= 366
    old = (months_later(ends_on, -12), ends_on)
    standing = rules.standing([old, period], max(paid_on, starts_on))
    assert standing == "active", "whoever has paid has a running year"


@given(DAYS, st.lists(st.integers(-30, 43), min_size=1, max_size=8))
@example(date(2024, 2, 29), [0] * 8)
def test_paid_in_time_every_year_is_one_unbroken_membership(starts_on: date, payments: list[int]) -> None:
    """No two terms overlap, no day of rights is bought twice, and the tenure goes back to the first day."""
    periods = [(starts_on, months_later(starts_on, 12))]
    for late in payments:
        ends_on = periods[-1][1]
        new = rules.renewed_term(ends_on, ends_on + late * ONE)
        assert new is not None and new[0] >= ends_on
        periods.append(new)
    assert rules.member_since(reversed(periods)) == starts_on
    for before, after in zip(periods, periods[1:], strict=False):
        gap = (after[0] - before[1]).days
        assert gap == 0 or 14 <= gap < 44


@given(DAYS)
def test_a_longer_gap_begins_anew(starts_on: date) -> None:
    first = (starts_on, months_later(starts_on, 12))
    again = rules.renewable_until(first[1])
    assert rules.member_since([first, (again, months_later(again, 12))]) == again
    assert rules.member_since([]) is None


@given(DAYS, LATE)
def test_each_day_has_at_most_one_notice_and_it_is_the_current_one(ends_on: date, late: int) -> None:
    on = ends_on + late * ONE
    step = rules.renewal_step(ends_on, on)
    by_hand = None if late < -30 or late >= 14 else 30 if late < -7 else 7 if late < -1 else 1 if late < 7 else -7
    assert step == by_hand
    if step is not None:
        until = rules.renewal_step_until(ends_on, step)
        assert start_of(on) < until
        assert rules.renewal_step(ends_on, until.date()) != step


@given(DAYS)
def test_grace_and_revival_touch_without_a_gap(ends_on: date) -> None:
    dates = rules.renewal_dates(ends_on)
    term = [(months_later(ends_on, -12), ends_on)]
    assert rules.standing(term, dates["last"]) == "active"
    assert rules.standing(term, dates["last"] + ONE) == rules.standing(term, dates["grace"]) == "grace"
    assert rules.standing(term, dates["grace"] + ONE) == "expired"
    assert rules.renewed_term(ends_on, dates["revival"]) is not None
    assert rules.renewed_term(ends_on, dates["revival"] + ONE) is None
