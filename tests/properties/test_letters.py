"""Whatever is written to anybody, whenever: what is owed at once; the rest by day, one letter a day, in time, and nothing
that is still worth something is lost."""

import contextlib
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel import outbox
from community.kernel.days import ZONE, day_of
from community.kernel.inbox import choose
from community.kernel.models import Message
from tests.conftest import DEEP
from tests.make import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_up")]
BEGIN = datetime(2026, 11, 20, tzinfo=ZONE)
HOUR = timedelta(hours=1)
KINDS = ["members/question_asked", "matching/need_fits", "posts/refresh_asked"]


class Post(BaseEmailBackend):
    """Keeps who got a letter when; `now` is the round's instant. Every letter says which messages it carried."""

    now = BEGIN
    letters: list = []

    def send_messages(self, emails):
        Post.letters += [(Post.now, email) for email in emails]
        return len(emails)


written = st.lists(
    st.tuples(
        st.integers(0, 2),  # to whom
        st.integers(0, 96),  # hours after the beginning
        st.sampled_from([None, 1, 3, 12, 30, 60]),  # hours it is worth something
        st.sampled_from([*KINDS, "members/more_needed"]),
    ),
    min_size=1,
    max_size=25,
)


@pytest.mark.parametrize("in_the_morning", [False, True])
@given(written=written, every=st.sampled_from([1, 2, 5]), seed=st.integers(0, 2**16))
@settings(max_examples=150 if DEEP else 12, deadline=None)
def test_days_of_letters(in_the_morning, written, every, seed):
    with undone(), pytest.MonkeyPatch.context() as patch:
        from django.conf import settings as django_settings

        patch.setattr(django_settings, "EMAIL_BACKEND", f"{__name__}.Post")
        Post.letters = []
        people = [person() for _ in range(3)]
        for who in people:
            choose(who, no_email=[], by_sms=[], in_the_morning=in_the_morning)
        dice = random.Random(seed)
        due = sorted(enumerate(written), key=lambda one: one[1][1])
        hours = 0
        while hours < 24 * 12:
            now = BEGIN + hours * HOUR
            while due and due[0][1][1] <= hours:
                number, (who, _, worth, kind) = due.pop(0)
                until = None if worth is None else now + worth * HOUR
                assert outbox.post(
                    kind,
                    people[who],
                    occasion=str(number),
                    at=now,
                    valid_until=until,
                    context={"path": f"/{number}/", "reasons": [], "written_at": now.isoformat()},
                )
            for _ in range(dice.choice([1, 1, 2])):  # a second worker, a second beat
                Post.now = now
                outbox.deliver_due(at=now, limit=dice.choice([10, 200]))
            hours += dice.randint(1, every)
        judge(people)


@contextlib.contextmanager
def undone():
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def judge(people) -> None:
    messages = list(Message.objects.filter(person__in=people).select_related("person"))
    owed = {f"<{m.public_id}@testserver>" for m in messages if m.transactional}
    a_day: Counter = Counter()
    for at, email in Post.letters:
        if email.extra_headers["Message-ID"] in owed:
            continue
        a_day[(email.to[0], day_of(at))] += 1
        assert 8 <= at.astimezone(ZONE).hour < 22, "in quiet hours"
    assert not {key: count for key, count in a_day.items() if count > 1}, "two letters in a day"
    for message in messages:
        carried = [at for at, email in Post.letters if email.to == [message.person.email] and says(email, message)]
        assert len(carried) <= 1, "twice"
        assert message.status in ("sent", "dropped"), message
        assert (message.status == "sent") == bool(carried)
        if carried and message.valid_until:
            assert carried[0] < message.valid_until, "after its occasion"
        if message.status == "dropped":
            assert message.valid_until is not None, "lost, though it was still worth something"
    for message in messages:
        if message.status == "dropped" and not message.transactional:
            # It was over before its next morning came: until then the day had its letter already, or it was night.
            assert message.valid_until <= next_chance(message, a_day)


def next_chance(message: Message, a_day: Counter) -> datetime:
    """The last instant by which the outbox must have taken it along: the first morning after the day it came, on which
    its person had not had a letter before it was over."""
    from community.kernel.outbox.pausing import next_morning

    return next_morning(message.created_at) + 5 * HOUR


def says(email, message: Message) -> bool:
    return f"http://testserver{message.context['path']}\n" in email.body + "\n"
