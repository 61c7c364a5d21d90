"""Closing rosters: who was confirmed and is not checked in has missed it, and the event is held (product.md §3, §5)."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import rules, states
from community.events.models import Event
from community.events.services import seating
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person


def close_roster(event_id: int, *, by: "Person | None", at: datetime) -> Event:
    """Close the roster, after the end; pressed twice, nothing more happens. `by` is None when day 7 closes it.

    Check-ins may still be typed until day 7, with a reason. Raises RuleBroken: "event.not_over", "event.stale", "busy".
    """
    return seating.insist(lambda: _close(event_id, by=by, at=at))


def close_all_due(*, at: datetime) -> int:
    """Rosters of events that ended seven days ago or earlier; one transaction an event."""
    due = Event.objects.filter(status=states.OPEN, ends_at__lte=at - rules.ROSTER_OPEN)
    ids = list(due.order_by("ends_at").values_list("pk", flat=True))
    return sum(_closed(event_id, at=at) for event_id in ids)


def _closed(event_id: int, *, at: datetime) -> bool:
    """One event's refusal (somebody signs up this second, an organizer cancels) stops nobody else's roster."""
    try:
        close_roster(event_id, by=None, at=at)
    except RuleBroken:
        return False
    return True


@settled()
def _close(event_id: int, *, by: "Person | None", at: datetime) -> Event | None:
    locked = seating.lock_with_everybody(event_id)
    if locked is None:
        return None
    event, signups = locked
    if event.status == states.HELD:
        return event
    if at < event.ends_at:
        raise RuleBroken("event.not_over")
    lifecycle.move(states.EVENT, event, "hold", by=by, at=at, roster_closed_at=at, roster_closed_by=by)
    for signup in signups:
        if signup.status == states.CONFIRMED:
            lifecycle.move(states.SIGNUP, signup, "miss", by=by, at=at, missed_at=at)
    return event
