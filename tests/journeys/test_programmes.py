"""A week told on a phone in Chinese, answered by a mate; at the end the host decides at a desk in English."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.kernel.days import day_of
from community.programmes.models import CheckIn, Place, Programme
from community.programmes.services import ending
from tests.journeys.conftest import WALKS, Console, Letters, Look
from tests.journeys.walking import button, press
from tests.make import member
from tests.programmes import make

DAY = timedelta(days=1)


@WALKS
def test_a_line_a_week_and_a_sentence_at_the_end(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console, letters: Letters
) -> None:
    console.allow("status of 422")  # a line without its way, and a decision without its sentence
    now = timezone.now()
    who, mate, host = (member(name, since=now - 90 * DAY) for name in ("沈知秋", "陆远", "周宁"))
    for one in (who, mate, host):
        type(one).objects.filter(pk=one.pk).update(language=look.language)
    before = now - 10 * DAY
    days = {"starts_on": day_of(now) - 8 * DAY, "last_on": day_of(now) + 30 * DAY}
    programme = make.programme(at=before, hosts=[host], leads_to="established", **days)
    make.placed(programme, mate, at=before)
    make.placed(programme, who, at=before)
    ending.write_down(programme.pk, at=now)

    # A goal, and this week's line: refused without a way, and nothing typed is lost.
    page = enter(who, look)
    page.goto("/programmes/goal/")
    page.locator("[name=text]").fill("年底前签下十家经销商")
    page.locator("[name=by_on]").fill((day_of(now) + 40 * DAY).isoformat())
    press(page.locator("form.form button.btn-primary"))
    checked(page)
    press(page.locator(f'main a[href="{programme.get_absolute_url()}"]').first)
    checked(page)
    press(page.locator('main a[href$="/checkin/"]').first)
    page.locator("[name=text]").fill("打了二十个电话，一开口就被挂。")
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("[name=text]")).to_have_value("打了二十个电话，一开口就被挂。")
    checked(page)
    page.locator('[name=way][value="stuck"]').check()
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("main")).to_contain_text("一开口就被挂")
    checked(page)
    said = CheckIn.objects.get()

    # A mate answers, and takes nothing back.
    theirs = enter(mate, look)
    theirs.goto(programme.get_absolute_url())
    press(theirs.locator(f'main a[href="/check-ins/{said.public_id}/"]').first)
    theirs.locator("[name=text]").fill("先问一个他们正头疼的问题。")
    press(theirs.locator("form.form button.btn-primary"))
    expect(theirs.locator("main")).to_contain_text("正头疼的问题")
    checked(theirs)

    # The weeks are over: the host writes a sentence, and the person reads it by letter and on the page.
    Programme.objects.filter(pk=programme.pk).update(last_on=day_of(now) - DAY)
    desk = enter(host, look)
    place = Place.objects.get(person=who)
    desk.goto(f"/programmes/{programme.public_id}/host/")
    checked(desk)
    press(desk.locator(f'main a[href$="/places/{place.public_id}/"]'))
    press(desk.locator("form.form button.btn-primary"))
    checked(desk)
    desk.locator('[name=decision][value="move_up"]').check()
    desk.locator("[name=sentence]").fill("九家客户，最难的是第二周那次重来。")
    press(desk.locator("form.form button.btn-primary"))
    checked(desk)
    page.goto(programme.get_absolute_url())
    expect(page.locator("main")).to_contain_text("最难的是第二周那次重来")
    checked(page)
    assert any("最难的是第二周那次重来" in str(letter.body) for letter in letters.to(who.email))
    expect(button(page, "/leave/")).to_have_count(0)
