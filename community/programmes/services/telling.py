"""The weekly line of each of a cohort, and what mates answer. Lock order: person, programme."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.programmes import notifications, policies, rules, states
from community.programmes.models import CheckIn, Place, Reply
from community.programmes.services.planning import lock_programme

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"checkin_once_a_week": "checkin.over"})
def check_in(programme_id: int, person: "Person", number: int, way: str, text: str, *, at: datetime) -> CheckIn:
    """Say how week `number` goes: done, stuck, or a question. Changed until the week ends; told after it, it is late.

    Raises RuleBroken: "checkin.early", "checkin.over", "checkin.text", "checkin.way", "place.stale",
    "programme.not_running".
    """
    people.lock_person(person.pk)
    programme = lock_programme(programme_id)
    place = Place.objects.filter(programme=programme, person=person, status=states.JOINED).first()
    week = next((week for week in programme.weeks if week.number == number), None)
    policies.may_check_in(place, programme, week, at=at).insist()
    if way not in rules.WAYS:
        raise RuleBroken("checkin.way")
    if not text.strip():
        raise RuleBroken("checkin.text")
    assert place is not None and week is not None
    said = text.strip()[: rules.TEXT_MOST]
    found = CheckIn.objects.filter(place=place, week=number).first()
    if found is None:
        found = CheckIn.objects.create(
            place=place, week=number, way=way, text=said, written_at=at, late=rules.is_late(week, at)
        )
    elif (found.way, found.text) != (way, said):
        found.way, found.text, found.changed_at = way, said, at
        found.save(update_fields=["way", "text", "changed_at"])
    return found


@settled()
def reply(check_in: CheckIn, text: str, *, by: "Person", at: datetime) -> Reply:
    """A mate or a host answers who is stuck or asks. Sent twice, it stands once.

    Raises RuleBroken: "reply.needless", "reply.text", "place.stale", "programme.not_running".
    """
    if not text.strip():
        raise RuleBroken("reply.text")
    people.lock_people({by.pk, check_in.place.person_id})
    policies.may_reply(by, check_in, at=at).insist()
    said = text.strip()[: rules.REPLY_MOST]
    same = Reply.objects.filter(check_in=check_in, author=by, text=said, removed_at=None).first()
    if same is not None:
        return same
    made = Reply.objects.create(check_in=check_in, author=by, text=said, written_at=at)
    if by.pk != check_in.place.person_id:
        notifications.replied(made, check_in, at=at)
    return made


@settled()
def take_back(reply_id: str, *, by: "Person", at: datetime) -> Reply:
    """Its author takes an answer back: the words go. `reply_id`: public id. Raises Reply.DoesNotExist."""
    people.lock_person(by.pk)
    found = Reply.objects.select_for_update(of=("self",)).select_related("check_in").get(public_id=reply_id, author=by)
    if found.removed_at is None:
        found.removed_at, found.text = at, ""
        found.save(update_fields=["removed_at", "text"])
        audit.record("reply.remove", found, by=by, at=at, person_id=by.pk)
    return found
