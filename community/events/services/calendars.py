"""The address of a person's own calendar; what stands in it is written in selectors/calendars.py (R27)."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from community.events.models import CalendarFeed
from community.kernel import audit
from community.kernel.conflicts import settled
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def make_feed(person_id: int, *, by: "Person", at: datetime) -> CalendarFeed:
    """A new address for the person's calendar; the old one, if any, leads nowhere from now on."""
    person = people.lock_person(person_id)
    feed, made = CalendarFeed.objects.update_or_create(
        person=person, defaults={"token": secrets.token_urlsafe(24), "made_at": at}
    )
    audit.record("calendar.make" if made else "calendar.renew", feed, by=by, at=at)
    return feed
