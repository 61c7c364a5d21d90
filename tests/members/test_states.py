"""Every (state, action) pair: the tabled ones move, all others are refused and change nothing."""

import itertools

import pytest

from community.kernel import audit, states
from community.kernel.errors import RuleBroken
from community.members.models import Application
from community.members.states import APPLICATION
from tests import make

PAIRS = list(itertools.product(sorted(APPLICATION.states), sorted(APPLICATION.actions)))


def test_the_table_is_the_lifecycle_of_the_rulebook() -> None:
    assert {(old, new) for (old, _), new in APPLICATION.moves.items()} == {
        ("draft", "submitted"), ("draft", "closed"), ("draft", "withdrawn"),
        ("submitted", "more_needed"), ("more_needed", "submitted"), ("submitted", "approved"),
        ("submitted", "rejected"), ("submitted", "withdrawn"), ("more_needed", "withdrawn"),
        ("approved", "admitted"), ("approved", "lapsed"), ("approved", "withdrawn"),
        ("lapsed", "approved"), ("admitted", "withdrawn"),
    }  # fmt: skip


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_pair(state: str, action: str) -> None:
    if APPLICATION.allows(state, action):
        assert APPLICATION.after(state, action) == APPLICATION.moves[state, action]
    else:
        with pytest.raises(RuleBroken, match=r"application\.stale"):
            APPLICATION.after(state, action)


@pytest.mark.django_db
def test_a_move_from_a_stale_row_is_refused_and_leaves_no_audit() -> None:
    application = make.submitted()
    same = Application.objects.get(pk=application.pk)
    states.move(APPLICATION, application, "ask", by=None, at=make.NOON)
    before = audit.trail(application).count()
    with pytest.raises(RuleBroken, match=r"application\.stale"):
        states.move(APPLICATION, same, "reject", by=None, at=make.NOON)
    application.refresh_from_db()
    assert application.status == "more_needed" and audit.trail(application).count() == before
