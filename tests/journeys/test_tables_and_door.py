"""An evening of two tables: planned and changed on a phone and by dragging; tickets read by the camera, and without a
network."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import Event, Signup
from community.events.selectors import tables
from community.members.models import Person
from tests import make
from tests.events.make import organizer
from tests.journeys.conftest import Console, Look
from tests.journeys.walking import button, plan_through, press, roundtable, take_a_seat

PHONE, DESK = Look("zh-CN", 390), Look("en", 1280)
CAMERA = """(picture) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 })
  const pen = canvas.getContext("2d")
  const image = new Image()
  image.src = picture
  const draw = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, 640, 480); pen.drawImage(image, 140, 60, 360, 360) }
  image.onload = draw
  setInterval(draw, 100)
  delete window.BarcodeDetector
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10)
}"""


@pytest.fixture
def evening() -> tuple[Event, list[Person]]:
    now = timezone.now()
    event = roundtable("出海三个坑", at=now, starts_in=timedelta(minutes=35), table_count=2, seats_each=6)
    people = [make.member(name, since=now - timedelta(days=60)) for name in ("林晓", "周宁", "许安", "何静宜", "苏明")]
    for who in people:
        take_a_seat(event, who, at=now)
    return event, people


def seat_of(event: Event, who: Person) -> int:
    return tables.table_of(Signup.objects.select_related("seat__table").get(event=event, person=who))


def test_two_tables_are_planned_and_somebody_moves(
    evening: tuple[Event, list[Person]], enter: Callable[..., Page], checked: Callable[[Page], Page]
) -> None:
    event, people = evening
    staff = organizer()
    desk = enter(staff, PHONE)
    desk.goto(f"/desk/events/{event.public_id}/")
    press(desk.locator(f'a[href="/desk/events/{event.public_id}/tables/"]').first)
    checked(desk)
    press(button(desk, "/tables/propose/"))
    expect(desk.locator("#working")).to_be_visible()
    checked(desk)
    plan_through(timezone.now())
    expect(desk.locator("#seating")).to_be_visible()  # by itself
    checked(desk)
    assert sorted(seat_of(event, who) for who in people) == [1] * 5  # a proposal moves nobody
    who = people[0]
    signup = Signup.objects.get(event=event, person=who)
    choice = desk.locator(f"[name=at-{signup.public_id}]")
    other = "1" if choice.input_value() == "2" else "2"
    with desk.expect_response("**/tables/figures/"):
        choice.select_option(other)
    expect(desk.locator(f'[data-drop="{other}"]')).to_contain_text("林晓")
    press(desk.locator("#seating button[type=submit]:not([formaction])"))
    assert seat_of(event, who) == int(other)
    assert Signup.objects.filter(event=event, seat__isnull=False).count() == 6
    checked(desk)

    # At a large screen the same by dragging.
    desk = enter(staff, DESK)
    desk.goto(f"/desk/events/{event.public_id}/tables/")
    back = 3 - int(other)
    with desk.expect_response("**/tables/figures/"):
        desk.locator(f"[data-person]:has([name=at-{signup.public_id}]) > .row-main").drag_to(
            desk.locator(f'[data-drop="{back}"]')
        )
    press(desk.locator("#seating button[type=submit]:not([formaction])"))
    assert seat_of(event, who) == back
    checked(desk)


def test_the_run_sheet_counts_turns(
    evening: tuple[Event, list[Person]], enter: Callable[..., Page], checked: Callable[[Page], Page]
) -> None:
    event, _people = evening
    page = enter(event.host, PHONE)
    page.goto(event.get_absolute_url())
    press(page.locator(f'a[href="/events/{event.public_id}/host/"]'))
    checked(page)
    press(page.locator(f'a[href="/events/{event.public_id}/run/"]'))
    checked(page)
    page.context.set_offline(True)
    page.locator("[data-list]").nth(1).locator("[data-pick]").first.click()
    clock = page.locator("[data-clock]")
    before = clock.inner_text()
    page.locator('[data-act="run"]').click()
    expect(clock).not_to_have_text(before)
    who = page.locator("[data-who]").inner_text()
    page.locator('[data-act="next"]').click()
    expect(page.locator("[data-who]")).not_to_have_text(who)


def test_tickets_by_camera_and_without_a_network(
    evening: tuple[Event, list[Person]], enter: Callable[..., Page], checked: Callable[[Page], Page], console: Console
) -> None:
    console.allow("ERR_INTERNET_DISCONNECTED")
    console.allow("ERR_FAILED")
    event, people = evening
    signups = [Signup.objects.get(event=event, person=who) for who in people]
    ticket = enter(people[0], PHONE)
    ticket.goto(f"/events/{event.public_id}/ticket/")
    picture = ticket.locator("img.qr").get_attribute("src")

    door = enter(organizer(), PHONE)
    door.goto(f"/desk/events/{event.public_id}/scan/")
    checked(door)
    result, queue = door.locator("[data-result]"), door.locator("[data-queue]")
    door.evaluate(CAMERA, picture)
    door.locator("[data-camera]").click()
    expect(result).to_have_attribute("data-tone", "done", timeout=15000)
    expect(result).to_contain_text("林晓")
    door.locator("[data-camera]").click()
    assert Signup.objects.get(pk=signups[0].pk).status == "attended"

    # No network: the name is known, the scan is kept, and sent with its own time.
    door.context.set_offline(True)
    door.locator("[name=token]").fill(signups[1].public_id)
    door.locator("[name=token]").press("Enter")
    expect(result).to_contain_text("周宁")
    expect(queue).to_contain_text("1")
    assert Signup.objects.get(pk=signups[1].pk).status == "confirmed"
    scanned = door.evaluate("(key) => JSON.parse(localStorage.getItem(key))[0].at", f"scans:{event.public_id}")
    door.context.set_offline(False)
    expect(result).to_have_attribute("data-tone", "done")
    found = Signup.objects.get(pk=signups[1].pk)
    assert found.status == "attended" and found.uploaded_at and found.checked_in_at
    assert round(found.checked_in_at.timestamp() * 1000) == scanned < found.uploaded_at.timestamp() * 1000

    # A reload loses nothing.
    door.route("**/scan/record/", lambda route: route.abort())
    door.locator("[name=token]").fill(signups[2].public_id)
    door.locator("[name=token]").press("Enter")
    expect(queue).to_contain_text("1")
    door.reload()
    expect(queue).to_contain_text("1")
    door.unroute("**/scan/record/")
    door.locator("[data-send]").click()
    expect(result).to_have_attribute("data-tone", "done")
    expect(queue).not_to_contain_text("1")
    assert Signup.objects.get(pk=signups[2].pk).status == "attended"

    # Nonsense, and another event's ticket, are refused in words at once.
    for text in ("hello", "https://x.test/?token=abcdefghjkmn.abcdefghjkmn.1~forged"):
        door.locator("[name=token]").fill(text)
        door.locator("[name=token]").press("Enter")
        expect(result).to_have_attribute("data-tone", "refused")
    checked(door)
