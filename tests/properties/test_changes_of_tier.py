"""R17 for any tiers and days: the way up by day, over 29 February, on the first and on the last day."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from community.billing import rules
from community.kernel.days import months_later
from community.kernel.money import Money

FEN = st.integers(1, 10**9)
STARTS = st.dates(date(2023, 1, 1), date(2032, 12, 31))
LEAP = date(2027, 3, 1)  # its year holds 29 February 2028


@given(FEN, FEN, STARTS, st.integers(0, 365))
@example(380_000, 980_000, LEAP, 0)
@example(380_000, 980_000, LEAP, 365)
@example(380_000, 980_000, date(2028, 2, 29), 364)
@example(980_000, 380_000, LEAP, 100)
def test_counted_by_hand(old: int, new: int, starts_on: date, gone: int) -> None:
    ends_on = months_later(starts_on, 12)
    days = (ends_on - starts_on).days
    gone = min(gone, days - 1)
    price = rules.upgrade(Money(old), Money(new), starts_on, ends_on, starts_on + timedelta(days=gone)).amount
    exact = max(new - old, 0) * (days - gone)
    assert 0 <= price <= max(new - old, 0)
    assert -days < 2 * (exact - price * days) <= days, "the nearest fen, a half upwards"
    if gone == 0:
        assert price == max(new - old, 0), "on the first day the whole difference"


@given(FEN, FEN, STARTS, st.integers(0, 364), st.integers(0, 364))
def test_never_dearer_later(old: int, new: int, starts_on: date, one: int, other: int) -> None:
    ends_on = months_later(starts_on, 12)
    prices = [
        rules.upgrade(Money(old), Money(new), starts_on, ends_on, starts_on + timedelta(days=day)).amount
        for day in sorted((one, other))
    ]
    assert prices[0] >= prices[1]


@given(FEN, FEN, FEN, STARTS, st.integers(0, 364))
def test_two_steps_cost_what_one_does(a: int, b: int, c: int, starts_on: date, gone: int) -> None:
    """Within a fen, by way of whatever tier between."""
    low, middle, high = (Money(fen) for fen in sorted((a, b, c)))
    term = (starts_on, months_later(starts_on, 12), starts_on + timedelta(days=gone))
    steps = rules.upgrade(low, middle, *term) + rules.upgrade(middle, high, *term)
    assert abs((steps - rules.upgrade(low, high, *term)).amount) <= 1
