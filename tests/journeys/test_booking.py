"""The approved applicant's three weeks: the clock, a seat, a full table, an offer, giving back, booking again."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import Signup
from community.events.services import booking
from community.kernel import formats
from tests.journeys.conftest import WALKS, Letters, Look
from tests.journeys.walking import approved, button, press, roundtable, take_a_seat

DAY = timedelta(days=1)


@WALKS
def test_book_a_seat_give_it_back_and_book_again(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], letters: Letters
) -> None:
    now = timezone.now()
    application = approved(language=look.language, at=now)
    who = application.person
    table = roundtable("第一批客户从哪来", at=now, starts_in=3 * DAY)
    small = roundtable("出海三个坑", at=now, starts_in=5 * DAY, seats_each=2)
    page = enter(who, look)
    page.goto("/home/")
    until = formats.until(application.clock_ends_at, at=now, language=look.language)
    expect(page.locator(".next")).to_contain_text(until)
    checked(page)

    # The last chair goes while the page is open: the press is answered in place with the waitlist and the reason.
    press(page.locator(f'main a[href="{small.get_absolute_url()}"]').first)
    expect(button(page, "/signup/")).to_be_visible()
    checked(page)
    seated = take_a_seat(small, at=now)
    button(page, "/signup/").click()
    expect(page.locator("#line").get_by_role("status")).to_be_focused()
    expect(button(page, "/signup/")).to_have_count(0)
    assert Signup.objects.get(person=who).status == "waiting"
    checked(page)

    # The seat is given back: kept for the next in line, who takes it and later gives it back.
    booking.withdraw(small.pk, seated.person, by=seated.person, at=now)
    assert small.topic in str(letters.last(who.email).subject)
    page.goto(small.get_absolute_url())
    expect(button(page, "/accept/")).to_be_visible()
    checked(page)
    press(button(page, "/accept/"))
    assert Signup.objects.get(person=who).status == "confirmed"
    press(page.locator('main a[href$="/ticket/"]').first)
    checked(page)
    page.goto(small.get_absolute_url())
    page.locator("details.confirm summary").click()
    press(button(page, "/withdraw/"))
    page.goto("/events/")
    press(page.locator(f'main a[href="{table.get_absolute_url()}"]').first)

    press(button(page, "/signup/"))
    expect(page.get_by_role("status").first).to_be_visible()
    checked(page)
    assert "第一批客户从哪来" in str(letters.last(who.email).subject) + str(letters.last(who.email).body)
    page.goto("/home/")
    expect(page.locator(".next")).to_contain_text("第一批客户从哪来")
    press(page.locator(f'main a[href="{table.get_absolute_url()}"]').first)
    page.locator("details.confirm summary").click()
    checked(page)
    press(button(page, "/withdraw/"))
    expect(button(page, "/signup/")).to_be_visible()
    assert Signup.objects.get(person=who, event=table).status == "withdrawn"
    press(button(page, "/signup/"))
    expect(page.locator("details.confirm summary")).to_be_visible()
    assert Signup.objects.get(person=who, event=table).status == "confirmed"


@WALKS
def test_a_visitor_sees_the_teaser_and_no_names(
    person: Callable[..., Page], look: Look, checked: Callable[[Page], Page]
) -> None:
    now = timezone.now()
    table = roundtable("第一批客户从哪来", at=now, starts_in=3 * DAY)
    page = person(locale=look.locale, width=look.width)
    page.goto("/events/")
    checked(page)
    press(page.locator(f'main a[href="{table.get_absolute_url()}"]').first)
    expect(page.locator("main")).to_contain_text("南山区")
    expect(page.locator("main")).not_to_contain_text("陈明")
    expect(page.locator("main")).not_to_contain_text("科苑路")
    checked(page)
    press(page.locator('main a[href*="/accounts/login/"]').first)
    expect(page).to_have_url(re.compile(r"next=/events/"))
