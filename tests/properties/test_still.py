"""A reminder whose reason has gone while it waited does not leave, and takes nobody's day (R7, R51)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.events.services import cancelling, reminding
from community.kernel import gateway, outbox
from community.kernel.days import ZONE, day_of
from community.kernel.inbox import choose
from community.kernel.kinds import all_kinds
from community.kernel.models import Delivery, Message
from community.kernel.outbox import standing
from community.members.models import Person
from tests.events import make as events
from tests.properties.still import FRIDAY, HOUR, STORIES, Story

pytestmark = pytest.mark.django_db
TOLD = [pytest.param(kind, one, id=f"{kind}-{one.__name__}") for kind, some in STORIES.items() for one in some]
Telling = Callable[[], Story]


def written(kind: str, story: Story) -> Message:
    """The message of the story; it had to wait, and the night holds it (where it may wait for so long)."""
    message = Message.objects.get(kind=kind, person=story.person)
    night = story.written_at.astimezone(ZONE).replace(hour=23)
    if not message.transactional and night < story.due_at:
        outbox.deliver_due(at=night)
    message.refresh_from_db()
    assert message.status == "waiting", f"{message.status}: {message.error}"
    return message


def something_else(story: Story, at) -> Message:
    """Another reminder to the same person, that always is so."""
    occasion = f"something else:{story.person.pk}"
    assert outbox.post("programmes/challenge_over", story.person, occasion=occasion, at=at, context={"path": "/posts/"})
    return Message.objects.get(occasion=occasion)


@pytest.mark.parametrize(("kind", "tell"), TOLD)
def test_what_is_no_longer_so_does_not_leave_and_takes_nobodys_day(kind: str, tell: Telling, mailoutbox):
    story = tell()
    message = written(kind, story)
    story.moot(story.due_at - HOUR / 2)
    other = something_else(story, story.due_at)
    outbox.deliver_due(at=story.due_at)
    for row in (message, other):
        row.refresh_from_db()
    assert (message.status, message.error) == ("dropped", "no longer so")
    assert message.mailed_on is None and message.within is None and message.read_at is None
    assert not [mail for mail in mailoutbox if message.public_id in mail.extra_headers["Message-ID"]]
    assert (other.status, other.mailed_on, other.within) == ("sent", day_of(story.due_at), None)


@pytest.mark.parametrize(("kind", "tell"), TOLD)
def test_what_is_still_so_leaves(kind: str, tell: Telling, mailoutbox):
    story = tell()
    message = written(kind, story)
    outbox.deliver_due(at=story.due_at)
    message.refresh_from_db()
    assert (message.status, message.error) == ("sent", "")
    carried = Message.objects.get(pk=message.within_id) if message.within_id else message
    assert [mail for mail in mailoutbox if carried.public_id in mail.extra_headers["Message-ID"]]


def test_asking_costs_two_statements_for_each_handful(monkeypatch):
    """Forty people are told of one event."""
    event = events.event(kind="class", seats_each=60)
    events.fill(event, 40)
    reminding.remind_all_due(at=FRIDAY)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert outbox.deliver_due(at=FRIDAY) == 40
        return len([query for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    with_asking = statements()
    Message.objects.update(status="waiting", mailed_on=None, sent_at=None, next_try_at=FRIDAY, tries=0)
    kinds = {name: replace(kind, stands=None) for name, kind in all_kinds().items()}
    monkeypatch.setattr(standing, "all_kinds", lambda: kinds)
    assert with_asking - statements() <= 2 * 40 / outbox.CLAIMED_AT_ONCE


def test_who_cannot_say_whether_it_is_so_holds_nobody_up(monkeypatch):
    def broken(waiting, at):
        Message.objects.raw("no such words")[0]

    kind = replace(all_kinds()["events/event_soon"], stands=broken)
    monkeypatch.setitem(all_kinds(), kind.name, kind)
    events.fill(events.event(), 3)
    reminding.remind_all_due(at=FRIDAY)
    outbox.deliver_due(at=FRIDAY)
    assert Message.objects.filter(kind=kind.name, status="sent").count() == 4


class TestBesideTheLetter:
    """Text messages wait for the morning like the letter, and are asked the same."""

    @pytest.fixture
    def said(self, settings, monkeypatch) -> list[str]:
        settings.SMS_URL, said = "http://127.0.0.1:9/", []
        monkeypatch.setattr(gateway, "send_sms", lambda phone, text, key: said.append(text))
        return said

    @pytest.mark.parametrize("moot", [True, False])
    def test_a_text_message_of_a_night(self, said, moot):
        seat = events.seat(events.event())
        choose(seat.person, no_email=["seats"], by_sms=["seats"], in_the_morning=False)
        Person.objects.filter(pk=seat.person_id).update(phone="+8613800138000")
        night = FRIDAY.replace(hour=23)
        reminding.remind_all_due(at=FRIDAY)
        outbox.deliver_due(at=night)
        assert Delivery.objects.get().status == "waiting" and not said
        if moot:
            cancelling.cancel(seat.event_id, by=events.organizer(), at=night, reason="停电")
            Delivery.objects.exclude(message__kind="events/event_soon").delete()
        outbox.deliver_due(at=night + 9 * HOUR)
        row = Delivery.objects.get()
        assert (row.status, row.error) == (("dropped", "no longer so") if moot else ("sent", ""))
        assert len(said) == (not moot)
