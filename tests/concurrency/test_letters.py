"""A hundred due reminders, workers killed in the middle, two at once, a clock that jumps, a mail server in every mood."""

import os
import random
import signal
import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from community.kernel import outbox
from community.kernel.models import Message
from tests.conftest import DEEP
from tests.kernel.mail_server import MailServer
from tests.make import NOON, person

REMINDERS, OWED = 100, 30
ROUNDS = 10 if DEEP else 4  # two workers are killed in each
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("made_up"),
]


class Moods:
    """What the mail server answers, by lot: mostly fine, sometimes busy, broken, slow, or gone before the letter."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.lock = dice, threading.Lock()

    def __call__(self, *bad: "str | None") -> Any:
        def answer(_words: str) -> "str | None":
            with self.lock:
                lot, slow = self.dice.random(), self.dice.random()
            if slow < 0.3:
                threading.Event().wait(0.03)
            return self.dice.choice(bad) if lot < 0.08 else ""

        return answer


def worker(at: datetime, rounds: int) -> int:
    """A process of its own, as a worker is; the pid. Its clock starts at `at` and goes on by a minute a round."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        for number in range(rounds):
            now = at + number * MINUTE
            outbox.deliver_due(at=now, limit=40)
        connection.close()
    finally:
        os._exit(0)


def test_killed_at_random_no_reminder_twice_or_late_and_nothing_owed_is_lost(settings):
    dice = random.Random(2026)
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        reminders, owed = queue()
        moods = Moods(dice)
        server.answers = {
            "MAIL": moods("451 busy"),
            "DATA": moods("421 too many", "554 not now"),
            ".": moods("451 full"),
        }
        at = NOON
        for number in range(ROUNDS):
            both = [worker(at, 40), worker(at, 40)]
            in_the_middle_of(server, dice)
            for pid in both:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            at += 7 * MINUTE
            if number == ROUNDS // 2:
                at -= HOUR  # the clock is put right, backwards
        for rest in (2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR):
            os.waitpid(worker(NOON + rest, 20), 0)
        server.answers = {}
        os.waitpid(worker(NOON + 3 * DAY, 30), 0)  # and jumps three days ahead
        judge(server, reminders, owed)


def in_the_middle_of(server: MailServer, dice: random.Random) -> None:
    """Until a few letters more were taken: then a worker is between saying one and writing it down."""
    enough = len(server.taken) + dice.randint(1, 4)
    for _ in range(2000):
        if len(server.taken) >= enough:
            return
        threading.Event().wait(0.002)


def queue() -> tuple[list[str], list[str]]:
    """Message-IDs of what can wait, worth something until tomorrow, and of what is owed; a person each."""
    for number in range(REMINDERS + OWED):
        kind = "members/question_asked" if number < REMINDERS else "members/more_needed"
        worth = {"valid_until": NOON + DAY} if number < REMINDERS else {}
        assert outbox.post(kind, person(), occasion=str(number), at=NOON - HOUR, context={"path": "/home/"}, **worth)
    ids = {m.occasion: f"<{m.public_id}@testserver>" for m in Message.objects.all()}
    return [ids[str(n)] for n in range(REMINDERS)], [ids[str(n)] for n in range(REMINDERS, REMINDERS + OWED)]


def judge(server: MailServer, reminders: list[str], owed: list[str]) -> None:
    came = Counter(server.ids())
    twice = {key for key in reminders if came[key] > 1}
    assert not twice, f"{len(twice)} reminders came twice"
    lost = [key for key in reminders if not came[key]]
    assert len(lost) <= REMINDERS // 100, f"{len(lost)} reminders never came"
    assert not [key for key in owed if not came[key]], "what is owed was lost"
    rows = Message.objects.filter(transactional=False)
    assert not [row for row in rows if row.sent_at and row.valid_until and row.sent_at >= row.valid_until], "late"
    assert not Message.objects.filter(transactional=True).exclude(status="sent").exists()
