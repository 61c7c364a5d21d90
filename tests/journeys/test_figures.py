"""The desk's figures on a phone and at a desk, in both languages; before that a member answers the question of the quarter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.figures.models import Asking
from community.figures.rules import quarter_of
from community.kernel.days import day_of
from tests import make
from tests.journeys.conftest import LOOKS, Look
from tests.journeys.walking import press


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[3]], indirect=True, ids=["zh-390", "en-1280"])
def test_from_a_number_to_the_people(enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page]) -> None:
    at = timezone.now()
    people = [make.member(f"会员{n}", since=at - timedelta(days=400)) for n in range(6)]
    newest = make.member("新会员", since=at - timedelta(days=40))
    Asking.objects.create(person=newest, quarter_on=quarter_of(day_of(at)), asked_at=at)
    page = enter(newest, look)
    page.goto("/question/")
    page.locator("input[name=score][value='9']").check()
    page.locator("[name=words]").fill("第一桌就有收获")
    checked(page)
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("main form.form")).to_have_count(0)

    page = enter(make.person("何静", roles=("organizer",)), look)
    page.goto("/desk/figures/")
    checked(page)
    tile = page.locator(".stat", has=page.locator('a[href*="/exit_year/part/"]'))
    expect(tile).to_contain_text("100%")
    press(tile.locator('a[href*="/exit_year/part/"]'))
    for person in people:
        expect(page.locator("main")).to_contain_text(person.full_name)
    checked(page)
    press(page.locator('main a[href*="/rest/"]'))
    expect(page.locator("main .table")).to_have_count(0)
    page.goto("/desk/figures/recommending/")  # one answer alone is shown to nobody
    expect(page.locator("main")).not_to_contain_text("第一桌就有收获")
    checked(page)
