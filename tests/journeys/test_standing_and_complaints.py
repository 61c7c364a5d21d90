"""An administrator suspends somebody, who appeals on a phone and is heard; and a complaint from its first word to the
question at its close."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.complaints.models import Complaint
from community.kernel.days import day_of
from community.members import policies
from tests import make
from tests.journeys.conftest import LOOKS, WALKS, Console, Look
from tests.journeys.test_nobody_forgotten import CHINESE_PHONE
from tests.journeys.walking import button, fill, press, roundtable

DAY = timedelta(days=1)
DESK = LOOKS[3]


def staff(role: str) -> make.Person:
    return make.person(f"同事{role}", roles=(role,))


@WALKS
def test_suspended_heard_and_back_again(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console
) -> None:
    console.allow("status of 4")
    now = timezone.now()
    who = make.member("叶青", since=now - 200 * DAY)
    event = roundtable("出海三个坑", at=now, starts_in=5 * DAY)
    one, other = staff("administrator"), staff("administrator")
    desk = enter(one, DESK)
    desk.goto("/desk/standing/?q=叶青")
    press(desk.locator(f'main a[href="/desk/standing/{who.public_id}/"]').first)
    desk.locator("#suspension summary").first.click()
    form = desk.locator('form[action$="/suspend/"]')
    form.locator("[name=last_on]").fill((day_of(now) + 13 * DAY).isoformat())
    form.locator("[name=reason]").fill("在需求区连续发广告。")
    press(form.locator("button[type=submit], button:not([type])").last)
    checked(desk)
    expect(desk.locator("main")).to_contain_text("Suspended until the end of")

    page = enter(who, look)
    page.goto("/home/")
    checked(page)
    expect(page.locator("main")).to_contain_text("在需求区连续发广告。")
    page.goto("/members/")
    checked(page)
    page.goto(event.get_absolute_url())
    checked(page)
    expect(button(page, "/signup/")).to_have_count(0)
    page.goto("/home/")
    press(page.locator('main a[href="/profile/standing/"]').first)
    press(page.locator("#appeal button.btn-primary"))  # nothing written yet
    fill(page, words="那几条是同事发的，账号我已经收回。")
    press(page.locator("#appeal button.btn-primary"))
    checked(page)
    expect(page.locator("#appeal")).to_have_count(0)

    desk = enter(other, DESK)
    desk.goto("/desk/standing/")
    press(desk.locator("main .rows a", has_text="叶青").first)
    expect(desk.locator("main")).to_contain_text("账号我已经收回")
    desk.locator("#answer summary").first.click()
    form = desk.locator('form[action$="/answer/"]')
    form.locator('[name=lifts][value="lift"]').check()
    form.locator("[name=reason]").fill("查过了，不是你。")
    press(form.locator("button[type=submit], button:not([type])").last)
    assert policies.in_good_standing(who, day_of(now))
    page.goto("/members/")
    expect(page.locator("main h1")).to_be_visible()
    page.goto("/profile/standing/")
    checked(page)
    expect(page.locator("main")).to_contain_text("查过了，不是你。")


@CHINESE_PHONE
def test_a_complaint_on_a_phone(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], console: Console
) -> None:
    console.allow("status of 422")
    now = timezone.now()
    who, named = make.member("叶青", since=now - 200 * DAY), make.member("贺远", since=now - 200 * DAY)
    page = enter(who, look)
    page.goto("/complaints/")
    checked(page)
    press(page.locator('main a[href="/complaints/new/"]').first)
    page.locator('[name=about][value="person"]').check()
    fill(page, text="他在桌上一直推销。")
    press(page.locator("form.form button.btn-primary"))  # whom it is about is missing
    checked(page)
    expect(page.locator("[name=text]")).to_have_value("他在桌上一直推销。")
    fill(page, named="贺远")
    press(page.locator("form.form button.btn-primary"))
    checked(page)
    expect(page.locator("main")).to_contain_text("对方永远看不到")
    row = Complaint.objects.get()
    assert row.person == named

    office = enter(staff("organizer"), LOOKS[0])
    office.goto("/desk/complaints/")
    checked(office)
    press(office.locator("main .rows a").first)
    office.locator("#answer textarea").fill("我们今天就和他谈。")
    press(office.locator("#answer button.btn-primary"))
    office.locator("main details.confirm summary").last.click()
    form = office.locator('form[action$="/close/"]')
    form.locator("textarea").fill("谈过了，他会注意。")
    press(form.locator("button").last)
    checked(office)

    page.goto(row.get_absolute_url())
    expect(page.locator("main")).to_contain_text("谈过了，他会注意。")
    page.locator('[name=satisfied][value="5"]').check()
    press(page.locator("#rate button.btn-primary"))
    checked(page)
    row.refresh_from_db()
    assert row.satisfied == 5
    stranger = enter(named, look)
    stranger.goto("/complaints/")
    expect(stranger.locator("main .rows")).to_have_count(0)
