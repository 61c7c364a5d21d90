"""What events asks of the floors above. Plugged in `community/wiring.py`."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class FittingPairs(Protocol):
    def __call__(self, person_ids: Collection[int], at: datetime) -> set[tuple[int, int]]:
        """Of these people, the pairs of whom one has an open need that found the other, smaller key first."""


fitting_pairs: FittingPairs
