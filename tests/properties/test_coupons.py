"""R12, R13: what a code takes off any price, and any crowd of people against a code's limits."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from community.billing import rules
from community.kernel.money import Money, share

PRICES = st.integers(1, 10**12)
TODAY = date(2026, 11, 25)
NEAR = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
MAYBE = st.none() | NEAR


@given(PRICES, st.integers(1, 10**13))
def test_a_fixed_amount_never_takes_more_than_there_is(price: int, amount: int) -> None:
    off = rules.discount(price, amount=amount)
    assert 0 < off <= price and (off == amount or price - off == 0)


@given(PRICES, st.integers(1, 100))
@example(1, 50)
@example(1, 49)
@example(3, 50)
@example(380_000, 100)
def test_a_share_is_rounded_once_and_never_by_more_than_half_a_fen(price: int, percent: int) -> None:
    off = rules.discount(price, percent=percent)
    exact = Fraction(price * percent, 100)
    assert 0 <= off <= price and -Fraction(1, 2) < off - exact <= Fraction(1, 2)
    assert percent < 100 or off == price
    left = (Money(price) - Money(off)).amount
    assert left >= 0 and left + off == price, "nothing is lost between what is paid and what is given"


@given(PRICES, PRICES, st.integers(1, 100))
def test_who_pays_more_pays_more_with_a_code_too(one: int, other: int, percent: int) -> None:
    cheap, dear = sorted((one, other))
    assert cheap - rules.discount(cheap, percent=percent) <= dear - rules.discount(dear, percent=percent)
    assert rules.discount(cheap, percent=percent) == share(cheap, percent, 100)


LIMITS = st.builds(
    rules.Limits, first_on=NEAR, last_on=MAYBE, ended=st.booleans(), purpose=st.sampled_from(["", "admission", "renewal"]),
    tiers=st.frozensets(st.integers(1, 3), max_size=2), currency=st.sampled_from(["", "CNY", "HKD"]),
    joined_before_on=MAYBE, uses=st.none() | st.integers(1, 4), uses_each=st.integers(1, 3),
)  # fmt: skip


@given(LIMITS, NEAR, st.sampled_from(["admission", "renewal", "upgrade"]), st.integers(1, 3), MAYBE, st.integers(0, 5),
       st.integers(0, 4))  # fmt: skip
def test_good_means_that_every_limit_is_kept(
    limits: rules.Limits, on: date, purpose: str, tier_id: int, joined_on: date | None, used: int, own: int
) -> None:
    refusal = rules.coupon_refusal(
        limits, on=on, purpose=purpose, tier_id=tier_id, currency="CNY", joined_on=joined_on, used=used,
        used_by_person=own,
    )  # fmt: skip
    kept = {
        "coupon.over": not limits.ended and (limits.last_on is None or on <= limits.last_on),
        "coupon.early": limits.first_on <= on,
        "coupon.not_for_this": purpose != "upgrade" and limits.purpose in ("", purpose) and limits.currency != "HKD",
        "coupon.other_tier": not limits.tiers or tier_id in limits.tiers,
        "coupon.founders": limits.joined_before_on is None or (joined_on or on) < limits.joined_before_on,
        "coupon.used_by_you": own < limits.uses_each,
        "coupon.used_up": limits.uses is None or used < limits.uses,
    }
    assert all(kept.values()) if not refusal else not kept[refusal]


@given(LIMITS, st.lists(st.integers(1, 5), max_size=20))
def test_a_crowd_that_comes_one_after_another(limits: rules.Limits, people: list[int]) -> None:
    """However many ask and whoever they are, no code is used more often than it says, in all or by one."""
    given_to: list[int] = []
    for person in people:
        if not rules.coupon_refusal(
            limits, on=TODAY, purpose="admission", tier_id=1, currency="CNY", joined_on=None, used=len(given_to),
            used_by_person=given_to.count(person),
        ):  # fmt: skip
            given_to.append(person)
    assert limits.uses is None or len(given_to) <= limits.uses
    assert all(given_to.count(person) <= limits.uses_each for person in given_to)


@given(st.text(st.sampled_from("abcXYZ0189 -_–—ＡＢ１"), max_size=20))
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    code = rules.coupon_code(typed)
    assert rules.coupon_code(code) == code and rules.coupon_code(typed.lower()) == code
    assert code.isascii() and (not code or code.isalnum())
