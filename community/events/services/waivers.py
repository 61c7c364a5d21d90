"""Accepting the conditions of a trip (R28): which wording, and when. No seat before it."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import rules
from community.events.models import Event, Signup, WaiverAcceptance
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def accept(event_id: int, person: "Person", *, version: str, by: "Person", at: datetime) -> None:
    """Record that the person accepts this wording; said twice, the first time counts.

    Raises RuleBroken: "waiver.none", "waiver.changed" when the wording is another one by now, "event.gone".
    """
    people.lock_person(person.pk)
    event = seating.lock_event(event_id)
    if not event.waiver_version:
        raise RuleBroken("waiver.none")
    if version != event.waiver_version:
        raise RuleBroken("waiver.changed")
    write(event, person.pk, by=by, at=at)


@settled()
def record(signup_id: str, *, event_id: str, by: "Person", at: datetime) -> Signup:
    """The office writes down that somebody read the conditions and accepted them before its eyes: a host, who was seated
    by the publishing, or whoever missed a new wording. The trail says who wrote it.

    Keys are public ids. Raises Signup.DoesNotExist, RuleBroken("waiver.none").
    """
    found = Signup.objects.get(public_id=signup_id, event__public_id=event_id)
    people.lock_person(found.person_id)
    event = seating.lock_event(found.event_id)
    if not event.waiver_version:
        raise RuleBroken("waiver.none")
    write(event, found.person_id, by=by, at=at)
    return Signup.objects.select_related("person").get(pk=found.pk)


def write(event: Event, person_id: int, *, by: "Person", at: datetime) -> None:
    """The wording as it stands, under the locks of person and event; once."""
    version = event.waiver_version
    made, new = WaiverAcceptance.objects.get_or_create(
        event=event, person_id=person_id, version=version, defaults={"text": event.waiver.strip(), "accepted_at": at}
    )
    if new:
        audit.record("waiver.accept", made, by=by, at=at, data={"version": version})


def insist(event: Event, person_id: int, code: str = "waiver.missing") -> None:
    """Raises RuleBroken(`code`) when the event's conditions, as they stand, are not accepted by this person."""
    version = rules.waiver_version(event.waiver)
    if version and not WaiverAcceptance.objects.filter(event=event, person_id=person_id, version=version).exists():
        raise RuleBroken(code)
