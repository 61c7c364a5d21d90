"""A message to everybody at one event: looked at first, sent once, not more than three a day."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from community.events import notifications, rules, states
from community.events.models import Announcement, Signup
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person

WHO = {
    rules.TO_COMING: states.COMING,
    rules.TO_WAITING: (states.WAITING, states.OFFERED),
    rules.TO_ALL: (*states.COMING, states.WAITING, states.OFFERED),
}


def recipients(event_id: int, audience: str) -> QuerySet[Signup]:
    """Those who get it, by name: with a seat, waiting, or both."""
    signups = Signup.objects.filter(event_id=event_id, status__in=WHO[audience], person__is_active=True)
    return signups.select_related("person").order_by("person__name_key", "pk")


@settled()
def announce(event_id: int, *, key: str, audience: str, text: str, by: "Person", at: datetime) -> Announcement:
    """Write to everybody of an audience ("coming", "waiting", "all"). `key` names the look before it: sent once per look.

    Raises RuleBroken: "event.stale" for a draft or a cancelled event, "announce.nobody", "announce.most".
    """
    event = seating.lock_event(event_id)
    sent = Announcement.objects.filter(event=event, public_id=key).first()
    if sent is not None:
        return sent
    if event.status not in (states.OPEN, states.HELD):
        raise RuleBroken("event.stale")
    lately = Announcement.objects.filter(event=event, sent_at__gt=at - timedelta(days=1))
    if lately.count() >= rules.ANNOUNCEMENTS_A_DAY:
        raise RuleBroken("announce.most")
    signups = list(recipients(event.pk, audience))
    if not signups:
        raise RuleBroken("announce.nobody")
    made = Announcement.objects.create(
        public_id=key, event=event, audience=audience, text=text, people=len(signups), sent_at=at, sent_by=by
    )
    notifications.announcement(signups, made, at=at)
    audit.record("event.announce", event, by=by, at=at, reason=text, data={"people": len(signups), "to": audience})
    return made
