"""A reminder whose reason has gone while it waited does not leave, and takes nobody's day (R7, R51)."""

from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from community.events.services import cancelling, hosting, inviting, reminding
from community.kernel import gateway, outbox
from community.kernel.days import ZONE, day_of
from community.kernel.inbox import choose
from community.kernel.kinds import all_kinds
from community.kernel.models import Delivery, Message
from community.kernel.outbox import standing
from community.kernel.outbox.gateway import Postman
from community.members.models import Person
from tests.conftest import DEEP
from tests.events import make as events
from tests.make import NOON, member, person
from tests.properties.still import STORIES, Story
from tests.properties.still.events import FRIDAY
from tests.properties.still.story import HOUR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("double")]
WAYS = [pytest.param(kind, way, id=f"{kind}: {way}") for kind, (_, ways) in STORIES.items() for way in ways]


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


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_what_is_no_longer_so_does_not_leave_and_takes_nobodys_day(kind: str, way: str, mailoutbox):
    story = STORIES[kind][0]()
    message = written(kind, story)
    story.moot[way](story.due_at - HOUR / 2)
    other = something_else(story, story.due_at)
    outbox.deliver_due(at=story.due_at)
    for row in (message, other):
        row.refresh_from_db()
    assert (message.status, message.error) == ("dropped", "no longer so")
    assert message.mailed_on is None and message.within is None and message.read_at is None
    assert not [mail for mail in mailoutbox if message.public_id in mail.extra_headers["Message-ID"]]
    assert (other.status, other.mailed_on, other.within) == ("sent", day_of(story.due_at), None)


@pytest.mark.parametrize("kind", STORIES)
def test_what_is_still_so_leaves(kind: str, mailoutbox):
    story, ways = STORIES[kind][0](), STORIES[kind][1]
    assert set(story.moot) == set(ways)
    message = written(kind, story)
    with CaptureQueriesContext(connection) as asked:
        assert all_kinds()[kind].stands([message] * 40, story.due_at) == {message.pk}
    assert len(asked) <= 2
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


def test_what_a_letter_of_the_day_gathers_is_asked_too():
    """The first of two is claimed; the second, whose reason has gone, was not in the round and would come along."""
    who, first, second = member(), events.event(), events.event(starts_at=events.SATURDAY + 6 * HOUR)
    night = NOON.replace(hour=23)
    for event in (first, second):
        inviting.invite(event.pk, who.pk, by=events.organizer(), at=night)
    outbox.deliver_due(at=night)
    cancelling.cancel(second.pk, by=events.organizer(), at=night, reason="停电")
    Message.objects.exclude(kind="events/invited").delete()
    assert outbox.deliver_due(at=night + 9 * HOUR, limit=1) == 1
    rows = Message.objects.filter(kind="events/invited").order_by("pk")
    assert list(rows.values_list("status", "within")) == [("sent", None), ("dropped", None)]


def test_a_letter_that_was_refused_is_asked_again(monkeypatch):
    def busy(self, email, leaves=None):
        raise TimeoutError

    story = STORIES["events/event_soon"][0]()
    with monkeypatch.context() as patch:
        patch.setattr(Postman, "send", busy)
        outbox.deliver_due(at=FRIDAY)
    message = Message.objects.get(kind="events/event_soon", person=story.person)
    assert (message.status, message.tries) == ("waiting", 1)
    story.moot["cancelled"](FRIDAY)
    outbox.deliver_due(at=FRIDAY + HOUR)
    message.refresh_from_db()
    assert (message.status, message.error) == ("dropped", "no longer so")


def test_you_host_tomorrow_is_not_said_to_who_comes_as_a_guest_by_now():
    event, by = events.event(), events.organizer()
    reminding.remind_all_due(at=FRIDAY)
    hosting.change(event.pk, member(), keeps_chair=True, by=by, at=FRIDAY + HOUR, reason="临时出差")
    outbox.deliver_due(at=FRIDAY + HOUR)
    message = Message.objects.get(kind="events/event_soon", person=event.host_id)
    assert (message.status, message.error) == ("dropped", "no longer so")


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
        choose(seat.person, no_email=["events/event_soon"], by_sms=["events/event_soon"], in_the_morning=False)
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


KINDS = ("members/question_asked", "posts/post_ending", "events/visit_open")  # the last waits for a morning in any case
FACTS = {
    "path": "/home/", "topic": "看仓库", "starts_at": NOON.isoformat(), "ends_at": NOON.isoformat(), "last_on": "2026-12-01",
    "city": {"zh": "深圳", "en": "Shenzhen"},
}  # fmt: skip
letters = st.lists(
    st.tuples(
        st.integers(0, 1),  # to whom
        st.integers(0, 60),  # hours after the beginning
        st.sampled_from(KINDS),
        st.sampled_from([None, None, 0, 1, 9, 30]),  # hours later it is moot
    ),
    min_size=1,
    max_size=8,
)


@given(letters=letters, every=st.sampled_from([1, 3, 7]), in_the_morning=st.booleans())
@settings(max_examples=100 if DEEP else 12)
def test_whatever_is_written_held_and_becomes_moot_in_any_order(letters, every, in_the_morning):
    """None leaves once it is moot; every other one does. Those that were moot from the start might as well never have
    been written: the letters of everybody are the same ones on the same days."""
    left = _lived(letters, every, in_the_morning)
    for number, (_, hour, _, moot) in enumerate(letters):
        assert (number in left) or moot is not None, "lost"
        assert number not in left or moot is None or left[number] < hour + moot, "it was moot by then"
    others = {number: letter for number, letter in enumerate(letters) if letter[3] != 0}
    alone = _lived(list(others.values()), every, in_the_morning)
    assert {number: left.get(number) for number in others} == dict(
        zip(others, (alone.get(place) for place in range(len(others))), strict=True)
    )


def _lived(letters, every: int, in_the_morning: bool) -> dict[int, int]:
    """Nine days of it: the number of each letter that left → after how many hours."""
    moot_from = {f"x:{number}": hour + moot for number, (_, hour, _, moot) in enumerate(letters) if moot is not None}

    def stands(waiting, at):
        return {one.pk for one in waiting if (at - NOON) / HOUR < moot_from.get(one.occasion, 24 * 30)}

    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        kinds = {name: replace(kind, stands=stands) for name, kind in all_kinds().items()}
        patch.setattr(standing, "all_kinds", lambda: kinds)
        people = [person(), person()]
        for who in people:
            choose(who, no_email=[], by_sms=[], in_the_morning=in_the_morning)
        for hours in range(24 * 9):
            for number, (who, hour, kind, _) in enumerate(letters):
                if hour == hours:
                    assert outbox.post(kind, people[who], occasion=f"x:{number}", at=NOON + hour * HOUR, context=FACTS)
            if hours % every == 0:
                outbox.deliver_due(at=NOON + hours * HOUR)
        sent = Message.objects.filter(person__in=people, status="sent").values_list("occasion", "sent_at")
        found = {int(occasion[2:]): round((sent_at - NOON) / HOUR) for occasion, sent_at in sent}
        transaction.set_rollback(True)
    return found
