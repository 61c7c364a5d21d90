"""One goal for one's stage: stated, changed, closed with a word."""

from datetime import date

import pytest

from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.members.models import Term
from community.programmes import selectors
from community.programmes.models import Goal
from community.programmes.services import goals
from tests.make import NOON, person
from tests.programmes.make import DAY, founder

pytestmark = pytest.mark.django_db
BY = date(2027, 1, 31)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def test_it_carries_the_stage_and_stands_once_whatever_is_pressed_twice():
    who = founder(stage="first_year")
    first = goals.state(who, "谈下十家付费客户", BY, at=NOON)
    assert goals.state(who, " 谈下十家付费客户 ", BY, at=NOON) == first
    assert (first.stage, selectors.goal_of(who)) == ("first_year", first)
    with refused("goal.one"):
        goals.state(who, "另一件事", BY, at=NOON)


def test_another_takes_its_place_and_the_old_one_stays_on_record():
    who = founder()
    old = goals.state(who, "谈下十家付费客户", BY, at=NOON)
    new = goals.change(who, "谈下三家大客户", BY, word="方向变了", at=NOON + DAY)
    old.refresh_from_db()
    assert (old.status, old.word, old.closed_at) == ("changed", "方向变了", NOON + DAY)
    assert selectors.goals_of([who.pk]) == {who.pk: new}
    assert [entry.action for entry in audit.trail(old)] == ["goal.state", "goal.change"]
    assert goals.change(who, "谈下三家大客户", BY, at=NOON + DAY) == new


@pytest.mark.parametrize("how", ["reached", "given_up"])
def test_closed_once_with_a_word(how):
    who = founder()
    goal = goals.state(who, "谈下十家付费客户", BY, at=NOON)
    for _ in range(2):
        closed = goals.close(who, goal.public_id, how, word="十一家", at=NOON + DAY)
    assert (closed.status, closed.word) == (how, "十一家")
    assert selectors.goal_of(who) is None
    with refused("goal.stale"):
        goals.close(who, goal.public_id, "reached" if how == "given_up" else "given_up", at=NOON + 2 * DAY)


def test_nobody_closes_anothers_and_no_status_can_be_made_up():
    goal = goals.state(founder(), "谈下十家付费客户", BY, at=NOON)
    with refused("goal.stale"):
        goals.close(founder(), goal.public_id, "reached", at=NOON)
    with refused("goal.stale"):
        goals.close(goal.person, goal.public_id, "open_again", at=NOON)
    assert Goal.objects.get().status == "open"


def test_whose_membership_is_over_closes_nothing():
    who = founder()
    goal = goals.state(who, "谈下十家付费客户", BY, at=NOON)
    Term.objects.filter(person=who).update(ends_on=NOON.date() - 30 * DAY)
    with refused("goal.standing"):
        goals.close(who, goal.public_id, "reached", at=NOON)


def test_members_only_with_words_and_a_day_to_come():
    with refused("goal.standing"):
        goals.state(person(), "谈下十家付费客户", BY, at=NOON)
    who = founder()
    with refused("goal.text"):
        goals.state(who, "  ", BY, at=NOON)
    for on in (date(2026, 11, 21), date(2027, 11, 23)):
        with refused("goal.day"):
            goals.state(who, "谈下十家付费客户", on, at=NOON)
    with refused("goal.stale"):
        goals.change(who, "谈下十家付费客户", BY, at=NOON)
