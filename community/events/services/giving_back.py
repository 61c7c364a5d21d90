"""Whoever loses standing gives back the seats to come, in the same act (product.md §5, People)."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import states
from community.events.models import Signup
from community.events.services import offering, seating
from community.events.services.booking import give_up
from community.kernel.conflicts import settled
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def give_back_seats(person_id: int, *, by: "Person | None", at: datetime, reason: str) -> int:
    """Withdraw the person from every event that has not begun, seats, offers and places in line; from how many.

    A host's chair counts too. Each chair goes to the next in line in the same act (R24).
    """
    people.lock_person(person_id)
    held = Signup.objects.filter(
        person_id=person_id, status__in=[states.WAITING, states.OFFERED, states.CONFIRMED], event__status=states.OPEN,
        event__starts_at__gt=at,
    )  # fmt: skip
    events = held.order_by("event_id").values_list("event_id", flat=True)
    by_key = seating.lock_events(list(events))
    signups = list(held.order_by("pk"))
    for signup in signups:
        event = by_key[signup.event_id]
        give_up(signup, event, "withdraw", by=by, at=at, reason=reason)
        offering.settle(event, at=at)
    return len(signups)
