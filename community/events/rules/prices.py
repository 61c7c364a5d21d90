"""What an event costs on top of the fee (R28): the price of a day, and until when a seat can be paid (product.md §5)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from community.events.rules import LAST_HOURS
from community.kernel.money import Money

PAY_BEFORE = timedelta(minutes=30)  # before an offer ends a payment can be started for the last time


def price_on(prices: Iterable[tuple[date, Money]], on: date) -> Money | None:
    """Of (first day, price) pairs the one that counts on a community day; None before the first: it costs nothing."""
    begun = [(since, money) for since, money in prices if since <= on]
    return max(begun, key=lambda pair: pair[0])[1] if begun else None


def next_price(prices: Iterable[tuple[date, Money]], on: date) -> tuple[date, Money] | None:
    """The next price to come after a day, with its first day."""
    return min(((since, money) for since, money in prices if since > on), key=lambda pair: pair[0], default=None)


def last_start(offer_ends_at: datetime) -> datetime:
    """The last instant, included, at which paying for an offered seat can begin."""
    return offer_ends_at - PAY_BEFORE


def pays_until(starts_at: datetime) -> datetime:
    """The last instant, included, at which a seat of an event that costs something can still be offered and paid."""
    return last_start(starts_at - LAST_HOURS)
