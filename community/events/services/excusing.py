"""No-shows and late cancellations: what the person says, and letting it pass with a reason (R26)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from community.events import states
from community.events.models import CalendarFeed, MeetAgain, Signup
from community.events.services import guests
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def explain(event_id: int, person: "Person", *, text: str, by: "Person", at: datetime) -> Signup:
    """Keep what somebody says about their own absence; the office reads it. Raises RuleBroken: "excuse.none"."""
    people.lock_person(person.pk)
    signup = Signup.objects.filter(event_id=event_id, person=person).first()
    if signup is None or not is_absence(signup):
        raise RuleBroken("excuse.none")
    Signup.objects.filter(pk=signup.pk).update(excuse=text)
    signup.excuse = text
    audit.record("signup.explain", signup, by=by, at=at, old=signup.status, new=signup.status)
    return signup


@settled()
def excuse(signup_id: str, *, event_id: str, by: "Person", at: datetime, reason: str) -> Signup:
    """The office lets a no-show or a late cancellation pass; pressed twice, nothing more happens.

    Keys are public ids. Raises Signup.DoesNotExist, RuleBroken: "excuse.reason", "excuse.none".
    """
    if not reason.strip():
        raise RuleBroken("excuse.reason")
    found = Signup.objects.get(public_id=signup_id, event__public_id=event_id)
    people.lock_person(found.person_id)
    signup = Signup.objects.select_related("person").get(pk=found.pk)
    if not is_absence(signup):
        raise RuleBroken("excuse.none")
    if signup.excused_at is None:
        Signup.objects.filter(pk=signup.pk).update(excused_at=at, excused_by=by)
        signup.excused_at = at
        audit.record("signup.excuse", signup, by=by, at=at, reason=reason.strip(), old=signup.status, new=signup.status)
    return signup


def is_absence(signup: Signup) -> bool:
    return signup.status == states.MISSED or signup.withdrawn_late


def forget(person_id: int, *, at: datetime) -> int:
    """Somebody is erased: their words and wishes go, and the names of guests they brought; that they were missing stays
    as a count (R52). How many words."""
    guests.forget(person_id, at=at)
    CalendarFeed.objects.filter(person_id=person_id).delete()
    MeetAgain.objects.filter(Q(person=person_id) | Q(other=person_id)).delete()
    return Signup.objects.filter(person_id=person_id).exclude(excuse="").update(excuse="")
