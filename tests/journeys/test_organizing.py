"""The organizer's week: publish a table, check people in with a tap, take it back, cancel."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import Event, Signup
from community.kernel import formats
from community.kernel.days import ZONE
from community.members.models import Application
from tests.events.make import organizer
from tests.journeys.conftest import WALKS, Console, Letters, Look
from tests.journeys.walking import approved, button, fill, host, press, take_a_seat


def typed(at: object) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")  # type: ignore[attr-defined]


@WALKS
def test_publish_check_in_undo_and_cancel(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console, letters: Letters
) -> None:
    console.allow("status of 422")  # a refused form says so
    now = timezone.now()
    application = approved(language=look.language, at=now)
    host(at=now)
    desk = enter(organizer(), look)
    desk.goto("/desk/")
    checked(desk)
    desk.goto("/desk/events/")
    checked(desk)
    press(desk.locator('a[href="/desk/events/new/"]').first)
    checked(desk)

    # A wrong end and a host nobody knows: named at their fields, everything typed stays.
    starts_at = (now + timedelta(minutes=35)).replace(second=0, microsecond=0)
    starts_at -= timedelta(minutes=starts_at.minute % 5)
    fill(desk, topic="第一批客户从哪来", starts_at=typed(starts_at), ends_at=typed(starts_at), host="没有这个人")
    desk.locator("[name=city]").select_option(index=1)
    button_new = desk.locator("form.form button.btn-primary")
    press(button_new)
    expect(desk.locator("[name=ends_at][aria-invalid=true]")).to_be_visible()
    expect(desk.locator("[name=topic]")).to_have_value("第一批客户从哪来")
    checked(desk)
    fill(desk, ends_at=typed(starts_at + timedelta(hours=3)), host="陈明", district="南山区")
    fill(desk, about="三位会员各讲一次。")
    press(button_new)

    # Publishing wants a place; then the page is open.
    press(button(desk, "/publish/"))
    expect(desk.locator("[name=place][aria-invalid=true]")).to_be_visible()
    fill(desk, place="科兴科学园", address="科苑路 15 号")
    press(button(desk, "/publish/"))
    expect(desk.get_by_role("status").first).to_be_visible()
    checked(desk)
    event = Event.objects.get()
    assert event.status == "open" and Signup.objects.get(event=event).is_host

    signup = take_a_seat(event, application.person, at=now)
    press(desk.locator(f'a[href="/desk/events/{event.public_id}/roster/"]').first)
    row = desk.locator(f"#row-{signup.public_id}")
    expect(row).to_contain_text("林晓")
    checked(desk)
    row.locator("button.tick").click()
    expect(row.locator("[aria-pressed=true]")).to_be_visible()
    expect(desk.locator("#figures")).to_contain_text("1")
    assert Application.objects.get(pk=application.pk).attended_at == starts_at
    applicant = enter(application.person, look)
    applicant.goto("/home/")
    expect(applicant.locator('.next a[href="/billing/join/"]')).to_be_visible()
    checked(applicant)

    # The wrong person tapped: taken back, with a reason.
    press(row.locator("[aria-pressed=true]"))
    press(button(desk, "/checkin/undo/"))
    expect(desk.locator("[name=reason][aria-invalid=true]")).to_be_visible()
    checked(desk)
    fill(desk, reason="点错了人")
    press(button(desk, "/checkin/undo/"))
    expect(row.locator("[aria-pressed=false]")).to_be_visible()
    assert Application.objects.get(pk=application.pk).attended_at is None

    desk.goto(f"/desk/events/{event.public_id}/roster/?print=1")
    expect(desk.locator("main")).to_contain_text("林晓")
    expect(desk.locator("main")).not_to_contain_text("13800138000")
    checked(desk)

    # Cancelled by the club: a week more, told by mail and on the home page.
    desk.goto(f"/desk/events/{event.public_id}/")
    desk.locator("details.confirm summary").click()
    desk.locator('form[action$="/cancel/"] [name=reason]').fill("场地临时停电")
    press(button(desk, "/cancel/"))
    expect(desk.locator("main")).to_contain_text("场地临时停电")
    checked(desk)
    longer = application.clock_ends_at + timedelta(days=7)
    until = formats.until(longer, at=now, language=look.language)
    assert any(until in str(letter.body) for letter in letters.to(application.person.email))
    applicant.goto("/home/")
    expect(applicant.locator(".next")).to_contain_text(until)
    applicant.goto(event.get_absolute_url())
    expect(applicant.locator("main")).to_contain_text("场地临时停电")
    checked(applicant)
    applicant.goto("/application/")
    expect(applicant.locator("main")).to_contain_text("第一批客户从哪来")
