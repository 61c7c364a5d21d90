"""What waits too long at the desk: one letter a day to whoever holds the role, with the numbers; nobody else hears of it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.events.models import EventTask
from community.kernel.days import ZONE
from community.kernel.models import Message
from community.kernel.outbox import email_of
from community.members.models import Application, Chapter, City
from community.pages import waiting
from community.posts.models import Post
from tests import make
from tests.events import make as events
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 11, 25, 9, 15, tzinfo=ZONE)


def piles(who) -> dict[str, int]:
    letter = Message.objects.filter(person=who, kind="pages/desk_waiting").order_by("pk").last()
    return {pile["what"]: pile["count"] for pile in letter.context["piles"]} if letter else {}


def test_papers_beyond_72_hours_and_not_a_second_earlier():
    reviewer, member = make.person(roles=("reviewer",)), make.member()
    make.submitted(at=MORNING - 72 * HOUR)
    assert waiting.remind_all_due(at=MORNING) == 0
    assert waiting.remind_all_due(at=MORNING + timedelta(seconds=1)) == 1
    assert piles(reviewer) == {"applications": 1} and not piles(member)


def test_once_a_day_and_again_tomorrow_while_it_waits():
    make.person(roles=("reviewer",))
    make.submitted(at=MORNING - 4 * DAY)
    assert [waiting.remind_all_due(at=MORNING + n * HOUR) for n in (0, 1, 10)] == [1, 0, 0]
    assert waiting.remind_all_due(at=MORNING + DAY) == 1
    first = Message.objects.filter(kind="pages/desk_waiting").order_by("pk")[0]
    assert first.valid_until == datetime(2026, 11, 26, tzinfo=ZONE) and not first.transactional
    Application.objects.update(submitted_at=MORNING + DAY)
    assert waiting.remind_all_due(at=MORNING + 2 * DAY) == 0


def test_each_role_reads_of_its_own_desk():
    reviewer, organizer, treasurer = (make.person(roles=(role,)) for role in ("reviewer", "organizer", "treasurer"))
    make.submitted(at=MORNING - 4 * DAY)
    posts.post(at=MORNING - 4 * DAY)
    waiting.remind_all_due(at=MORNING)
    assert (piles(reviewer), piles(organizer), piles(treasurer)) == ({"applications": 1}, {"unanswered": 1}, {})
    Post.objects.update(first_answered_at=MORNING)


def test_an_administrator_hears_of_the_queues_that_nobody_holds():
    admin = make.person(roles=("administrator",))
    make.submitted(at=MORNING - 4 * DAY)
    waiting.remind_all_due(at=MORNING)
    assert piles(admin) == {"applications": 1}
    make.person(roles=("reviewer",))
    assert waiting.remind_all_due(at=MORNING + DAY) == 1
    assert Message.objects.filter(person=admin).count() == 1


def test_whoever_lost_the_role_or_the_account_reads_nothing():
    was = make.person(roles=("reviewer",))
    was.groups.clear()
    make.person(roles=("reviewer",), is_active=False)
    make.submitted(at=MORNING - 4 * DAY)
    assert waiting.remind_all_due(at=MORNING) == 0


def test_tasks_due_today_of_the_cities_somebody_runs():
    everywhere, shanghai = make.person(roles=("organizer",)), make.person(roles=("organizer",))
    Chapter.objects.create(
        person=shanghai, city=City.objects.get(name_en="Shanghai"), given_at=make.NOON, given_by=everywhere
    )
    event = events.event(by=everywhere)
    for days, title in ((-3, "订场地"), (-1, "发名单")):
        EventTask.objects.create(event=event, title=title, days=days)
    assert waiting.remind_all_due(at=MORNING) == 1
    assert (piles(everywhere), piles(shanghai)) == ({"tasks": 1}, {})


def test_the_letter_leads_to_the_queue():
    reviewer = make.person(roles=("reviewer",))
    make.submitted(at=MORNING - 4 * DAY)
    waiting.remind_all_due(at=MORNING)
    body = email_of(Message.objects.get(person=reviewer, kind="pages/desk_waiting")).body
    assert "http://testserver/desk/applications/?late=on" in body


def test_as_many_statements_for_thirty_colleagues_as_for_three():
    def asked() -> int:
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            waiting.remind_all_due(at=MORNING)
        return len(found)

    make.submitted(at=MORNING - 4 * DAY)
    for _ in range(3):
        make.person(roles=("reviewer",))
    few = asked()
    for _ in range(27):
        make.person(roles=("reviewer", "organizer"))
    assert asked() == few
