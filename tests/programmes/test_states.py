"""Every (state, action) pair of the four lifecycles: the tabled ones lead where they say, the rest is refused."""

import itertools

import pytest

from community.kernel.errors import RuleBroken
from community.kernel.states import Machine
from community.programmes import states

GOAL = {
    ("", "state"): "open",
    ("open", "reach"): "reached",
    ("open", "change"): "changed",
    ("open", "give_up"): "given_up",
}
PROGRAMME = {
    ("", "create"): "draft",
    ("draft", "open"): "open",
    ("open", "start"): "running",
    ("running", "end"): "ended",
    ("draft", "cancel"): "cancelled",
    ("open", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
}
PLACE = {
    ("", "join"): "joined",
    ("joined", "leave"): "left",
    ("left", "join"): "joined",
    ("joined", "move_up"): "moved_up",
    ("joined", "repeat"): "repeats",
    ("joined", "let_go"): "let_go",
}
CHALLENGE = {("", "open"): "open", ("open", "end"): "ended", ("open", "cancel"): "cancelled"}
TABLES = [
    (states.GOAL, GOAL), (states.PROGRAMME, PROGRAMME), (states.PLACE, PLACE), (states.CHALLENGE, CHALLENGE)
]  # fmt: skip


@pytest.mark.parametrize(("machine", "table"), TABLES, ids=lambda value: getattr(value, "name", ""))
def test_every_pair(machine: Machine, table: dict[tuple[str, str], str]) -> None:
    for state, action in itertools.product(sorted(machine.states), sorted(machine.actions)):
        if (state, action) in table:
            assert machine.after(state, action) == table[state, action]
        else:
            with pytest.raises(RuleBroken, match=rf"^{machine.name}\.stale$"):
                machine.after(state, action)
    assert set(machine.moves) == set(table)


def test_every_decision_and_every_closing_is_a_move():
    assert {states.PLACE.after("joined", action) for action in states.DECISIONS} == set(states.DECISIONS.values())
    assert all(states.GOAL.after("open", action) == how for how, action in states.CLOSINGS.items())
