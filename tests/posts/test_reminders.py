"""Introductions gone quiet (R32): called to mind on day 3, asked about on days 3 and 14, then left in peace."""

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.models import Message
from community.posts import rules
from community.posts.models import Introduction
from community.posts.services import introducing, posting
from tests.make import NOON, member
from tests.posts import make

DAY, TICK = timedelta(days=1), timedelta(seconds=1)
hours = st.integers(0, 24 * 40).map(lambda n: NOON + timedelta(hours=n))


def told(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=f"posts/{kind}").order_by("pk"))


@given(st.lists(hours, max_size=60))
def test_the_ladder_of_quiet_says_each_step_once_and_never_after_it(runs):
    said = set()
    for at in sorted(runs):
        step = rules.quiet_step(NOON, at.astimezone(UTC))
        if step is not None and step not in said:
            said.add(step)
            assert NOON + step * DAY <= at < rules.quiet_step_until(NOON, step)
    assert said <= set(rules.QUIET_DAYS)


@pytest.fixture
def asked(db) -> Introduction:
    return introducing.ask(member(), member().pk, at=NOON)


class TestUnanswered:
    def test_once_after_three_days(self, asked):
        at = NOON + 3 * DAY
        assert [introducing.remind_all_due(at=when) for when in (at - TICK, at, at, at + DAY)] == [0, 1, 0, 0]
        letter = told("introduction_waiting")[0]
        assert (letter.person, letter.valid_until) == (asked.asked, asked.expires_at)

    def test_not_after_it_ended_nor_when_it_was_answered(self, asked):
        assert introducing.remind_all_due(at=asked.expires_at) == 0
        introducing.answer(asked, yes=False, by=asked.asked, at=NOON + DAY)
        assert introducing.remind_all_due(at=NOON + 4 * DAY) == 0


class TestQuiet:
    def test_both_on_day_three_and_fourteen_and_then_never_again(self, asked):
        introducing.answer(asked, yes=True, by=asked.asked, at=NOON)
        runs = {n: introducing.remind_all_due(at=NOON + n * DAY) for n in range(40)}
        assert {n: new for n, new in runs.items() if new} == {3: 2, 14: 2}
        assert {message.person for message in told("introduction_quiet")} == {asked.asker, asked.asked}
        assert [message.valid_until for message in told("introduction_quiet")] == [NOON + 14 * DAY] * 2 + [
            NOON + 21 * DAY
        ] * 2

    def test_a_late_job_asks_the_current_step_only(self, asked):
        introducing.answer(asked, yes=True, by=asked.asked, at=NOON)
        assert introducing.remind_all_due(at=NOON + 15 * DAY) == 2
        assert all(message.context["last"] for message in told("introduction_quiet"))
        assert introducing.remind_all_due(at=NOON + 21 * DAY) == 0

    def test_nobody_who_has_talked(self, asked):
        introducing.answer(asked, yes=True, by=asked.asked, at=NOON)
        introducing.have_talked(asked, by=asked.asker, at=NOON + DAY)
        assert introducing.remind_all_due(at=NOON + 3 * DAY) == 0


@pytest.mark.django_db
def test_as_many_statements_for_300_as_for_3():
    first, second = member(), member()

    def asked_now(count: int) -> int:
        posts = [make.draft(first) for _ in range(3)]
        Message.objects.all().delete()
        Introduction.objects.all().delete()
        people = [member() for _ in range(3)]
        Introduction.objects.bulk_create(
            Introduction(
                asker=people[n % 3], asked=second, post=posts[n % 3], asked_at=NOON, answered_at=NOON, talk_at=NOON,
                status="accepted", expires_at=NOON + 14 * DAY,
            )
            for n in range(3)
        )  # fmt: skip
        extra = count - 3
        Introduction.objects.bulk_create(
            Introduction(asker=first, asked=second, post=posts[0], asked_at=NOON, answered_at=NOON, talk_at=NOON,
                         status="thanked", expires_at=NOON + 14 * DAY)
            for _ in range(extra)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            introducing.remind_all_due(at=NOON + 3 * DAY)
        return len(found)

    assert asked_now(3) == asked_now(300)


@pytest.mark.django_db
def test_notices_before_the_end_take_as_many_statements_for_thirty_posts_as_for_one():
    def asked_now() -> int:
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            assert posting.remind_all_due(at=NOON + 24 * DAY)
        return len(found)

    make.post()
    few = asked_now()
    for _ in range(29):
        make.post()
    assert asked_now() == few
