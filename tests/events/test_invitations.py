"""Calendar files in letters, read back by the library, and the links into calendars on the web (R27)."""

from email import message_from_bytes
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar

from community.events.models import Event
from community.events.rules import calendar_links
from community.events.services import cancelling, hosting, publishing
from community.kernel import outbox
from community.kernel.models import Message
from tests.events import make
from tests.events.make import HOUR, SATURDAY
from tests.events.test_pages import browser
from tests.make import NOON, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def carried(person, kind: str):
    """The calendar part of the last letter of a kind, as it leaves the house, and its one entry."""
    letter = Message.objects.filter(person=person, kind=f"events/{kind}").latest("pk")
    mail = message_from_bytes(outbox.email_of(letter).message().as_bytes())
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None, None
    calendar = Calendar.from_ical(parts[0].get_payload(decode=True))
    assert parts[0].get_param("method") == calendar["METHOD"] and len(parts) == 1
    return calendar, calendar.walk("VEVENT")[0]


def test_seat_move_and_cancellation_are_one_entry_with_a_rising_sequence() -> None:
    event, who, staff = make.event(), member("林晓"), make.organizer()
    make.seat(event, who)
    calendar, first = carried(who, "seat_confirmed")
    assert (calendar["METHOD"], first["STATUS"], first["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert first["DTSTART"].dt == SATURDAY and str(first["DTSTART"].dt.tzinfo) == "Asia/Shanghai"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert first["ATTENDEE"] == f"mailto:{who.email}" and first["ORGANIZER"].startswith("mailto:")
    publishing.edit(event.pk, by=staff, at=NOON, starts_at=SATURDAY + HOUR, ends_at=SATURDAY + 4 * HOUR)
    _, moved = carried(who, "event_moved")
    assert (moved["UID"], moved["SEQUENCE"], moved["DTSTART"].dt) == (first["UID"], 1, SATURDAY + HOUR)
    cancelling.cancel(event.pk, by=staff, at=NOON, reason="停电")
    calendar, struck = carried(who, "event_cancelled")
    assert (calendar["METHOD"], struck["STATUS"], struck["UID"]) == ("CANCEL", "CANCELLED", first["UID"])
    assert struck["SEQUENCE"] > moved["SEQUENCE"]


def test_whoever_waits_gets_no_entry_and_no_place() -> None:
    event = make.event(kind="visit", host=member(), seats_each=1)
    waiting = make.seat(event)
    assert waiting.status == "waiting"
    publishing.edit(event.pk, by=make.organizer(), at=NOON, place="新地方")
    assert carried(waiting.person, "event_moved") == (None, None)
    cancelling.cancel(event.pk, by=make.organizer(), at=NOON, reason="停电")
    assert carried(waiting.person, "event_cancelled") == (None, None)


def test_a_host_who_gives_the_chair_back_has_it_struck_out() -> None:
    event = make.event()
    old = event.host
    hosting.change(event.pk, member(), keeps_chair=False, by=make.organizer(), at=NOON, reason="发烧")
    calendar, struck = carried(old, "host_released")
    assert (calendar["METHOD"], struck["STATUS"]) == ("CANCEL", "CANCELLED")


def test_what_was_written_stays_when_the_event_changes_before_delivery() -> None:
    event, who = make.event(), member()
    make.seat(event, who)
    Event.objects.filter(pk=event.pk).update(topic="改了", sequence=7)
    _, entry = carried(who, "seat_confirmed")
    assert (entry["SUMMARY"], entry["SEQUENCE"]) == ("出海三个坑", 0)


def test_links_into_calendars_on_the_web() -> None:
    found = dict(
        calendar_links.links(
            topic="A & B", starts_at=SATURDAY, ends_at=SATURDAY + HOUR, where="科苑路 15 号", url="https://x/"
        )
    )
    google = parse_qs(urlsplit(found["google"]).query)
    assert google["dates"] == ["20261128T060000Z/20261128T070000Z"] and google["text"] == ["A & B"]
    assert parse_qs(urlsplit(found["outlook"]).query)["startdt"] == ["2026-11-28T06:00:00Z"]


def test_the_page_offers_them_to_whoever_has_a_seat_and_helps_inside_wechat(now) -> None:
    event, who = make.event(), member()
    url = event.get_absolute_url()
    assert "calendar.google.com" not in browser(who).get(url).content.decode()
    make.seat(event, who)
    text = browser(who).get(url).content.decode()
    assert "calendar.google.com" in text and "outlook.live.com" in text and "WeChat doesn" not in text
    wechat = browser(who).get(url, headers={"user-agent": "Mozilla/5.0 MicroMessenger/8.0"}).content.decode()
    assert "WeChat doesn" in wechat
