"""Chairs the office keeps back, with a reason and an end (product.md §5). Everything under the event's lock."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import policies
from community.events.models import SeatHold, StaffHold
from community.events.services import allotting, offering, seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person


def hold(
    event_id: int, *, key: str, chairs: int, reason: str, ends_at: datetime, by: "Person", at: datetime
) -> StaffHold:
    """Keep so many free chairs from everybody until `ends_at` (excluded). `key` names the form: one hold a form.

    What people wait for is offered first (R24). Raises RuleBroken: "hold.reason", "hold.end", "hold.full", "busy",
    "event.begun", "event.cancelled".
    """
    if not reason.strip():
        raise RuleBroken("hold.reason")
    allotting.run_if_due(event_id, at=at)
    return _hold(event_id, key=key, chairs=chairs, reason=reason.strip(), ends_at=ends_at, by=by, at=at)


@settled({"hold_one_per_seat": "busy"})
def _hold(
    event_id: int, *, key: str, chairs: int, reason: str, ends_at: datetime, by: "Person", at: datetime
) -> StaffHold:
    event = seating.lock_event(event_id)
    made = StaffHold.objects.filter(event=event, public_id=key).first()
    if made is not None:
        return made
    offering.settle(event, at=at)
    policies.may_hold(event, ends_at=ends_at, at=at).insist()
    free = list(seating.free_seats(event.pk).order_by("-table__number", "-number"))
    if len(free) < chairs:
        raise RuleBroken("hold.full", free=len(free))
    made = StaffHold.objects.create(
        public_id=key, event=event, reason=reason, made_at=at, made_by=by, ends_at=ends_at
    )  # fmt: skip
    SeatHold.objects.bulk_create(SeatHold(seat=seat, staff_hold=made, taken_at=at) for seat in free[:chairs])
    audit.record(
        "hold.make", made, by=by, at=at, reason=reason, data={"chairs": chairs, "until": ends_at.isoformat()}
    )  # fmt: skip
    return made


@settled(dict.fromkeys(seating.ONE_PER_SEAT, "busy"))
def release(hold_id: str, *, event_id: str, by: "Person", at: datetime) -> StaffHold:
    """Let the chairs go before their time, to whoever is next in line (R24). Pressed twice, nothing more happens.

    Keys are public ids. Raises StaffHold.DoesNotExist, RuleBroken("busy").
    """
    found = StaffHold.objects.get(public_id=hold_id, event__public_id=event_id)
    event = seating.lock_event(found.event_id)
    offering.settle(event, at=at)
    kept = StaffHold.objects.get(pk=found.pk)
    if kept.ended_at is None:
        seating.let_go(kept, by=by, at=at)
        offering.settle(event, at=at)
    return kept
