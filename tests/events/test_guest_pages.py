"""What a member, the office and the host see of guests (R12)."""

import pytest
from django.test import Client

from community.events.models import Guest, Signup
from community.events.services.guests import NewGuest
from community.members.models import Person
from tests.events import make
from tests.events.make import SATURDAY
from tests.events.test_guests import four_guests, pair
from tests.make import NOON, member

pytestmark = pytest.mark.django_db
__all__ = ["four_guests"]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def reader_of(who: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_form_keeps_what_was_typed_and_takes_two_seats() -> None:
    event, who = make.event(), member()
    reader, url = reader_of(who), f"{event.get_absolute_url()}guest/"
    page = text(reader.get(event.get_absolute_url()))
    assert url in page and "Guests your tier includes this quarter: 4 of 4 left" in page
    typed = {"name": "<b>安娜</b>", "contact": "not reachable", "consent": ""}
    again = text(reader.post(url, typed))
    assert "&lt;b&gt;安娜&lt;/b&gt;" in again and "Type a telephone number" in again and "Ask your guest" in again
    for contact in ("138 0013 8000", "anna@example.test"):
        reader.post(url, {"name": "安娜", "contact": contact, "consent": "on"})
    assert Guest.objects.get().contact == "138 0013 8000"
    page = text(reader.get(event.get_absolute_url()))
    assert "You bring 安娜." in page and "Two seats are yours." in page
    reader.post(f"{event.get_absolute_url()}guest/drop/")
    assert not Guest.objects.exists() and Signup.objects.get(person=who).status == "confirmed"


def test_who_may_not_reads_why() -> None:
    event = make.event(kind="visit")
    page = text(reader_of(member()).get(f"{event.get_absolute_url()}guest/"))
    assert "take no guests" in page and "<form class" not in page
    assert "/guest/" not in text(reader_of(member()).get(event.get_absolute_url()))


def test_a_waiting_pair_reads_what_it_waits_for() -> None:
    event = make.event(seats_each=2)
    waits = pair(event)
    page = text(reader_of(waits.person).get(event.get_absolute_url()))
    assert "until two seats are free at once" in page and "Come alone" in page


def test_the_roster_the_print_the_cards_and_the_run_sheet_have_the_guest(django_assert_max_num_queries) -> None:
    event, staff = make.event(), make.organizer()
    for number in range(3):
        pair(event, member(f"会员{number}"), guest=NewGuest(f"来宾{number}", "1380013"))
    desk, host = reader_of(staff), reader_of(event.host)
    for client, path in (
        (desk, f"/desk/events/{event.public_id}/roster/"),
        (desk, f"/desk/events/{event.public_id}/roster/?print=1"),
        (host, f"{event.get_absolute_url()}host/"),
        (host, f"{event.get_absolute_url()}cards/"),
        (host, f"{event.get_absolute_url()}run/"),
    ):
        with django_assert_max_num_queries(14):
            page = text(client.get(path))
        assert page.count("Guest of 会员") >= 3 and "来宾2" in page and "1380013" not in page
    assert "来宾1" in text(desk.get(f"/desk/events/{event.public_id}/roster/?q=来宾1"))


def test_a_tap_on_the_roster_and_taking_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    event, staff = make.event(), make.organizer()
    pair(event)
    desk, key = reader_of(staff), Guest.objects.get().public_id
    monkeypatch.setattr("django.utils.timezone.now", lambda: SATURDAY)
    url = f"/desk/events/{event.public_id}/guests/"
    row = text(desk.post(f"{url}checkin/", {"guest": key}, headers={"hx-request": "true"}))
    assert 'aria-pressed="true"' in row and f"guest-{key}" in row
    asked = text(desk.get(f"/desk/events/{event.public_id}/roster/?undo_guest={key}"))
    assert "Undo the check-in of 安娜, a guest?" in asked
    assert "Undo the check-in of" in text(desk.post(f"{url}undo/", {"guest": key, "reason": ""}))
    desk.post(f"{url}undo/", {"guest": key, "reason": "点错"})
    assert Guest.objects.get().checked_in_at is None
    assert desk.post(f"{url}checkin/", {"guest": "x" * 12}).status_code == 404
