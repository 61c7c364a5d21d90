"""Calendars (R27): events as iCalendar files; the same UID for ever, SEQUENCE raised by a move or a cancellation."""

from collections.abc import Iterable
from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from community.events import states
from community.events.models import Event
from community.kernel.days import ZONE

if TYPE_CHECKING:
    from icalendar import Event as Entry
    from icalendar import Timezone

    from community.members.models import Person


def ics(events: Iterable[tuple[Event, bool]], *, name: str, method: str = "PUBLISH") -> bytes:
    """Events as an iCalendar file in community time; with each goes whether its reader may know the exact place.

    The bytes depend on the events alone, so that an unchanged event is the same file at every reading.
    """
    from icalendar import Calendar  # two megabytes that most workers never need

    calendar = Calendar()
    calendar.add("PRODID", "-//Tongzhuo//Events//ZH")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    calendar.add("X-WR-CALNAME", " ".join(name.split()))
    calendar.add_component(_community_time())
    for event, with_place in events:
        calendar.add_component(_entry(event, with_place))
    written: bytes = calendar.to_ical()
    return written


@cache
def _community_time() -> "Timezone":
    """The rules of the clocks of Asia/Shanghai, worked out once: half of what an entry costs otherwise."""
    from icalendar import Timezone

    return Timezone.from_tzid(ZONE.key)


def _entry(event: Event, with_place: bool) -> "Entry":
    from icalendar import Event as Entry

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


def invitation(event: Event, person: "Person", *, takes_back: bool = False) -> dict[str, Any]:
    """What a letter about a seat carries along: the event with its exact place, for this one person's calendar.

    Programs find the entry again by its UID and believe the highest SEQUENCE; `takes_back` strikes it out.
    """
    from icalendar import Calendar, vCalAddress

    method = "CANCEL" if takes_back else "REQUEST"
    calendar = Calendar.from_ical(ics([(event, True)], name=event.topic, method=method))
    [entry] = calendar.walk("VEVENT")
    if takes_back:
        entry["STATUS"] = "CANCELLED"
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["PARTSTAT"], attendee.params["RSVP"], attendee.params["CN"] = "ACCEPTED", "FALSE", person.name
    entry.add("ORGANIZER", organizer)
    entry.add("ATTENDEE", attendee)
    return {"method": method, "text": calendar.to_ical().decode()}
