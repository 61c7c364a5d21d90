"""R3: a draft nobody touches is called to mind 14 and 3 days before it is closed."""

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel.models import Message
from community.members import rules
from community.members.models import Application
from community.members.services import applications, documents
from tests.make import NOON, person

DAY, TICK = timedelta(days=1), timedelta(seconds=1)


@given(st.lists(st.integers(0, 24 * 200), max_size=60))
def test_each_step_once_and_nothing_from_the_end_on(hours):
    said = set()
    for at in sorted(NOON + timedelta(hours=n) for n in hours):
        step = rules.draft_step(NOON, at.astimezone(UTC))
        if step is not None and step not in said:
            said.add(step)
            assert at < rules.draft_step_until(NOON, step) <= rules.draft_closes_at(NOON)
            assert rules.draft_closes_at(NOON) - at <= step * DAY


@pytest.mark.django_db
def test_exactly_then_and_afresh_after_a_touch():
    draft = applications.start(person(), at=NOON)
    end = NOON + 180 * DAY
    for at, new in (
        (end - 14 * DAY - TICK, 0),
        (end - 14 * DAY, 1),
        (end - 4 * DAY, 0),
        (end - 3 * DAY, 1),
        (end - TICK, 0),
        (end, 0),
    ):
        assert documents.remind_untouched(at=at) == new, at
    first, second = Message.objects.filter(kind="members/draft_ending").order_by("pk")
    assert (first.valid_until, second.valid_until) == (end - 3 * DAY, end)
    Application.objects.filter(pk=draft.pk).update(touched_at=end - DAY)
    assert documents.remind_untouched(at=end) == 0
    assert documents.remind_untouched(at=end + 166 * DAY) == 1


@pytest.mark.django_db
def test_a_late_job_says_the_current_step_and_after_the_end_nothing():
    applications.start(person(), at=NOON)
    assert documents.remind_untouched(at=NOON + 178 * DAY) == 1
    assert Message.objects.get(kind="members/draft_ending").valid_until == NOON + 180 * DAY
    applications.start(person(), at=NOON)
    assert documents.remind_untouched(at=NOON + 181 * DAY) == 0
