"""Cancelling an event (R27)."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, states
from community.events.models import Event, StaffHold
from community.events.services import booking, seating
from community.events.services.booking import give_up
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import clock

if TYPE_CHECKING:
    from community.members.models import Person


def cancel(event_id: int, *, by: "Person", at: datetime, reason: str) -> Event:
    """Cancel: everybody is told, chairs are freed, and clocks of those who held one are extended (R6). Once.

    Raises RuleBroken: "event.reason", "event.checked_in", "event.stale", "event.gone", "busy".
    """
    if not reason.strip():
        raise RuleBroken("event.reason")
    return seating.insist(lambda: _cancel(event_id, by=by, at=at, reason=reason.strip()))


@settled()
def _cancel(event_id: int, *, by: "Person", at: datetime, reason: str) -> Event | None:
    locked = seating.lock_with_everybody(event_id)
    if locked is None:
        return None
    event, signups = locked
    if event.status == states.CANCELLED:
        return event
    if any(signup.status == states.ATTENDED for signup in signups):
        raise RuleBroken("event.checked_in")
    if event.qualifying:  # while the chair still counts as held: a clock that waits for this very roster runs on
        for signup in (one for one in signups if one.status in states.COMING):
            clock.extend_for_cancelled_event(
                signup.person_id, topic=event.topic, starts_at=event.starts_at, by=by, at=at
            )
    lifecycle.move(
        states.EVENT, event, "cancel", by=by, at=at, reason=reason, cancelled_at=at, cancelled_by=by,
        cancel_reason=reason, sequence=event.sequence + 1,
    )  # fmt: skip
    for hold in StaffHold.objects.filter(event=event, ended_at=None).order_by("pk"):
        seating.let_go(hold, by=by, at=at)
    for signup in signups:
        waited = signup.status not in states.COMING
        costs = event.traits.may_cost and booking.is_paid(signup)
        give_up(signup, event, "cancel", by=by, at=at, reason=reason)
        notifications.event_cancelled(signup, event, waited=waited, costs=costs, at=at)
    return event
