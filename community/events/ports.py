"""What events asks of the floors above. Plugged in `community/wiring.py`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from community.kernel.money import Money


class FittingPairs(Protocol):
    def __call__(self, person_ids: Collection[int], at: datetime) -> set[tuple[int, int]]:
        """Of these people, the pairs of whom one has an open need that found the other, smaller key first."""


class PaymentOpen(Protocol):
    def __call__(self, signup_ids: Collection[int]) -> set[int]:
        """Of these signups those for which a payment page is open: their seats are held as long as it is."""


@dataclass(frozen=True)
class Bill:
    """What is asked, or was paid, for one signup. `paying`: a payment page is open for it."""

    number: str
    money: Money
    paid: bool
    paying: bool


class SeatBill(Protocol):
    def __call__(self, signup_id: int) -> Bill | None:
        """The invoice of a signup that is open, or paid and not on its way back; None without one."""


class GiveBackMoney(Protocol):
    def __call__(self, signup_id: int, *, refund: bool, by: Any, at: datetime, reason: str) -> None:
        """The seat is given up, under the event's lock and in the same transaction: void what is open; with `refund`
        (R27, or withdrawn in time) everything paid for it goes back."""


fitting_pairs: FittingPairs
payment_open: PaymentOpen
seat_bill: SeatBill
give_back_money: GiveBackMoney
