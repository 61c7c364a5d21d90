"""A signup pressed by the page's own script (htmx): only the place in line comes back, all else leads to the whole page."""

import re

import pytest
from django.http import HttpResponse
from django.urls import reverse

from community.events.models import Signup
from tests.events import make
from tests.events.test_pages import browser, page
from tests.make import member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')


def pressed(who, event) -> HttpResponse:
    client = browser(who) if who else browser()
    return client.post(reverse("event_signup", args=[event.public_id]), headers={"HX-Request": "true"})


def part(html: str, begins: str, ends: str) -> str:
    """What stands between two marks, without white space and form tokens."""
    assert html.count(begins) == 1, begins
    return TOKEN.sub("", " ".join(html.partition(begins)[2].partition(ends)[0].split()))


def test_a_place_in_line_is_answered_as_a_reload_would_show_it() -> None:
    event = make.event(seats_each=2)
    make.seat(event)
    make.queue_up(event, 1)
    who = member()
    answer = pressed(who, event)
    assert answer.status_code == 200 and "HX-Redirect" not in answer.headers
    said, reloaded = answer.content.decode(), page(event, who)
    assert "You are on the waitlist" in said
    place = "You are number 2 on the waitlist"
    assert part(said, place, "</div>") == part(reloaded, place, "</div>")
    bar = part(said + "</aside>", '<div id="action" hx-swap-oob="true">', "</aside>")
    assert "Leave the waitlist" in bar and part(reloaded, '<div id="action">', "</aside>").startswith(bar)


def test_a_seat_leads_to_the_whole_page() -> None:
    event, who = make.event(), member()
    assert pressed(who, event).headers["HX-Redirect"] == event.get_absolute_url()
    assert "The seat is yours" not in page(event, who)  # said to the browser that pressed, once
    assert Signup.objects.get(person=who).status == "confirmed"


def test_an_allotment_leads_to_the_whole_page() -> None:
    event = make.event(allots_at=make.SATURDAY - make.DAY)
    assert pressed(member(), event).headers["HX-Redirect"] == event.get_absolute_url()


def test_a_refusal_says_why_in_its_place() -> None:
    event = make.event()
    answer = pressed(person(), event)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert event.signups.count() == 1


def test_who_was_signed_out_meanwhile_is_led_to_sign_in() -> None:
    event = make.event()
    led = pressed(None, event).headers["HX-Redirect"]
    assert led.startswith(reverse("account_login"))
    assert event.signups.count() == 1
