"""A one-to-one: two taps by the one, one tap by the other; then it stands on both lists and on the map."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tests.journeys.conftest import WALKS, Look
from tests.journeys.walking import press
from tests.ties.make import together

DAY = timedelta(days=1)


@WALKS
def test_noted_in_two_taps_and_confirmed_in_one(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page]
) -> None:
    now = timezone.now()
    one, other = (make.member(name, since=now - 90 * DAY) for name in ("叶青", "苏白"))
    together(one, other, at=now - 5 * DAY)
    page = enter(one, look)
    page.goto("/people/")
    checked(page)
    press(page.locator('main a[href="/people/met/"]'))
    checked(page)
    press(page.locator(f'main button[value="{other.public_id}"]'))
    expect(page.locator('form[action$="/take-back/"]')).to_have_count(1)

    theirs = enter(other, look)
    theirs.goto("/people/")
    checked(theirs)
    press(theirs.locator('main button[name=answer][value="yes"]'))
    expect(theirs.locator("main button[name=answer]")).to_have_count(0)
    page.goto("/people/map/")
    checked(page)
    expect(page.locator("main svg.ties-map text")).to_contain_text(["苏白", "叶青"])
    expect(page.locator("main table td")).to_contain_text(["1", "0", "1"])
