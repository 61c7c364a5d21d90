"""A table is not over when it ends: three days later, and once more after fourteen if nothing happened."""

from datetime import datetime

from community.ties import notifications
from community.ties.selectors import nudging


def nudge_all_due(*, at: datetime) -> int:
    """How many letters are new; each step of a table once a person, and only for the last table they were at."""
    return notifications.nudge(nudging.due(at), at=at)
