"""An organizer's whole week with one thumb: from a series to a closed roster, in Chinese on a phone."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import Event, Signup
from community.events.selectors import tables
from community.events.services import answering
from community.kernel.days import ZONE, day_of, week_of
from community.members.models import Person
from tests import make
from tests.events.make import organizer
from tests.journeys.conftest import Look
from tests.journeys.walking import button, fill, host, plan_through, press, take_a_seat

PHONE = Look("zh-CN", 390)
SEND = "form.form button.btn-primary"


def typed(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def from_a_series_to_a_draft(desk: Page, checked: Callable[[Page], Page], *, at: datetime) -> Event:
    """The template of the evening, the series with its place, and the first of its drafts."""
    desk.goto("/desk/events/series/")
    press(desk.locator('a[href="/desk/events/templates/new/"]').first)
    fill(desk, name="周六圆桌", topic="主题待定", table_count="2", seats_each="6")
    press(desk.locator(SEND))
    press(desk.locator('a[href^="/desk/events/series/new/"]').first)
    desk.locator("[name=template]").select_option(label="周六圆桌")
    desk.locator("[name=city]").select_option(index=1)
    fill(desk, first_on=f"{day_of(at) + timedelta(days=1):%Y-%m-%d}", begins="14:00", ahead_weeks="2", host="陈明")
    fill(desk, district="南山区", place="科兴科学园", address="科苑路 15 号")
    checked(desk)
    press(desk.locator(SEND))
    checked(desk)
    press(desk.locator('.rows a[href^="/desk/events/"]').first)
    return Event.objects.filter(status="draft").earliest("starts_at")


def publish(desk: Page, event: Event, checked: Callable[[Page], Page], *, starts_at: datetime) -> None:
    """Topic and time of this week; the preview follows while typing."""
    looks = desk.locator("#preview")
    expect(looks).to_contain_text("主题待定")
    fill(desk, topic="第一批客户从哪来", starts_at=typed(starts_at), ends_at=typed(starts_at + timedelta(hours=3)))
    desk.locator("[name=agenda]").fill("破冰 15 分钟\n轮流发言 60 分钟")
    expect(looks.locator("h3")).to_have_text("第一批客户从哪来")
    expect(looks.locator(".agenda")).to_contain_text("轮流发言")
    checked(desk)
    press(button(desk, "/publish/"))
    event.refresh_from_db()
    assert event.status == "open"


def tick_and_take_off(desk: Page, event: Event, checked: Callable[[Page], Page]) -> None:
    """The host is confirmed, one task isn't needed."""
    confirm = desk.locator("#tasks li", has_text="确认主持人")
    press(confirm.locator("button.tick"))
    expect(desk.locator("#tasks li", has_text="确认主持人").locator("[aria-pressed=true]")).to_be_visible()
    room = desk.locator("#tasks li").first
    gone = event.tasks.get(days=-14)
    press(room.locator('form[action$="/remove/"] button'))
    assert not event.tasks.filter(pk=gone.pk).exists()
    checked(desk)


def seat_by_plan(desk: Page, event: Event, checked: Callable[[Page], Page]) -> None:
    press(desk.locator(f'a[href="/desk/events/{event.public_id}/tables/"]').first)
    press(button(desk, "/tables/propose/"))
    plan_through(timezone.now())
    expect(desk.locator("#seating")).to_be_visible()
    press(desk.locator("#seating button[type=submit]:not([formaction])"))
    assert sorted(map(tables.table_of, tables.at_tables(event))) == [1, 1, 1, 2, 2, 2]
    checked(desk)


def time_a_turn(page: Page, event: Event, checked: Callable[[Page], Page]) -> None:
    """The host's own phone: the run sheet and its clock."""
    page.goto(event.get_absolute_url())
    press(page.locator(f'a[href="/events/{event.public_id}/host/"]'))
    press(page.locator(f'a[href="/events/{event.public_id}/run/"]'))
    page.locator("[data-list]").nth(1).locator("[data-pick]").first.click()
    before = page.locator("[data-clock]").inner_text()
    page.locator('[data-act="run"]').click()
    expect(page.locator("[data-clock]")).not_to_have_text(before)
    checked(page)


def check_in(desk: Page, event: Event, people: list[Person], checked: Callable[[Page], Page]) -> None:
    desk.goto(f"/desk/events/{event.public_id}/roster/")
    for who in people:
        row = desk.locator(f"#row-{Signup.objects.get(event=event, person=who).public_id}")
        row.locator("button.tick").click()
        expect(row.locator("[aria-pressed=true]")).to_be_visible()
    checked(desk)


def evening_passes(event: Event) -> None:
    """Five hours later, as far as the event is concerned."""
    later = timedelta(hours=5)
    for row in Event.objects.filter(pk=event.pk):
        Event.objects.filter(pk=row.pk).update(starts_at=row.starts_at - later, ends_at=row.ends_at - later)
    event.refresh_from_db()


def test_from_the_series_to_the_closed_roster(enter: Callable[..., Page], checked: Callable[[Page], Page]) -> None:
    now = timezone.now()
    lead = host(at=now)
    people = [make.member(name, since=now - timedelta(days=60)) for name in ("林晓", "周宁", "许安", "何静宜", "苏明")]
    desk = enter(organizer(), PHONE)
    event = from_a_series_to_a_draft(desk, checked, at=now)
    assert event.host == lead and event.table_count == 2
    starts_at = (now + timedelta(minutes=35)).replace(second=0, microsecond=0)
    publish(desk, event, checked, starts_at=starts_at)
    for who in people:
        take_a_seat(event, who, at=now)
    desk.goto(f"/desk/events/{event.public_id}/")
    tick_and_take_off(desk, event, checked)

    press(desk.locator(f'a[href="/desk/events/{event.public_id}/roster/"]').first)
    for who in people:
        expect(desk.locator("main")).to_contain_text(who.name)
    desk.goto(f"/desk/events/{event.public_id}/")
    seat_by_plan(desk, event, checked)
    time_a_turn(enter(lead, PHONE), event, checked)
    here = [lead, *people[:4]]
    check_in(desk, event, here, checked)

    # It is over: a member answers the two questions, others do elsewhere.
    evening_passes(event)
    member = enter(people[0], PHONE)
    member.goto(event.get_absolute_url())
    press(member.locator(f'a[href="/events/{event.public_id}/after/"]'))
    member.locator("[name=worth]").first.check()
    member.locator("[name=again]").first.check()
    checked(member)
    press(member.locator(SEND))
    for who in people[1:3]:
        answering.answer(event.pk, who, worth="yes", again=[], at=timezone.now())

    # The week is closed from its own page; whoever was not there counts as missing.
    desk.goto(f"/desk/events/?week={week_of(event.starts_at)}")
    card = desk.locator(f"#event-{event.public_id}")
    checked(desk)
    press(card.locator('form[action$="/roster/close/"] button'))
    assert Signup.objects.get(event=event, person=people[4]).status == "missed"
    assert Event.objects.get(pk=event.pk).status == "held"
    desk.goto(f"/desk/events/?week={week_of(event.starts_at)}")
    expect(card.locator('form[action$="/roster/close/"]')).to_have_count(0)
    checked(desk)
    desk.goto(f"/desk/events/{event.public_id}/")
    expect(desk.locator("main")).to_contain_text("3")
    for _ in range(event.tasks.filter(done_at=None).count()):
        press(desk.locator("#tasks li [aria-pressed=false]").first)
    assert not event.tasks.filter(done_at=None).exists()
    checked(desk)
