"""Calendar files (R27) read back by the library: UID, SEQUENCE, status, zone, and who learns the place."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from icalendar import Calendar

from community.events.services import booking, calendars, cancelling, publishing
from community.kernel import audit
from community.members.models import Person
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def browser(who: Person | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if who is not None:
        client.force_login(who)
    return client


def entries(url: str, who: Person | None = None) -> list:
    answer = browser(who).get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def feed_of(who: Person) -> str:
    return f"/calendar/{calendars.make_feed(who.pk, by=who, at=NOON).token}.ics"


def test_one_event_in_community_time_with_its_zone() -> None:
    event, who = make.event(topic="定价，怎么谈；\n一二"), member()
    make.seat(event, who)
    answer = browser(who).get(f"/events/{event.public_id}/event.ics")
    calendar = Calendar.from_ical(answer.content)
    [entry] = calendar.walk("VEVENT")
    assert entry["UID"] == f"{event.public_id}@{urlsplit(settings.BASE_URL).hostname}" and entry["SEQUENCE"] == 0
    assert entry["SUMMARY"] == event.topic and entry["STATUS"] == "CONFIRMED"
    assert entry["DTSTART"].dt == SATURDAY and entry["DTEND"].dt == event.ends_at
    assert entry["DTSTART"].params["TZID"] == "Asia/Shanghai" and calendar.walk("VTIMEZONE")
    assert event.address in entry["LOCATION"] and event.get_absolute_url() in entry["URL"]
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_a_stranger_gets_the_district_and_an_unchanged_event_the_same_bytes() -> None:
    table, visit = make.event(), make.event(kind="visit", starts_at=SATURDAY + DAY)
    url = f"/events/{table.public_id}/event.ics"
    [entry] = entries(url)
    assert table.address not in entry["LOCATION"] and "南山区" in entry["LOCATION"]
    assert browser().get(url).content == browser().get(url).content
    who = make.seat(table).person
    assert visit.address not in entries(f"/events/{visit.public_id}/event.ics", who)[0]["LOCATION"]
    make.seat(visit, who)
    assert visit.address in entries(f"/events/{visit.public_id}/event.ics", who)[0]["LOCATION"]
    assert browser(make.organizer()).get(f"/events/{make.draft().public_id}/event.ics").status_code == 404


def test_a_move_and_a_cancellation_keep_the_uid_and_raise_the_sequence() -> None:
    event, who, staff = make.event(), member(), make.organizer()
    make.seat(event, who)
    url = feed_of(who)
    [before] = entries(url)
    later = SATURDAY + HOUR
    publishing.edit(event.pk, by=staff, at=NOON, starts_at=later, ends_at=later + HOUR)
    [moved] = entries(url)
    cancelling.cancel(event.pk, by=staff, at=NOON + HOUR, reason="场地停电")
    [cancelled] = entries(url)
    assert before["UID"] == moved["UID"] == cancelled["UID"]
    assert [entry["SEQUENCE"] for entry in (before, moved, cancelled)] == [0, 1, 2]
    assert (moved["DTSTART"].dt, moved["STATUS"], cancelled["STATUS"]) == (later, "CONFIRMED", "CANCELLED")


def test_the_feed_holds_my_seats_and_nothing_else(django_assert_max_num_queries) -> None:
    who = member()
    mine, left, waits = (make.event(kind="class", seats_each=n, starts_at=SATURDAY + n * DAY) for n in (3, 2, 1))
    make.seat(mine, who)
    make.seat(left, who)
    booking.withdraw(left.pk, who, by=who, at=NOON)
    cancelling.cancel(left.pk, by=make.organizer(), at=NOON + HOUR, reason="场地停电")
    make.seat(waits)
    make.seat(waits, who)
    url = feed_of(who)
    with django_assert_max_num_queries(2):
        browser().get(url)
    assert [entry["UID"].split("@")[0] for entry in entries(url)] == [mine.public_id]


def test_the_address_is_made_by_a_button_renewed_and_shut() -> None:
    who = member()
    client = browser(who)
    assert "No calendar address yet" in client.get("/calendar/").content.decode()
    assert not hasattr(Person.objects.get(pk=who.pk), "calendar_feed")
    client.post("/calendar/renew/")
    first = Person.objects.get(pk=who.pk).calendar_feed
    assert first.token in client.get("/calendar/").content.decode()
    assert audit.trail(first).get().action == "calendar.make"
    client.post("/calendar/renew/")
    second = Person.objects.get(pk=who.pk).calendar_feed
    assert browser().get(f"/calendar/{first.token}.ics").status_code == 404
    assert browser().get(f"/calendar/{second.token}.ics").status_code == 200
    Person.objects.filter(pk=who.pk).update(is_active=False)
    assert browser().get(f"/calendar/{second.token}.ics").status_code == 404
    assert timedelta(0) == second.made_at - first.made_at
