"""Calendars (R27): one event as a file, a person's seats as a feed; the same UID for ever, SEQUENCE raised by a move."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar
from icalendar import Event as Entry

from community.events import states
from community.events.models import CalendarFeed, Event
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import ZONE
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


def ics(events: Iterable[tuple[Event, bool]], *, name: str) -> bytes:
    """Events as an iCalendar file in community time; with each goes whether its reader may know the exact place.

    The bytes depend on the events alone, so that an unchanged event is the same file at every reading.
    """
    calendar = Calendar()
    calendar.add("PRODID", "-//Tongzhuo//Events//ZH")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", " ".join(name.split()))
    for event, with_place in events:
        calendar.add_component(_entry(event, with_place))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _entry(event: Event, with_place: bool) -> Entry:
    url = f"{settings.BASE_URL}{event.get_absolute_url()}"
    entry = Entry()
    entry.add("UID", f"{event.public_id}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}")
    entry.add("DTSTAMP", event.cancelled_at or event.published_at or event.created_at)
    entry.add("SEQUENCE", event.sequence)
    entry.add("STATUS", "CANCELLED" if event.status == states.CANCELLED else "CONFIRMED")
    entry.add("SUMMARY", event.topic)
    entry.add("DTSTART", event.starts_at.astimezone(ZONE))
    entry.add("DTEND", event.ends_at.astimezone(ZONE))
    where = (event.place, event.address) if with_place else (event.city.name, event.district)
    entry.add("LOCATION", " ".join(part for part in where if part))
    entry.add("DESCRIPTION", "\n".join(part for part in (event.directions if with_place else "", url) if part))
    entry.add("URL", url)
    return entry


@settled()
def make_feed(person_id: int, *, by: "Person", at: datetime) -> CalendarFeed:
    """A new address for the person's calendar; the old one, if any, leads nowhere from now on."""
    person = people.lock_person(person_id)
    feed, made = CalendarFeed.objects.update_or_create(
        person=person, defaults={"token": secrets.token_urlsafe(24), "made_at": at}
    )
    audit.record("calendar.make" if made else "calendar.renew", feed, by=by, at=at)
    return feed
