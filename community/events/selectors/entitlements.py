"""What is left of a tier's seats now (R12), for the page that says what one pays for."""

from datetime import datetime
from typing import Any

from community.events import policies
from community.events.rules.entitlements import MONTHS, Left
from community.members.policies import Included


def left_now(person: Any, included: Included, at: datetime) -> list[Left]:
    """Of the month and the quarter of an instant, in community time; a query for each kind that is counted."""
    return [policies.left_in(person, kind, included, at) for kind in MONTHS]
