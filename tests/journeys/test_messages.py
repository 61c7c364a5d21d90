"""Messages: the number in the header, reading one, marking all, what reaches me, and a letter's own "no more"."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.kernel import outbox
from community.kernel.models import Message, Reach
from community.kernel.outbox.writing import stop_address
from tests.journeys.conftest import WALKS, Letters, Look
from tests.journeys.walking import button, press
from tests.make import member

NEED = "找能开小批量模具的工厂，五百套起，三十天交货，图纸齐全，长期合作优先"


@pytest.mark.usefixtures("made_up")
@WALKS
def test_messages_are_read_and_chosen(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], letters: Letters
) -> None:
    now = timezone.now()
    who = member("欧阳知秋·W", since=now - timedelta(days=60))
    who.language = look.language
    who.save()
    Message.objects.filter(person=who).update(read_at=now)
    _receipt(who)
    _need(who, 1)
    page = enter(who, look)
    page.goto("/notifications/")
    expect(page.locator(".bell-count")).to_have_text("2")
    checked(page)

    # Read one: the number goes down, and the button leads where the letter leads.
    press(page.locator(".row-press", has_text=NEED))
    checked(page)
    expect(page.locator("h1")).to_contain_text(NEED)
    expect(page.locator('main a.btn-primary[href$="/posts/"]')).to_be_visible()
    expect(page.locator(".bell-count")).to_have_text("1")
    page.goto("/notifications/?list=unread")
    checked(page)
    press(button(page, "/notifications/read/"))
    expect(page.locator(".bell-count")).to_have_count(0)
    page.goto("/notifications/?list=unread")
    checked(page)
    expect(page.locator(".empty")).to_be_visible()

    # What reaches me: needs that fit no longer by e-mail; what is owed cannot be turned off.
    page.goto("/notifications/preferences/")
    checked(page)
    needs = page.locator('[name="email"][value="matching/need_fits"]')
    expect(needs).to_be_checked()
    needs.uncheck()
    page.locator('[name="in_the_morning"]').check()
    press(page.locator("form .btn-primary[type=submit]"))
    checked(page)
    expect(page.locator('[name="email"][value="matching/need_fits"]')).not_to_be_checked()
    _need(who, 2)
    assert not [letter for letter in letters.to(who.email) if "List-Unsubscribe" in letter.extra_headers]
    page.goto("/notifications/log/")
    checked(page)

    # A letter's own link, in a browser in which nobody is signed in.
    Reach.objects.all().delete()
    stranger = enter(member(since=now), look)
    stranger.context.clear_cookies()
    stranger.goto(urlsplit(stop_address(who, "billing/renewal")).path)
    checked(stranger)
    press(stranger.locator("main form button.btn-primary"))
    checked(stranger)
    assert Reach.objects.get(person=who).no_email == ["billing/renewal"]


def _receipt(who) -> None:
    context = {"reason": "请补一份加盖公章的股东名册。", "path": "/application/"}
    outbox.post("members/more_needed", who, occasion="journey receipt", at=timezone.now(), context=context)


def _need(who, number: int) -> None:
    now = timezone.now()
    context = {"title": NEED, "path": "/posts/", "author": "陈明", "reasons": [], "written_at": now.isoformat()}
    outbox.post("matching/need_fits", who, occasion=f"journey need {number}", at=now, context=context)
