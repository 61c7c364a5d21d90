"""A company visit by fair allotment, on a phone: sign up, read place and odds, the run, the seat with its reason, the door."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import AllotmentRun, Signup
from community.events.services import allotting, checking_in
from tests import make
from tests.events.make import organizer
from tests.journeys.conftest import Letters, Look
from tests.journeys.test_tables_and_door import CAMERA
from tests.journeys.walking import button, press, roundtable, take_a_seat

PHONE = Look("zh-CN", 390)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_visit_from_the_table_before_to_the_door(
    enter: Callable[..., Page], checked: Callable[[Page], Page], letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, staff = timezone.now(), organizer()
    table = roundtable("定价怎么谈", at=now - 10 * DAY, starts_in=8 * DAY)
    who, others = make.member("林晓"), [make.member(name) for name in ("周宁", "许安", "何静宜")]
    here = take_a_seat(table, who, at=now - 9 * DAY)
    checking_in.check_in(here.public_id, by=staff, at=table.starts_at)
    visit = roundtable(
        "走访电池厂", at=now - DAY, starts_in=5 * DAY, kind="visit", seats_each=3, follows=[table],
        releases_at=now + HOUR, allots_at=now + HOUR,
    )  # fmt: skip
    for other in others:
        take_a_seat(visit, other, at=now)

    # In its window: what is asked of people, and that being early earns nothing; afterwards class, place and odds.
    page = enter(who, PHONE)
    page.goto(visit.get_absolute_url())
    main = page.locator("main")
    expect(main).to_contain_text("公平分席")
    expect(main.locator(f'a[href="{table.get_absolute_url()}"]').first).to_be_visible()
    expect(main).to_contain_text("第 1")
    checked(page)
    press(button(page, "/signup/"))
    assert Signup.objects.get(event=visit, person=who).status == "waiting"
    expect(main).to_contain_text("第 1")
    expect(main).to_contain_text("之前同桌")
    checked(page)

    # The run, when its time has come: the seat is there, with how the order came about, for everybody to work out.
    assert allotting.run_all_due(at=now + HOUR) == 1
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + HOUR)
    assert visit.topic in str(letters.last(who.email).subject) + str(letters.last(who.email).body)
    page.goto(visit.get_absolute_url())
    expect(page.locator('main a[href$="/ticket/"]').first).to_be_visible()
    checked(page)
    press(page.locator(f'main a[href="{visit.get_absolute_url()}allotment/"]'))
    mine = page.locator('main li[aria-current="true"]')
    expect(mine).to_contain_text("1 · 你")
    expect(mine).to_contain_text("之前同桌")
    expect(mine.locator(".chip.tone-done")).to_be_visible()
    expect(main).to_contain_text(AllotmentRun.objects.get(event=visit).inputs["seed"])
    expect(main.locator(".tone-refused")).to_have_count(0)
    expect(main).not_to_contain_text("周宁")
    checked(page)

    # The day: the ticket's code before the camera at the door.
    day = visit.starts_at - HOUR / 2
    monkeypatch.setattr("django.utils.timezone.now", lambda: day)
    page.goto(f"{visit.get_absolute_url()}ticket/")
    picture = page.locator("img.qr").get_attribute("src")
    checked(page)
    door = enter(staff, PHONE)
    door.clock.set_fixed_time(day)
    door.goto(f"/desk/events/{visit.public_id}/scan/")
    door.evaluate(CAMERA, picture)
    door.locator("[data-camera]").click()
    expect(door.locator("[data-result]")).to_have_attribute("data-tone", "done")
    expect(door.locator("[data-result]")).to_contain_text("林晓")
    assert Signup.objects.get(event=visit, person=who).status == "attended"
    page.reload()
    expect(main).to_contain_text("你已签到")
