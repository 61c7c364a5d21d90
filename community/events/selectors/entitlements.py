"""What is left of a tier's seats and guests now (R12), for the page that says what one pays for."""

from datetime import datetime
from typing import Any

from community.events import policies
from community.events.rules.entitlements import GUEST, MONTHS, Left
from community.members.policies import Included


def left_now(person: Any, included: Included, at: datetime) -> list[Left]:
    """Of the month and the quarter of an instant, in community time, a query for each; guests where a tier has any."""
    kinds = [*MONTHS, *([GUEST] if included.guests_a_quarter else [])]
    return [policies.left_in(person, kind, included, at) for kind in kinds]
