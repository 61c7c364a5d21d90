"""What no walk comes by: pages by night, pages that refuse, the language switch, the keyboard."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tests.journeys.conftest import LOOKS, WALKS, Console, Look
from tests.journeys.walking import approved, button, press, roundtable, submitted, take_a_seat


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[1]], indirect=True, ids=lambda look: str(look.width))
def test_by_night(
    person: Callable[..., Page], enter: Callable[..., Page], look: Look, axe: Callable[[Page], None]
) -> None:
    now = timezone.now()
    application = approved(at=now)
    table = roundtable("第一批客户从哪来", at=now, starts_in=timedelta(minutes=30))
    take_a_seat(table, application.person, at=now)
    waiting = submitted(make.person("后来者"), at=now - timedelta(hours=80))
    staff = make.person("唐越", roles=("administrator",))
    walks = {
        person(locale=look.locale, width=look.width, scheme="dark"): ["/", "/join/", "/accounts/login/"],
        enter(application.person, look, scheme="dark"): ["/home/", table.get_absolute_url(), "/billing/join/"],
        enter(staff, look, scheme="dark"): [
            f"/desk/applications/{waiting.public_id}/",
            f"/desk/events/{table.public_id}/roster/",
            "/desk/billing/",
        ],
    }
    for page, paths in walks.items():
        for path in paths:
            page.goto(path)
            axe(page)


@WALKS
def test_pages_that_refuse_lead_on(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console
) -> None:
    console.allow("status of 403")
    console.allow("status of 404")
    page = enter(make.person("林晓"), look)
    for path in ("/nobody-knows-this/", "/desk/applications/", "/desk/events/", "/desk/billing/"):
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        checked(page)
    press(page.locator("main a.btn-primary"))
    expect(page).to_have_url(re.compile("/$"))


def test_the_language_is_switched_and_kept(person: Callable[..., Page]) -> None:
    page = person(locale="fr-FR", width=390)
    page.goto("/join/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")  # neither of ours asked for
    press(page.locator('form[action="/i18n/setlang/"] button'))
    expect(page).to_have_url(re.compile("/join/$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/fees/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_keyboard_reaches_everything(enter: Callable[..., Page]) -> None:
    """The skip link first; J walks the queue, Enter opens, C claims."""
    now = timezone.now()
    for name, hours in (("林晓", 40), ("后来者", 3)):
        submitted(make.person(name), at=now - timedelta(hours=hours))
    page = enter(make.reviewer(), LOOKS[1])
    page.goto("/desk/applications/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-item]").nth(1)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("o")
    expect(page.locator(".split-detail")).to_contain_text("后来者")
    with page.expect_navigation():
        page.keyboard.press("c")
    expect(page.locator("button[name=decision][value=approve]")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("details[data-keys-help]")).to_have_attribute("open", "")
    page.keyboard.press("/")
    expect(page.locator("[type=search]")).to_be_focused()


def test_a_double_press_books_once(enter: Callable[..., Page]) -> None:
    now = timezone.now()
    table = roundtable("第一批客户从哪来", at=now, starts_in=timedelta(days=2))
    page = enter(approved(at=now).person, LOOKS[0])
    page.goto(table.get_absolute_url())
    with page.expect_navigation():
        button(page, "/signup/").dblclick()
    expect(page.locator("details.confirm summary")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert table.signups.count() == 2  # the host and this one
