"""Places of a cohort: taken, given back, asked for. Lock order: person, programme."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.programmes import notifications, policies, rules, states
from community.programmes.models import Asking, Participation, Place, Programme
from community.programmes.selectors import leading
from community.programmes.services.planning import lock_programme

if TYPE_CHECKING:
    from community.members.models import Person

# The database says the last word about the thirty-first (docs/decisions/0019).
CONFLICTS = {
    "place_number_once": "programme.stale",
    "place_once": "programme.stale",
    "place_of_thirty": "programme.full",
    "place_within_seats": "programme.full",
}


@settled(CONFLICTS)
def join(programme_id: int, person: "Person", *, at: datetime) -> Place:
    """Take the lowest free number of the cohort. Pressed twice, it is one place.

    Raises RuleBroken: "programme.full", "programme.standing", "programme.not_open", "programme.host",
    "programme.stage", "programme.prerequisite".
    """
    people.lock_person(person.pk)
    programme = lock_programme(programme_id)
    mine = Place.objects.filter(programme=programme, person=person).first()
    if mine is not None and mine.status in states.SEATED:
        return mine
    policies.may_join(person, programme, at=at).insist()
    taken = Place.objects.filter(programme=programme, number__isnull=False).values_list("number", flat=True)
    number = rules.free_number(set(taken), programme.seats)
    if number is None:
        raise RuleBroken("programme.full")
    place = _seated(mine, programme, person, number, at)
    notifications.joined(place, programme, at=at)
    return place


def _seated(mine: Place | None, programme: Programme, person: "Person", number: int, at: datetime) -> Place:
    if mine is not None:
        lifecycle.move(
            states.PLACE, mine, "join", by=person, at=at, person_id=person.pk, number=number, joined_at=at, left_at=None
        )
        return mine
    place = Place.objects.create(programme=programme, person=person, number=number, joined_at=at)
    audit.record("place.join", place, by=person, at=at, person_id=person.pk, old=states.NEW, new=place.status)
    return place


@settled()
def leave(programme_id: int, person: "Person", *, at: datetime) -> Place:
    """Give the place back, any day until the end; what was written stays. Pressed twice, it is given back once.

    Raises RuleBroken: "programme.over", "place.stale".
    """
    people.lock_person(person.pk)
    programme = lock_programme(programme_id)
    place = Place.objects.filter(programme=programme, person=person).first()
    if place is not None and place.status == states.LEFT:
        return place
    policies.may_leave(place, programme, at=at).insist()
    assert place is not None
    _give_back(place, by=person, at=at, reason="")
    return place


def _give_back(place: Place, *, by: "Person | None", at: datetime, reason: str) -> None:
    lifecycle.move(
        states.PLACE, place, "leave", by=by, at=at, reason=reason, person_id=place.person_id, number=None, left_at=at
    )
    going = Participation.objects.filter(person=place.person_id, challenge__programme=place.programme_id, left_at=None)
    going.filter(challenge__status=states.OPEN).update(left_at=at)


@settled()
def leave_all(person_id: int, *, by: "Person | None", at: datetime, reason: str) -> int:
    """Whoever loses standing gives back the places in programmes that have not ended, in the same act; how many."""
    people.lock_person(person_id)
    held = Place.objects.filter(person=person_id, status=states.JOINED).order_by("programme_id")
    given = 0
    for place in held:
        programme = lock_programme(place.programme_id)
        if programme.status_at(at) in (states.OPEN, states.RUNNING):
            _give_back(place, by=by, at=at, reason=reason)
            given += 1
    Participation.objects.filter(person=person_id, left_at=None, challenge__status=states.OPEN).update(left_at=at)
    Asking.objects.filter(person=person_id, answered_at=None).delete()
    return given


@settled({"asking_once": "asking.once"})
def ask_in(programme_id: int, person: "Person", *, text: str = "", at: datetime) -> Asking:
    """Somebody of another stage asks the hosts to let them in; the hosts are told at once.

    Raises RuleBroken: "asking.once", "asking.needless", as `join`.
    """
    people.lock_person(person.pk)
    programme = lock_programme(programme_id)
    policies.may_ask_in(person, programme, at=at).insist()
    asking = Asking.objects.create(
        programme=programme, person=person, text=text.strip()[: rules.WORD_MOST], asked_at=at
    )
    audit.record("programme.ask", asking, by=person, at=at, person_id=person.pk)
    for host in leading(programme, at):
        notifications.asked(asking, host, at=at)
    return asking


@settled()
def answer_asking(asking_id: str, *, let_in: bool, by: "Person", at: datetime) -> Asking:
    """A host lets somebody in, or not this time; said once. `asking_id`: public id.

    Raises Asking.DoesNotExist, RuleBroken: "asking.stale", "place.own", "programme.not_open".
    """
    found = Asking.objects.select_related("programme").get(public_id=asking_id)
    people.lock_people({by.pk, found.person_id})
    programme = lock_programme(found.programme_id)
    asking = Asking.objects.select_for_update(of=("self",)).select_related("programme", "person").get(pk=found.pk)
    if asking.answered_at is not None:
        if asking.let_in == let_in:
            return asking
        raise RuleBroken("asking.stale")
    policies.may_answer_asking(by, programme, let_in=let_in, at=at).insist()
    asking.answered_at, asking.answered_by, asking.let_in = at, by, let_in
    asking.save(update_fields=["answered_at", "answered_by", "let_in"])
    audit.record("programme.answer", asking, by=by, at=at, person_id=asking.person_id, data={"let_in": let_in})
    notifications.answered(asking, at=at)
    return asking
