"""Stripe's test cards, as far as the double plays them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Card:
    """How a card number behaves. `code`/`decline_code` set: it is refused."""

    number: str
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None
    refund: Literal["at_once", "later", "bounces"] = "at_once"
    disputed: bool = False
    challenged: bool = False  # 3-D Secure
    away: Literal["paid", "declined", "authentication"] = "paid"  # charged while its owner is away

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def brand(self) -> str:
        return "mastercard" if self.number.startswith("5") else "visa"


_CARDS = (
    Card("4242424242424242"),
    Card("5555555555554444"),
    Card("4000000000000002", "card_declined", "generic_decline", "Your card was declined."),
    Card("4000000000009995", "card_declined", "insufficient_funds", "Your card has insufficient funds."),
    Card("4000000000000069", "expired_card", "expired_card", "Your card has expired."),
    Card("4000000000000127", "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    Card("4000000000000119", "processing_error", "processing_error",
         "An error occurred while processing your card. Try again in a little bit."),
    Card("4000000000003220", challenged=True),
    Card("4000002500003155", challenged=True),
    Card("4000002760003184", challenged=True, away="authentication"),
    Card("4000000000000341", away="declined"),
    Card("4000000000000259", disputed=True),
    Card("4000000000007726", refund="later"),
    Card("4000000000005126", refund="bounces"),
)  # fmt: skip
CARDS = {card.number: card for card in _CARDS}


def card(number: str) -> Card:
    """The card for a number as typed; one that is no test card is refused, as in test mode."""
    digits = "".join(ch for ch in number if ch.isdigit())
    if digits in CARDS:
        return CARDS[digits]
    if not 12 <= len(digits) <= 19 or not _luhn(digits):
        return Card(digits.zfill(4), "incorrect_number", None, "Your card number is incorrect.")
    message = (
        "Your card was declined. Your request was in test mode, but used a non test card. For a list "
        "of valid test cards, visit: https://stripe.com/docs/testing."
    )
    return Card(digits, "card_declined", "test_mode_live_card", message)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
