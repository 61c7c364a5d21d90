"""Two questions after an event (R29): asked once, answered by those who were there, wishes told only when mutual."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, policies, states
from community.events.models import Event, MeetAgain, Opinion, Signup
from community.events.rules import after
from community.events.selectors import after as selectors
from community.kernel.conflicts import settled
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


def ask_all_due(*, at: datetime) -> int:
    """Write to whoever was at an event that is over and hasn't answered; each is asked once. How many letters."""
    return sum(
        notifications.two_questions(signups, event, until=after.asked_until(event.ends_at), at=at)
        for event in selectors.to_ask(at)
        if (signups := selectors.unasked(event))
    )


@settled({"opinion_once_per_event": "busy"})
def answer(event_id: int, person: "Person", *, worth: str, again: Iterable[str], at: datetime) -> list["Person"]:
    """Keep the answers, in place of earlier ones; `again` are public ids of people who were there too.

    Gives back those who want to meet again as well and were told now, both of them. Raises RuleBroken: "after.absent",
    "after.early", "after.late".
    """
    found = Signup.objects.filter(event=event_id, status=states.ATTENDED)
    named = set(again)
    others = list(found.filter(person__public_id__in=named).exclude(person=person).values_list("person_id", flat=True))
    people.lock_people({person.pk, *others})
    event = Event.objects.get(pk=event_id)
    policies.may_answer(found.filter(person=person).first(), event, at=at).insist()
    Opinion.objects.update_or_create(event=event, person=person, defaults={"worth": worth, "answered_at": at})
    MeetAgain.objects.filter(event=event, person=person).exclude(other__in=others).delete()
    MeetAgain.objects.bulk_create(
        [MeetAgain(event=event, person=person, other_id=pk, wished_at=at) for pk in others], ignore_conflicts=True
    )
    return tell_mutual(event, person, others, at=at)


def tell_mutual(event: Event, person: "Person", others: list[int], *, at: datetime) -> list["Person"]:
    """R29: told to both when both wish it, once for ever; else to nobody."""
    back = MeetAgain.objects.filter(person__in=others, other=person).select_related("person").order_by("person_id")
    told = []
    for other in {wish.person_id: wish.person for wish in back}.values():
        if notifications.meet_again(person, other, event, at=at):
            notifications.meet_again(other, person, event, at=at)
            told.append(other)
    return told
