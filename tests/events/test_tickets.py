"""Coming in (R25): the signed ticket, the code at the door, and the page a scan opens."""

from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client

from community.events.models import Event, Signup
from community.events.services import booking, cancelling, closing, tickets
from community.members.models import Person
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.make import NOON, approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
TICK = timedelta(microseconds=1)


def browser(who: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


def seated(**changes) -> tuple[Event, Signup]:
    event = make.event(**({"kind": "class"} | changes))
    return event, make.seat(event)


def test_a_ticket_says_whose_seat_it_is() -> None:
    event, signup = seated()
    assert tickets.read(tickets.token(signup), event_id=event.public_id).pk == signup.pk
    assert tickets.read(f" {tickets.token(signup)}\n", event_id=event.public_id).pk == signup.pk


def test_forged_foreign_and_returned_tickets_are_refused() -> None:
    event, signup = seated()
    token = tickets.token(signup)
    other = make.event(kind="class", starts_at=SATURDAY + DAY)
    for forged in ("", "abc", token[:-1], token.replace(signup.public_id, "zzzzzzzzzzzz"), token + "x", "a~b", "\x00"):
        with refused("ticket.forged"):
            tickets.read(forged, event_id=event.public_id)
    with refused("ticket.other"):
        tickets.read(token, event_id=other.public_id)
    booking.withdraw(event.pk, signup.person, by=signup.person, at=NOON + HOUR)
    with refused("ticket.stale"):
        tickets.read(token, event_id=event.public_id)
    again = make.seat(event, signup.person, at=NOON + 2 * HOUR)
    with refused("ticket.stale"):
        tickets.read(token, event_id=event.public_id)
    assert tickets.read(tickets.token(again), event_id=event.public_id).pk == signup.pk


def test_who_waits_has_no_ticket() -> None:
    event, _ = seated(seats_each=1)
    with refused("signup.none"):
        tickets.token(make.seat(event))


def test_scanning_checks_in_once_and_a_replay_changes_nothing() -> None:
    application = approved(person("赵岩"))
    event = make.event()
    signup = make.seat(event, application.person)
    token, desk = tickets.token(signup), browser(make.organizer())
    url, tap = f"/desk/events/{event.public_id}/scan/", f"/desk/events/{event.public_id}/checkin/"
    with mock.patch("django.utils.timezone.now", return_value=SATURDAY - HOUR - TICK):
        assert "opens 60 minutes before" in desk.get(url, {"token": token}).content.decode()
        desk.post(tap, {"token": token})
    signup.refresh_from_db()
    assert signup.status == "confirmed"
    with mock.patch("django.utils.timezone.now", return_value=SATURDAY - HOUR):
        page = desk.get(url, {"token": f"https://club.example{url}?token={token}"}).content.decode()
        assert "赵岩" in page and tickets.door_code(event) in page
        assert Signup.objects.get(pk=signup.pk).status == "confirmed"  # looking changes nothing
        assert "赵岩 is checked in" in desk.post(tap, {"token": token}, follow=True).content.decode()
        assert "Is checked in already" in desk.get(url, {"token": token}).content.decode()
        desk.post(tap, {"token": token})
        assert "no ticket of ours" in desk.get(url, {"token": "abc"}).content.decode()
        assert desk.post(tap, {}).status_code == 404
        assert "no ticket of ours" in desk.post(tap, {"token": "abc"}, follow=True).content.decode()
    signup.refresh_from_db()
    application.refresh_from_db()
    assert (signup.status, signup.checked_in_at) == ("attended", SATURDAY - HOUR)
    assert application.attended_at == SATURDAY


def test_the_code_at_the_door_works_in_its_window_for_who_has_a_seat() -> None:
    event, signup = seated()
    code, who = tickets.door_code(event), signup.person
    assert len(code) == 6 and code.isdigit() and code == tickets.door_code(event)
    for at in (SATURDAY - HOUR - TICK, event.ends_at + DAY):
        with refused("door.none"):
            tickets.by_door_code(who, code, at=at)
    with refused("door.none"):
        tickets.by_door_code(member(), code, at=SATURDAY)
    with refused("door.wrong"):
        tickets.by_door_code(who, f"{(int(code) + 1) % 10**6:06d}", at=SATURDAY)
    for _ in range(2):
        done = tickets.by_door_code(who, code, at=SATURDAY - HOUR)
    assert (done.status, done.checked_in_by_id, done.checked_in_at) == ("attended", who.pk, SATURDAY - HOUR)


def test_the_last_tick_of_the_window_counts() -> None:
    event, signup = seated()
    at = event.ends_at + DAY - TICK
    assert tickets.by_door_code(signup.person, tickets.door_code(event), at=at).status == "attended"


def test_a_closed_roster_and_a_cancelled_event_take_no_code() -> None:
    event, signup = seated()
    closing.close_roster(event.pk, by=make.organizer(), at=event.ends_at)
    with refused("door.none"):
        tickets.by_door_code(signup.person, tickets.door_code(event), at=event.ends_at)
    other, seat = seated(starts_at=SATURDAY + 5 * DAY)
    cancelling.cancel(other.pk, by=make.organizer(), at=NOON, reason="场地停电")
    with refused("door.none"):
        tickets.by_door_code(seat.person, tickets.door_code(other), at=other.starts_at)


def test_the_page_of_the_door_takes_what_phones_type_and_stops_guessing() -> None:
    event, signup = seated()
    client, code = browser(signup.person), tickets.door_code(event)
    with mock.patch("django.utils.timezone.now", return_value=SATURDAY):
        assert "six digits" in client.post("/checkin/", {"code": "12ab"}).content.decode()
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        assert "You are checked in. Enjoy it!" in client.post("/checkin/", {"code": wide}, follow=True).content.decode()
        guesser = browser(make.seat(event, at=NOON).person)
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        answers = [guesser.post("/checkin/", {"code": wrong}).status_code for _ in range(11)]
        assert answers == [200] * 10 + [429]
        assert guesser.post("/checkin/", {"code": code}).status_code == 429


def test_my_ticket_is_mine() -> None:
    event, signup = seated()
    url = f"/events/{event.public_id}/ticket/"
    page = browser(signup.person).get(url)
    assert "data:image/svg+xml" in page.content.decode() and "no-store" in page["Cache-Control"]
    answer = browser(member()).get(url)
    assert (answer.status_code, answer["Location"]) == (302, event.get_absolute_url())
    assert Client().get(url).status_code == 302
