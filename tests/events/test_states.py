"""Every (state, action) pair: the tabled ones lead where product.md §3 says, the rest is refused and changes nothing."""

import itertools

import pytest

from community.events import states
from community.events.models import Signup
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.states import Machine, move
from tests.events import make
from tests.make import NOON, person

EVENT = {
    ("draft", "publish"): "open",
    ("open", "hold"): "held",
    ("draft", "cancel"): "cancelled",
    ("open", "cancel"): "cancelled",
}
SIGNUP = {
    ("", "confirm"): "confirmed",
    ("", "wait"): "waiting",
    ("withdrawn", "confirm"): "confirmed",
    ("withdrawn", "wait"): "waiting",
    ("waiting", "confirm"): "confirmed",
    ("waiting", "offer"): "offered",
    ("offered", "accept"): "confirmed",
    ("offered", "expire"): "waiting",
    ("waiting", "withdraw"): "withdrawn",
    ("offered", "withdraw"): "withdrawn",
    ("waiting", "cancel"): "withdrawn",
    ("offered", "cancel"): "withdrawn",
    ("confirmed", "withdraw"): "withdrawn",
    ("confirmed", "cancel"): "withdrawn",
    ("confirmed", "check_in"): "attended",
    ("missed", "check_in"): "attended",
    ("attended", "undo"): "confirmed",
    ("confirmed", "miss"): "missed",
}
STATES = {
    "event": ["draft", "open", "held", "cancelled"],
    "signup": ["", "waiting", "offered", "confirmed", "attended", "missed", "withdrawn"],
}


@pytest.mark.parametrize(
    ("machine", "table"), [(states.EVENT, EVENT), (states.SIGNUP, SIGNUP)], ids=["event", "signup"]
)
def test_every_pair(machine: Machine, table: dict[tuple[str, str], str]) -> None:
    actions = {action for _, action in table}
    assert machine.actions == actions
    for state, action in itertools.product(STATES[machine.name], actions):
        if (state, action) in table:
            assert machine.after(state, action) == table[state, action]
        else:
            with pytest.raises(RuleBroken) as refused:
                machine.after(state, action)
            assert refused.value.code == f"{machine.name}.stale"


@pytest.mark.django_db
def test_whoever_comes_second_is_told_and_changes_nothing() -> None:
    signup = make.seat(make.event())
    stale = Signup.objects.get(pk=signup.pk)
    by = person()
    move(states.SIGNUP, signup, "withdraw", by=by, at=NOON, seat=None, withdrawn_at=NOON)
    before = audit.trail(signup).count()
    with pytest.raises(RuleBroken) as refused:
        move(states.SIGNUP, stale, "miss", by=by, at=NOON, missed_at=NOON)
    assert refused.value.code == "signup.stale"
    assert Signup.objects.get(pk=signup.pk).status == "withdrawn"
    assert audit.trail(signup).count() == before
