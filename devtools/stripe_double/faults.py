"""Failures on demand: before or after the call was carried out."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from random import Random
from typing import Literal

from .errors import ConnectionLost, Refusal

When = Literal["before", "after"]
_MESSAGES = {
    409: "This object cannot be accessed right now because another API request or Stripe process is "
    "currently accessing it.",
    429: "Too many requests hit the API too quickly.",
}


@dataclass
class Fault:
    """One planned failure.

    `kind`: "drop", "timeout" or an HTTP status. `on`: e.g. "POST /v1/refunds", with * as wildcard.
    """

    kind: str | int
    on: str = "*"
    when: When = "before"
    times: int = 1

    def strike(self) -> None:
        if isinstance(self.kind, int):
            raise refusal(self.kind)
        raise ConnectionLost(timed_out=self.kind == "timeout")


class Faults:
    """The plan: named faults first, then, if shaken, random ones from a seed."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self._random: Random | None = None
        self._rate = 0.0

    def add(self, fault: Fault) -> None:
        self.planned.append(fault)

    def shake(self, seed: int, rate: float) -> None:
        """Every call fails with this probability (a dropped line, a timeout, 500, 503 or 429)."""
        self._random, self._rate = Random(seed), rate

    def calm(self) -> None:
        self.planned.clear()
        self._random = None

    def take(self, verb: str, path: str) -> Fault | None:
        """The failure this request will meet, if any; each planned one counts down."""
        for fault in self.planned:
            if fault.times > 0 and fnmatch(f"{verb.upper()} {path}", fault.on):
                fault.times -= 1
                return fault
        if self._random and self._random.random() < self._rate:
            when: When = self._random.choice(("before", "after"))
            kinds = ("drop", "timeout", 503) if when == "after" else ("drop", "timeout", 500, 503, 429)
            return Fault(self._random.choice(kinds), when=when)
        return None


def refusal(status: int) -> Refusal:
    if status == 429:
        return Refusal(_MESSAGES[429], 429, code="rate_limit")
    if status == 409:
        return Refusal(_MESSAGES[409], 409, code="lock_timeout")
    return Refusal("An unknown error occurred.", status, "api_error")
