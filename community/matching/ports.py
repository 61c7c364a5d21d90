"""What matching asks of the floors above. Plugged in `community/wiring.py`."""

from typing import Protocol


class KeptApart(Protocol):
    def __call__(self, person_id: int) -> set[int]:
        """Those who muted this person, and those whom this person muted: neither is ever led to the other."""


def nobody(person_id: int) -> set[int]:
    """The answer of a club in which nobody can mute anybody."""
    return set()


kept_apart: KeptApart = nobody
