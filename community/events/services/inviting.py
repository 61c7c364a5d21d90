"""The office asks a member to an event by name, so that nobody is forgotten (R36). Lock order: person, event."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, policies, states
from community.events.models import Invitation, Signup
from community.events.selectors import invitations
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"invitation_once_per_event": "invite.twice"})
def invite(event_id: int, person_id: int, *, by: "Person", at: datetime) -> Invitation:
    """Put a personal invitation on record and write it; once an event and person. It keeps no seat: R22 stays as it is.

    Raises RuleBroken: "invite.twice", "invite.signed_up", "invite.closed", "invite.cannot", "invite.full" when no seat
    is left that the person could book at once.
    """
    person = people.lock_person(person_id)
    event = seating.lock_event(event_id)
    if Invitation.objects.filter(event=event, person=person).exists():
        raise RuleBroken("invite.twice")
    if Signup.objects.filter(event=event, person=person).exclude(status=states.WITHDRAWN).exists():
        raise RuleBroken("invite.signed_up", name=person.name)
    policies.may_invite(person, event, at=at).insist()
    if not invitations.invitable(at).filter(pk=event.pk).exists():
        raise RuleBroken("invite.full")
    made = Invitation.objects.create(event=event, person=person, invited_at=at, invited_by=by)
    audit.record("event.invite", event, by=by, at=at, person_id=person.pk)
    notifications.invited(made, at=at)
    return made
