"""A newcomer walks the first thirty days on a phone; the office finds a forgotten member at the desk and asks them to a table."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import Invitation
from tests import make
from tests.events import make as events
from tests.journeys.conftest import LOOKS, Console, Look
from tests.journeys.walking import button, press, roundtable

DAY = timedelta(days=1)
CHINESE_PHONE = pytest.mark.parametrize("look", [LOOKS[0]], indirect=True, ids=["zh-390"])
ENGLISH_DESK = pytest.mark.parametrize("look", [LOOKS[3]], indirect=True, ids=["en-1280"])


@CHINESE_PHONE
def test_the_first_thirty_days(enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page]) -> None:
    now = timezone.now()
    event = roundtable("出海三个坑", at=now, starts_in=3 * DAY)
    who = make.member("林晓", since=now - 2 * DAY)
    page = enter(who, look)
    page.goto("/home/")
    checked(page)
    expect(page.locator("main")).to_contain_text("7 件里做了 0 件")

    # The first of them: the card says what one needs and offers.
    press(page.locator('main ol a[href="/profile/"]'))
    page.locator("[name=needs]").fill("小批量模具")
    page.locator("[name=offers]").fill("懂认证")
    press(page.locator("form.form button.btn-primary").first)
    # A seat at the next table.
    page.goto("/home/")
    press(page.locator('main ol a[href="/events/?kind=roundtable"]'))
    press(page.locator(f'main a[href="{event.get_absolute_url()}"]').first)
    press(button(page, "/signup/"))
    # The calendar.
    page.goto("/home/")
    expect(page.locator("main")).to_contain_text("7 件里做了 2 件")
    press(page.locator('main ol a[href="/calendar/"]'))
    press(page.locator("form.actions button"))
    page.goto("/home/")
    expect(page.locator("main")).to_contain_text("7 件里做了 3 件")
    checked(page)

    press(button(page, "/home/first-days/away/"))
    expect(page.locator("main")).to_contain_text("林晓")
    expect(page.locator('main ol a[href="/posts/new/"]')).to_have_count(0)


@ENGLISH_DESK
def test_the_office_finds_somebody_and_asks_them(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console
) -> None:
    console.allow("status of 422")
    now = timezone.now()
    host = make.member("陈明", since=now - 200 * DAY)
    event = roundtable("出海三个坑", at=now, starts_in=3 * DAY, host=host)
    who = make.member("沈知秋", since=now - 200 * DAY)
    page = enter(events.organizer(), look)
    page.goto("/desk/")
    press(page.locator('main a[href="/desk/figures/coverage/"]').first)
    checked(page)
    press(page.locator('main a[href*="list=seat"]').first)
    row = page.locator("main .rows li", has_text="沈知秋")
    expect(row).to_contain_text("No seat")
    press(row.locator(f'a[href="/desk/people/{who.public_id}/invite/"]'))
    checked(page)
    press(page.locator("form.form button.btn-primary"))  # nothing chosen
    expect(page.locator("main")).to_contain_text("Choose an event.")
    page.locator(f'[name=event][value="{event.public_id}"]').check()
    press(page.locator("form.form button.btn-primary"))
    checked(page)
    expect(page.locator("main .rows li", has_text="沈知秋")).not_to_contain_text("No seat")
    assert Invitation.objects.get().person == who
