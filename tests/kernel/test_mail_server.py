"""What the mail server says, and what becomes of the letter: later, never, once, or for good."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from community.kernel import outbox
from community.kernel.models import Message, Reach
from community.kernel.outbox import mailboxes, pausing
from tests.kernel.mail_server import MailServer
from tests.make import NOON, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_up")]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with MailServer() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", found.port, 0.5
        yield found


def queued(*, owed: bool, who=None, occasion="one", at=NOON, **more) -> Message:
    kind = "members/more_needed" if owed else "members/question_asked"
    assert outbox.post(kind, who or person(), occasion=occasion, at=at, context={"path": "/home/"}, **more)
    return Message.objects.get(occasion=occasion)


def seen(message: Message) -> str:
    message.refresh_from_db()
    return message.status


NOT_NOW = {"MAIL": "451 busy", "RCPT": "450 greylisted", "DATA": "421 too many", ".": "451 disk full"}


@pytest.mark.parametrize("owed", [True, False])
@pytest.mark.parametrize("command", NOT_NOW)
def test_not_now_is_asked_again_and_comes_once(server, owed, command):
    message = queued(owed=owed)
    server.answers[command] = NOT_NOW[command]
    assert outbox.deliver_due(at=NOON) == 0
    assert seen(message) == "waiting" and message.next_try_at == NOON + outbox.LEASE and message.mailed_on is None
    server.answers.clear()
    assert outbox.deliver_due(at=NOON + MINUTE) == 0, "not before its pause is over"
    assert outbox.deliver_due(at=NOON + outbox.LEASE) == 1
    assert seen(message) == "sent" and len(server.taken) == 1
    assert not Reach.objects.exists(), "a server that is busy says nothing of the mailbox"


@pytest.mark.parametrize("owed", [True, False])
def test_a_mailbox_that_refuses_for_good_is_written_down_and_no_more_reminders_knock_there(server, owed):
    who = person()
    message = queued(owed=owed, who=who)
    server.answers["RCPT"] = "550 5.1.1 no such mailbox"
    assert outbox.deliver_due(at=NOON) == 0
    assert seen(message) == "refused" and message.error == "550 5.1.1 no such mailbox"
    reach = Reach.objects.get()
    assert (reach.refused_address, reach.refused_at) == (who.email, NOON)
    server.answers.clear()
    reminder = queued(owed=False, who=who, occasion="two", at=NOON + MINUTE)
    assert outbox.deliver_due(at=NOON + 2 * MINUTE) == 0 and seen(reminder) == "kept"
    receipt = queued(owed=True, who=who, occasion="three", at=NOON + 3 * MINUTE)
    assert outbox.deliver_due(at=NOON + 4 * MINUTE) == 1, "what is owed is tried all the same"
    assert seen(receipt) == "sent"
    reach.refresh_from_db()
    assert (reach.refused_address, reach.refused_at) == ("", None), "a letter arrived, so the mailbox works"


def test_what_was_refused_goes_to_the_new_address(server):
    who = person()
    receipt, reminder = queued(owed=True, who=who), queued(owed=False, who=who, occasion="reminder")
    server.answers["RCPT"] = lambda words: "550 gone" if who.email in words else None
    outbox.deliver_due(at=NOON)
    assert mailboxes.send_to_new_addresses(at=NOON + MINUTE) == 0
    who.email = "somewhere-else@example.test"
    who.save()
    server.answers.clear()
    assert mailboxes.send_to_new_addresses(at=NOON + MINUTE) == 1
    assert outbox.deliver_due(at=NOON + MINUTE) == 1
    assert seen(receipt) == "sent" and seen(reminder) in ("refused", "kept")
    assert server.taken[0]["To"] == "somewhere-else@example.test"


@pytest.mark.parametrize("said", ["550 5.7.1 we know nobody like you", "450 4.2.2 full for now"])
def test_a_policy_or_a_full_mailbox_is_not_held_against_the_address(server, said):
    message = queued(owed=True)
    server.answers["RCPT"] = said
    outbox.deliver_due(at=NOON)
    assert seen(message) == "waiting" and not Reach.objects.exists()


def test_a_line_that_breaks_after_the_letter_was_said_is_never_asked_again_for_a_reminder(server):
    reminder, receipt = queued(owed=False), queued(owed=True, occasion="receipt")
    server.answers["."] = None
    assert outbox.deliver_due(at=NOON) == 0
    assert len(server.heard) == 2
    server.answers.clear()
    for days in range(1, 4):
        outbox.deliver_due(at=NOON + days * DAY)
    assert seen(reminder) == "failed" and seen(receipt) == "sent"
    assert [letter["Message-ID"] for letter in server.heard].count(f"<{reminder.public_id}@testserver>") == 1
    assert server.ids() == [f"<{receipt.public_id}@testserver>"]


@pytest.mark.parametrize("command", ["HELLO", "MAIL", "RCPT"])
@pytest.mark.parametrize("owed", [True, False])
def test_a_server_that_hangs_up_before_the_letter_is_asked_again(server, command, owed):
    message = queued(owed=owed)
    server.answers[command] = None
    assert outbox.deliver_due(at=NOON) == 0 and seen(message) == "waiting"
    server.answers.clear()
    assert outbox.deliver_due(at=NOON + outbox.LEASE) == 1
    assert len(server.taken) == 1


def test_a_server_that_says_nothing_costs_one_wait_and_no_letter(server, settings):
    settings.EMAIL_TIMEOUT = 0.2
    messages = [queued(owed=owed, occasion=f"{number} {owed}") for number in range(12) for owed in (True, False)]
    server.pauses["HELLO"] = threading.Event()
    assert outbox.deliver_due(at=NOON) == 0
    assert {seen(message) for message in messages} == {"waiting"}
    assert {message.tries for message in messages} == {0}, "nobody was there: that is no try"
    server.pauses.pop("HELLO").set()
    assert outbox.deliver_due(at=NOON + MINUTE) == 24


def test_a_server_that_goes_in_the_middle_of_a_round_has_what_it_took(server):
    reminders = [queued(owed=False, occasion=f"n{number}") for number in range(4)]
    for command in ("MAIL", "HELLO"):
        server.answers[command] = lambda _words: "421 closing" if len(server.taken) == 2 else ""
    outbox.deliver_due(at=NOON)
    assert [seen(one) for one in reminders] == ["sent", "sent", "waiting", "waiting"]
    assert [one.sent_at for one in reminders] == [NOON, NOON, None, None]
    server.answers.clear()
    assert outbox.deliver_due(at=NOON + MINUTE) == 1, "the one that was never tried"
    assert outbox.deliver_due(at=NOON + outbox.LEASE) == 1 and len(server.ids()) == len(set(server.ids())) == 4


def test_nobody_at_the_door_over_a_long_holiday_costs_no_receipt(server, settings):
    settings.EMAIL_PORT = 9
    receipt = queued(owed=True)
    reminder = queued(owed=False, occasion="reminder", valid_until=NOON + DAY)
    for hours in range(0, 24 * 7, 3):
        outbox.deliver_due(at=NOON + timedelta(hours=hours))
    assert seen(receipt) == "waiting"
    settings.EMAIL_PORT = server.port
    assert outbox.deliver_due(at=NOON + 8 * DAY) == 1
    assert (seen(receipt), seen(reminder)) == ("sent", "dropped")


def test_a_server_that_fails_for_a_week_costs_no_receipt():
    assert sum((pausing.pause(tries) for tries in range(pausing.MOST_TRIES)), timedelta()) > 7 * DAY


def test_a_slow_round_that_reaches_the_night_stops_there(server):
    evening = NOON.replace(hour=21, minute=59, second=30)
    late = [queued(owed=False, occasion=f"n{number}", at=evening, valid_until=NOON + 2 * DAY) for number in range(3)]
    over = queued(owed=False, occasion="over", at=evening, valid_until=evening + timedelta(seconds=20))
    assert outbox.deliver_due(at=evening, clock=lambda: evening + timedelta(seconds=40)) == 0 and not server.heard
    assert {seen(message) for message in late} == {"waiting"} and seen(over) == "dropped"
    assert {message.next_try_at for message in late} == {NOON + timedelta(hours=20)}
