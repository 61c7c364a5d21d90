"""R15, R16: when a saved card is charged, whatever the days: told before, in time, by day, never past the grace."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from community.billing import rules
from community.kernel.days import ZONE, day_of
from community.members import rules as member_rules

DAYS = st.dates(date(2026, 1, 1), date(2036, 12, 31))


@given(DAYS, st.integers(-40, 30))
def test_three_days_after_the_letter_five_before_the_end_and_never_past_the_grace(ends_on: date, told: int) -> None:
    told_on, over_on = ends_on - timedelta(days=told), member_rules.grace_ends_on(ends_on)
    on = rules.charge_on(ends_on, over_on, told_on)
    if told >= 8:
        assert on == ends_on - timedelta(days=5)
    elif told >= -10:
        assert on == told_on + timedelta(days=3) and on < over_on
    else:
        assert on is None


@given(DAYS)
def test_the_hour_is_ten_in_the_morning_of_that_day(on: date) -> None:
    hour = rules.charge_at(on)
    assert day_of(hour) == on and hour.astimezone(ZONE).hour == 10


@given(DAYS)
def test_a_card_is_good_to_the_end_of_its_month(on: date) -> None:
    assert rules.card_lasts(on.year, on.month, on)
    before = on.replace(day=1) - timedelta(days=1)
    assert not rules.card_lasts(before.year, before.month, on)
    after = on + timedelta(days=31)
    assert rules.card_lasts(after.year, after.month, on)


@given(st.sampled_from([*rules.FINAL, "generic_decline", "insufficient_funds", "no_answer", "declined"]), DAYS)
def test_two_tries_at_most_and_one_where_only_the_owner_can_help(code: str, on: date) -> None:
    tries, again = 1, rules.charge_again_on(code, 1, on)
    while again is not None:
        assert again == on + timedelta(days=2) and code not in rules.FINAL
        tries, on = tries + 1, again
        again = rules.charge_again_on(code, tries, on)
    assert tries == (1 if code in rules.FINAL else 2)
