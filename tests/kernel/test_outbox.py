"""The outbox: one message per occasion; reminders at most once, letters at least once; mail never undoes anything."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community.kernel import outbox
from community.kernel.kinds import UnknownKind, all_kinds
from community.kernel.models import Message
from community.members.models import Application
from community.members.services import applications
from tests.make import NOON, person

MINUTE = timedelta(minutes=1)
A_DAY = timedelta(days=1)


class Post(BaseEmailBackend):
    """The post office of these tests: keeps what was handed over; `mood` says what happens at the counter."""

    handed_over: list = []
    mood = None

    def send_messages(self, emails):
        if Post.mood == "closed":
            raise SMTPServerDisconnected("closed")
        Post.handed_over += emails
        if callable(Post.mood):
            Post.mood()
        return len(emails)

    @staticmethod
    def ids() -> list[str]:
        return [email.message()["Message-ID"] for email in Post.handed_over]


class PowerCut(BaseException):
    """The worker is gone between handing the mail over and writing it down."""


def power_cut() -> None:
    raise PowerCut


@pytest.fixture(autouse=True)
def office(settings) -> Iterator[None]:
    settings.EMAIL_BACKEND = f"{__name__}.Post"
    Post.handed_over, Post.mood = [], None
    yield
    Post.mood = None


def letter(who=None, *, occasion="one", reminder=False, at=NOON, kind="members/more_needed", **more) -> Message:
    context = {"reason": "请补一份股东名册", "path": "/application/"} | more.pop("context", {})
    kind = "members/question_asked" if reminder else kind
    queued = outbox.post(kind, who or person(), occasion=occasion, at=at, context=context, **more)
    assert queued
    return Message.objects.get(occasion=occasion)


def status(message: Message) -> str:
    message.refresh_from_db()
    return message.status


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_up")]


def test_one_message_per_occasion():
    who = person()
    letter(who)
    assert not outbox.post("members/more_needed", who, occasion="one", at=NOON)
    assert Message.objects.count() == 1
    assert outbox.deliver_due(at=NOON) == 1
    assert outbox.deliver_due(at=NOON + A_DAY) == 0
    assert len(Post.handed_over) == 1


def test_a_message_shares_the_fate_of_its_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as bells, pytest.raises(ZeroDivisionError), transaction.atomic():
        letter()
        raise ZeroDivisionError
    assert not Message.objects.exists() and not bells


def test_a_bell_rings_after_commit_and_one_that_nobody_heard_is_made_up_for(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as bells, CaptureQueriesContext(connection) as asked:
        message = letter()
    assert len(bells) == 1 and not [query for query in asked if "pg_notify" in query["sql"]]
    with CaptureQueriesContext(connection) as asked:
        bells[0]()
    assert "kernel.deliver_waiting_messages" in asked[0]["sql"] and status(message) == "waiting"
    assert outbox.deliver_due(at=NOON + MINUTE) == 1  # the sweeper's round


def test_a_letter_that_fails_is_sent_later_with_the_same_message_id():
    message = letter()
    Post.mood = "closed"
    assert outbox.deliver_due(at=NOON) == 0
    assert (status(message), message.error) == ("waiting", "SMTPServerDisconnected")
    Post.mood = None
    assert outbox.deliver_due(at=NOON + MINUTE) == 0, "not before its pause is over"
    assert outbox.deliver_due(at=NOON + outbox.LEASE) == 1
    assert (status(message), message.sent_at, message.error) == ("sent", NOON + outbox.LEASE, "")
    assert Post.ids() == [f"<{message.public_id}@testserver>"]


def test_the_pauses_grow_and_the_eighth_failure_gives_up():
    message, at, pauses = letter(), NOON, []
    Post.mood = "closed"
    while status(message) == "waiting":
        outbox.deliver_due(at=at)
        message.refresh_from_db()
        pauses.append(message.next_try_at - at)
        at = message.next_try_at
    assert (message.status, message.tries) == ("failed", outbox.MOST_TRIES)
    assert pauses == sorted(pauses) and pauses[0] == outbox.LEASE and pauses[-1] < A_DAY
    Post.mood = None
    assert outbox.deliver_due(at=at + A_DAY) == 0


def test_a_letter_cut_off_in_the_middle_goes_out_again_as_the_same_letter():
    message = letter()
    Post.mood = power_cut
    with pytest.raises(PowerCut):
        outbox.deliver_due(at=NOON)
    Post.mood = None
    assert status(message) == "sending"
    assert outbox.deliver_due(at=NOON + outbox.LEASE - MINUTE) == 0, "another worker may still be at it"
    assert outbox.deliver_due(at=NOON + outbox.LEASE) == 1
    first, second = Post.ids()
    assert first == second, "the recipient's mailbox can tell that it is one letter"


@pytest.mark.parametrize("mood", ["closed", power_cut])
def test_a_reminder_is_never_sent_twice_whatever_happened_to_the_first(mood):
    message = letter(reminder=True)
    Post.mood = mood
    if mood == "closed":
        outbox.deliver_due(at=NOON)
    else:
        with pytest.raises(PowerCut):
            outbox.deliver_due(at=NOON)
    before = len(Post.handed_over)
    Post.mood = None
    for days in range(1, 9):
        assert outbox.deliver_due(at=NOON + days * A_DAY) == 0
    assert len(Post.handed_over) == before <= 1
    assert status(message) == ("failed" if mood == "closed" else "sending")


def test_what_left_before_a_worker_broke_off_stands_as_sent():
    """They are written down together, and at the latest when something breaks in the middle of the third."""
    reminders = [letter(occasion=f"n{number}", reminder=True) for number in range(3)]

    def third() -> None:
        if len(Post.handed_over) == 3:
            raise PowerCut

    Post.mood = third
    with pytest.raises(PowerCut):
        outbox.deliver_due(at=NOON)
    assert [status(one) for one in reminders] == ["sent", "sent", "sending"]
    assert [one.sent_at for one in reminders] == [NOON, NOON, None]


@pytest.mark.parametrize("reminder", [True, False])
def test_over_means_over_at_the_very_instant(reminder):
    in_time = letter(occasion="in time", reminder=reminder, valid_until=NOON + MINUTE)
    assert outbox.deliver_due(at=NOON + MINUTE - timedelta(microseconds=1)) == 1
    late = letter(occasion="late", reminder=reminder, valid_until=NOON + MINUTE)
    assert outbox.deliver_due(at=NOON + MINUTE) == 0
    assert (status(in_time), status(late)) == ("sent", "dropped")
    assert len(Post.handed_over) == 1


def test_a_second_worker_leaves_a_claimed_message_alone():
    letter()
    second_round = []
    Post.mood = lambda: second_round.append(outbox.deliver_due(at=NOON))
    assert outbox.deliver_due(at=NOON) == 1
    assert second_round == [0] and len(Post.handed_over) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_send_each_message_once():
    who = person()
    for number in range(30):
        letter(person() if number % 2 else who, occasion=f"n{number}", reminder=bool(number % 2))
    start = threading.Barrier(2)

    def worker() -> int:
        start.wait(10)
        try:
            return outbox.deliver_due(at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = [future.result(20) for future in [pool.submit(worker), pool.submit(worker)]]
    assert sum(sent) == 30
    assert len(set(Post.ids())) == len(Post.ids()) == 30


def test_mail_that_fails_leaves_the_business_as_it_is():
    who = person()
    application = applications.start(who, at=NOON)
    letter(who)
    Post.mood = "closed"
    for days in range(20):
        outbox.deliver_due(at=NOON + days * A_DAY)
    assert Application.objects.get(pk=application.pk).status == "draft"
    assert not Post.handed_over


def test_a_kind_that_nobody_declares_is_never_queued():
    with pytest.raises(UnknownKind, match=r"community/members/kinds\.py"):
        letter(kind="members/no_such_letter")


def test_a_template_that_breaks_holds_nobody_else_up(monkeypatch):
    without = replace(all_kinds()["members/more_needed"], name="members/no_such_letter")
    monkeypatch.setitem(all_kinds(), without.name, without)
    broken = letter(occasion="broken", kind=without.name)
    whole = letter(occasion="whole")
    assert outbox.deliver_due(at=NOON + MINUTE) == 1
    assert (status(broken), status(whole)) == ("waiting", "sent")


def test_a_round_is_bounded_and_takes_the_oldest_first():
    for number in range(5):
        letter(occasion=f"n{number}", at=NOON + number * MINUTE)
    assert outbox.deliver_due(at=NOON + 10 * MINUTE, limit=2) == 2
    assert set(Message.objects.filter(status="sent").values_list("occasion", flat=True)) == {"n0", "n1"}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b"])
def test_what_a_person_typed_never_becomes_a_header(end):
    letter(
        person(f"Eve{end}Bcc: all@evil.example"),
        kind="events/event_cancelled",  # its subject names the topic
        context={
            "topic": f"出海{end}Bcc: all@evil.example{end}{end}body",
            "starts_at": NOON.isoformat(),
            "ends_at": (NOON + timedelta(hours=3)).isoformat(),
        },
    )
    assert outbox.deliver_due(at=NOON) == 1
    sent = Post.handed_over[0].message()
    assert sent["Bcc"] is None and sent["To"].count("@") == 1
    assert len(Post.handed_over[0].subject.splitlines()) == 1


def test_the_letter_is_written_in_the_language_of_its_reader():
    letter(person(language="zh-hans"), occasion="zh")
    letter(person(language="en"), occasion="en")
    outbox.deliver_due(at=NOON)
    bodies = [email.body for email in Post.handed_over]
    assert any("一" <= char <= "鿿" for char in Post.handed_over[0].subject)
    assert Post.handed_over[1].subject.isascii()
    assert all("http://testserver/application/" in body for body in bodies)
    html = Post.handed_over[1].alternatives[0]
    assert html.mimetype == "text/html" and 'href="http://testserver/application/"' in html.content


def test_facts_come_back_with_their_times():
    facts = {
        "starts_at": NOON.isoformat(),
        "ends_on": "2026-11-28",
        "events": [{"starts_at": NOON.isoformat()}],
        "n": 3,
    }
    made = outbox.revived(facts)
    assert made["starts_at"] == made["events"][0]["starts_at"] == NOON
    assert made["ends_on"].day == 28 and made["n"] == 3


class TestOneADay:
    """R51: what is not transactional goes out by day, and one a day to anybody."""

    def test_by_night_it_waits_for_the_morning_and_a_receipt_does_not(self):
        night = NOON.replace(hour=22)
        held, sent = letter(occasion="news", reminder=True, at=night), letter(occasion="receipt", at=night)
        assert outbox.deliver_due(at=night) == 1
        assert (status(held), status(sent)) == ("waiting", "sent")
        assert outbox.deliver_due(at=night + timedelta(hours=10, microseconds=-1)) == 0
        assert outbox.deliver_due(at=night + timedelta(hours=10)) == 1

    def test_the_second_of_a_day_waits_for_tomorrow_and_the_soonest_worthless_goes_first(self):
        who, other = person(), person()
        late = letter(who, occasion="late", reminder=True, valid_until=NOON + timedelta(days=9))
        soon = letter(who, occasion="soon", reminder=True, valid_until=NOON + timedelta(days=1))
        theirs = letter(other, occasion="theirs", reminder=True)
        assert outbox.deliver_due(at=NOON) == 2
        assert [status(one) for one in (late, soon, theirs)] == ["waiting", "sent", "sent"]
        assert outbox.deliver_due(at=NOON + timedelta(hours=9)) == 0
        assert outbox.deliver_due(at=NOON + timedelta(hours=20)) == 1
        assert status(late) == "sent"

    def test_one_of_yesterday_says_nothing_of_today(self):
        who = person()
        letter(who, occasion="yesterday", reminder=True, at=NOON - timedelta(days=1))
        assert outbox.deliver_due(at=NOON - timedelta(days=1)) == 1
        letter(who, occasion="today", reminder=True)
        assert outbox.deliver_due(at=NOON) == 1

    def test_in_the_morning_the_soonest_worthless_goes_first_however_many_waited(self):
        night, who = NOON.replace(hour=23), person()
        for number in range(outbox.CLAIMED_AT_ONCE):
            letter(who, occasion=f"news {number}", reminder=True, at=night)
        last = letter(who, occasion="last day", reminder=True, at=night, valid_until=night + timedelta(hours=20))
        assert outbox.deliver_due(at=night) == 0
        assert outbox.deliver_due(at=night + timedelta(hours=9)) == 1
        assert status(last) == "sent"


def test_many_letters_are_one_statement_to_record_and_under_two_each_to_send(settings):
    settings.SMS_URL, settings.STAFF_ROBOTS = "http://127.0.0.1:9/", []
    people = [person() for _ in range(40)]
    with CaptureQueriesContext(connection) as recorded:
        drafts = [
            outbox.draft(kind, who.pk, occasion=f"{kind} {who.pk}", at=NOON, context={"path": "/home/"})
            for kind in ("members/question_asked", "members/more_needed")
            for who in people
        ]
        assert outbox.post_all(drafts) == 80 and outbox.post_all(drafts) == 0
    assert len(recorded) == 2
    with CaptureQueriesContext(connection) as sent:
        assert outbox.deliver_due(at=NOON) == 80
    asked = [query for query in sent if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 80 * 1.5, len(asked)


@pytest.mark.parametrize("way", ["alone", "with a text message", "passed over"])
def test_what_several_say_goes_over_once_and_everybody_has_their_own(settings, way):
    settings.SMS_URL = "http://127.0.0.1:9/" if way == "with a text message" else ""
    shared = {"path": "/home/", "reason": "同一句"}
    said = [shared, {"path": "/a/"}, shared, {}, {"path": "/b/"}, shared]
    drafts = [
        outbox.draft("members/more_needed", person().pk, occasion=f"said {number}", at=NOON, context=context)
        for number, context in enumerate(said)
    ]
    with outbox.passing_over() if way == "passed over" else nullcontext():
        outbox.post_all(drafts)
    assert list(Message.objects.order_by("occasion").values_list("context", flat=True)) == said
