"""“I'd like to meet again”, any day after the two were somewhere together (R29). Told when it is mutual, and only then."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import states
from community.events.models import MeetAgain, Signup
from community.events.services import answering
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.selectors import blocks
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"again_once_per_event": "busy"})
def wish(person: "Person", other_id: int, *, at: datetime) -> bool:
    """Whether it is mutual now; both are told then. Said twice, it stands once.

    Raises RuleBroken("wish.met") when the two were at no event together, or one of them wants nothing to do with the other.
    """
    people.lock_people([person.pk, other_id])
    both = Signup.objects.filter(person=person, status=states.ATTENDED)
    last = Signup.objects.filter(person=other_id, status=states.ATTENDED, event__in=both.values("event"))
    last = last.select_related("event").order_by("-event__starts_at", "-pk")
    seat = last.first() if person.pk != other_id and not blocks.are_apart(person.pk, other_id) else None
    if seat is None:
        raise RuleBroken("wish.met")
    if not MeetAgain.objects.filter(person=person, other=other_id).exists():
        MeetAgain.objects.create(event=seat.event, person=person, other_id=other_id, wished_at=at)
    answering.tell_mutual(seat.event, person, [other_id], at=at)
    return MeetAgain.objects.filter(person=other_id, other=person).exists()


@settled()
def take_back(person: "Person", other_id: int) -> bool:
    """No more; nobody is told. Whether there was a wish."""
    people.lock_people([person.pk, other_id])
    return bool(MeetAgain.objects.filter(person=person, other=other_id).delete()[0])
