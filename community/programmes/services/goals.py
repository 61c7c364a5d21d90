"""One goal for one's stage: stated, changed, closed with a word."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.selectors import stages
from community.members.services import people
from community.programmes import policies, rules, states
from community.programmes.models import Goal

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"goal_one_open": "goal.one"})
def state(person: "Person", text: str, by_on: date, *, at: datetime) -> Goal:
    """Say what one wants to reach, and by when. Sent twice, it stands once.

    Raises RuleBroken: "goal.standing", "goal.one" while another is under way, "goal.text", "goal.day".
    """
    people.lock_person(person.pk)
    policies.may_state_goal(person, at=at).insist()
    open_one = Goal.objects.filter(person=person, status=states.OPEN).first()
    if open_one is not None and (open_one.text, open_one.by_on) == (text.strip(), by_on):
        return open_one
    if open_one is not None:
        raise RuleBroken("goal.one")
    return _made(person, text, by_on, at)


@settled({"goal_one_open": "goal.one"})
def change(person: "Person", text: str, by_on: date, *, word: str = "", at: datetime) -> Goal:
    """Another goal takes the place of the one under way, which stays on record as changed, with a word why.

    Raises as `state`, RuleBroken("goal.stale") when there is none.
    """
    people.lock_person(person.pk)
    policies.may_state_goal(person, at=at).insist()
    old = _open_goal(person)
    if (old.text, old.by_on) == (text.strip(), by_on):
        return old
    _move(old, states.CHANGED, word, at)
    return _made(person, text, by_on, at)


@settled()
def close(person: "Person", goal_id: str, how: str, *, word: str = "", at: datetime) -> Goal:
    """Reached or given up, with a word. Pressed twice, it is closed once. `goal_id`: public id; `how`: a closed status.

    Raises RuleBroken: "goal.standing", "goal.stale".
    """
    people.lock_person(person.pk)
    policies.may_state_goal(person, at=at).insist()
    goal = Goal.objects.select_for_update().filter(person=person, public_id=goal_id).first()
    if goal is None:
        raise RuleBroken("goal.stale")
    if goal.status != how:
        _move(goal, how, word, at)
    return goal


def _open_goal(person: "Person") -> Goal:
    found = Goal.objects.select_for_update().filter(person=person, status=states.OPEN).first()
    if found is None:
        raise RuleBroken("goal.stale")
    return found


def _move(goal: Goal, how: str, word: str, at: datetime) -> None:
    action = states.CLOSINGS.get(how, "")
    lifecycle.move(
        states.GOAL, goal, action, by=goal.person, at=at, person_id=goal.person_id, closed_at=at,
        word=word.strip()[: rules.WORD_MOST],
    )  # fmt: skip


def _made(person: "Person", text: str, by_on: date, at: datetime) -> Goal:
    if not text.strip():
        raise RuleBroken("goal.text")
    if not rules.goal_may_end(by_on, at):
        raise RuleBroken("goal.day")
    goal = Goal.objects.create(
        person=person, stage=stages.stage_of(person), text=text.strip()[: rules.GOAL_MOST], by_on=by_on, stated_at=at
    )
    audit.record("goal.state", goal, by=person, at=at, person_id=person.pk, old=states.NEW, new=goal.status)
    return goal
