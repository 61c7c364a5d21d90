"""The letter of the week on a phone: it fits the screen, and every link of it leads where it says."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.events.models import Event, MeetAgain, Signup
from community.kernel.days import day_of
from community.kernel.models import Message
from community.kernel.outbox import email_of
from community.matching.models import Match
from community.members.models import Person
from community.pages import notifications, rules, weekly
from community.posts.services import introducing
from tests.events import make as events
from tests.journeys.conftest import LOOKS, Look
from tests.make import member
from tests.matching import make as matching
from tests.posts import make as posts

DAY = timedelta(days=1)
ON_A_PHONE = pytest.mark.parametrize("look", [LOOKS[0], LOOKS[2]], indirect=True, ids=lambda look: look.locale)


@ON_A_PHONE
def test_each_link_leads_where_it_says(enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page]) -> None:
    who = member("欧阳知秋", since=timezone.now() - 60 * DAY)
    who.language = look.language
    who.save()
    _a_full_week(who)
    page = enter(who, look)
    page.goto("/notifications/week/")
    checked(page)
    shown = page.locator("main .rows a")
    assert shown.count() >= 5

    now = timezone.now()
    notifications.week({who.pk: weekly.week_of(who, at=now).facts}, day_of(rules.letter_begins_at(now)), at=now)
    html = email_of(Message.objects.get(kind="pages/week", person=who)).alternatives[0].content
    page.goto("about:blank")
    page.set_content(html)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it fits the phone"
    links = page.locator("a[href]").evaluate_all("links => links.map(link => [link.href, link.textContent.trim()])")
    assert len(links) >= 6
    for address, words in links:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200 and page.url == address, words
        expect(page.locator("h1")).to_be_visible()


def _a_full_week(who: Person) -> None:
    """A seat, a chance, a need, somebody to meet again, and somebody who waits."""
    now = timezone.now()
    events.seat(events.event(at=now, topic="出海三个坑", **_on(now + 2 * DAY)), who, at=now)
    events.event(at=now, kind="class", topic="合同门诊", **_on(now + 3 * DAY))
    author, again = (member(name, since=now - 60 * DAY) for name in ("沈墨", "陆川"))
    need = posts.post(author, at=now)
    document = matching.need(need.title, author, at=now, key=need.public_id)
    type(document).objects.filter(pk=document.pk).update(path=need.get_absolute_url())
    Match.objects.get_or_create(
        need=document, person=who, defaults={"fit": 1, "rank": 1, "tier": 0, "reasons": [], "surfaced_at": now}
    )
    past = events.event(at=now - 9 * DAY, kind="class", topic="上周的课", **_on(now - 5 * DAY))
    _were_there(past, (who, again))
    for one, other in ((who, again), (again, who)):
        MeetAgain.objects.create(event=past, person=one, other=other, wished_at=now)
    introducing.ask(member("周宁", since=now - 60 * DAY), who.pk, at=now)


def _on(starts_at: object) -> dict[str, object]:
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}  # type: ignore[operator]


def _were_there(event: Event, people: tuple[Person, ...]) -> None:
    for one, chair in zip(people, event.seats.all(), strict=False):
        Signup.objects.create(
            event=event, person=one, status="attended", seat=chair, signed_up_at=event.starts_at - DAY,
            attended_at=event.starts_at, checked_in_at=event.starts_at, checked_in_by=one,
        )  # fmt: skip
