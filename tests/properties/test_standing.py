"""R14 with suspensions, for any days: half-open on both sides, and the term runs on below."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from community.kernel.days import months_later
from community.members import rules

START = date(2026, 1, 31)
ONE = timedelta(days=1)
DAYS = st.integers(-20, 430).map(lambda days: START + days * ONE)
ROWS = st.lists(st.tuples(DAYS, st.integers(0, 60)).map(lambda row: (row[0], row[0] + row[1] * ONE)), max_size=4)
TERM = (START, months_later(START, 12))


@given(ROWS, DAYS)
@example([(START, START)], START)
@example([(START, START + ONE)], START)
@example([(START, START + ONE)], START + ONE)
def test_a_day_is_suspended_exactly_inside_a_row_and_otherwise_as_the_terms_say(rows, on) -> None:
    alone, found = rules.standing([TERM], on), rules.standing([TERM], on, suspended=rows)
    inside = any(begins <= on < ends for begins, ends in rows)
    assert found == ("suspended" if inside and alone in ("active", "grace") else alone)
    until = rules.suspended_until(rows, on)
    assert (until is not None) == inside
    if until is not None:
        assert on < until <= max(ends for _, ends in rows)


@given(st.integers(0, 300), st.integers(1, 60))
def test_the_day_before_and_the_day_after_are_days_with_rights(begins: int, days: int) -> None:
    row = (START + begins * ONE, START + (begins + days) * ONE)
    standing = [rules.standing([TERM], day, suspended=[row]) for day in (row[0], row[1] - ONE, row[1])]
    assert standing[:2] == ["suspended", "suspended"] and standing[2] in ("active", "grace")
    if begins:
        assert rules.standing([TERM], row[0] - ONE, suspended=[row]) == "active"


@given(ROWS, DAYS)
def test_no_suspension_ends_or_lengthens_a_membership(rows, on) -> None:
    periods, over = [TERM], [TERM[1]]
    for ends in ([], over):
        alone = rules.standing(periods, on, over=ends)
        found = rules.standing(periods, on, over=ends, suspended=rows)
        assert (alone in ("none", "expired")) == (found in ("none", "expired"))
