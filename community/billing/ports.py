"""What billing asks of the floors above. Plugged in `community/wiring.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Exchange:
    """What somebody gave and got among needs and offers in a stretch of time (R40). `deals`: how many, never how much."""

    answers_got: int = 0
    answers_given: int = 0
    introductions: int = 0
    deals: int = 0


class Exchanged(Protocol):
    def __call__(self, person: Any, since: datetime, until: datetime) -> Exchange:
        """The facts of [since, until)."""


exchanged: Exchanged
