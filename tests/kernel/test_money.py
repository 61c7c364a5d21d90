"""Whole fen and a currency; one rounding function."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.money import Money, share

whole_amounts = st.integers(0, 10**12)


def test_amounts_of_one_currency_add_subtract_and_compare():
    fee, part = Money(380_000), Money(80_000)
    assert fee + part == Money(460_000)
    assert fee - part == Money(300_000)
    assert -fee == Money(-380_000)
    assert part < fee and part <= fee and fee <= fee and not fee < fee
    assert fee and not Money(0)


def test_different_currencies_never_mix():
    yuan, dollars = Money(100), Money(100, "USD")
    assert yuan != dollars
    for mix in (lambda: yuan + dollars, lambda: yuan - dollars, lambda: yuan < dollars, lambda: yuan <= dollars):
        with pytest.raises(ValueError, match="do not mix"):
            mix()


@given(whole_amounts, st.integers(1, 4000), st.data())
def test_a_share_is_the_exact_one_rounded_half_up(amount, whole, data):
    part = data.draw(st.integers(0, whole))
    exact = Fraction(amount * part, whole)
    assert share(amount, part, whole) == (exact + Fraction(1, 2)).__floor__()


@given(whole_amounts, st.integers(1, 4000), st.data())
def test_two_shares_of_a_whole_lose_nothing_and_invent_at_most_a_fen(amount, whole, data):
    part = data.draw(st.integers(0, whole))
    assert share(amount, part, whole) + share(amount, whole - part, whole) - amount in (0, 1)


def test_a_share_of_nothing_and_of_everything():
    assert share(380_000, 0, 365) == 0
    assert share(380_000, 365, 365) == 380_000
    assert share(1, 1, 2) == 1  # half a fen goes up


@pytest.mark.parametrize(("amount", "part", "whole"), [(-1, 1, 2), (1, -1, 2), (1, 3, 2), (1, 0, 0)])
def test_a_share_that_makes_no_sense_is_refused(amount, part, whole):
    with pytest.raises(ValueError, match="share"):
        share(amount, part, whole)
