"""Accepting the conditions of a trip (R28): which wording, and when. No seat before it."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import rules
from community.events.models import Event, WaiverAcceptance
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
    made, new = WaiverAcceptance.objects.get_or_create(
        event=event, person=person, version=version, defaults={"text": event.waiver.strip(), "accepted_at": at}
    )
    if new:
        audit.record("waiver.accept", made, by=by, at=at, data={"version": version})


def insist(event: Event, person_id: int) -> None:
    """Raises RuleBroken("waiver.missing") when the event's conditions, as they stand, are not accepted by this person."""
    version = rules.waiver_version(event.waiver)
    if version and not WaiverAcceptance.objects.filter(event=event, person_id=person_id, version=version).exists():
        raise RuleBroken("waiver.missing")
