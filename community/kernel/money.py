"""Money is whole minor units (fen) and an ISO 4217 code; there is no float anywhere."""

from dataclasses import dataclass

CNY = "CNY"


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units of a currency. Adding or comparing different currencies is a programming error."""

    amount: int
    currency: str = CNY

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other


def share(amount: int, part: int, whole: int) -> int:
    """`amount × part / whole` in minor units, rounded half up; the house's one rounding function.

    Raises ValueError unless 0 ≤ part ≤ whole, whole > 0 and amount ≥ 0.
    """
    if amount < 0 or whole <= 0 or not 0 <= part <= whole:
        raise ValueError("share() needs amount ≥ 0 and 0 ≤ part ≤ whole, whole > 0")
    return (2 * amount * part + whole) // (2 * whole)
