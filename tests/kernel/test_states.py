"""Every move is tabled, compare-and-set, and leaves its audit row in the same transaction."""

import pytest
from django.db import transaction

from community.kernel import audit, states
from community.kernel.errors import RuleBroken
from community.kernel.states import Machine
from community.members.models import Application
from community.members.services import applications
from community.members.states import APPLICATION
from tests.make import NOON, person

DOOR = Machine("door", {("shut", "open"): "open", ("open", "shut"): "shut"})


def draft() -> Application:
    return applications.start(person(), at=NOON)


def test_a_machine_knows_its_moves_states_and_actions():
    assert DOOR.after("shut", "open") == "open"
    assert DOOR.allows("open", "shut") and not DOOR.allows("open", "open")
    assert DOOR.states == {"shut", "open"} and DOOR.actions == {"open", "shut"}


@pytest.mark.parametrize("pair", [("open", "open"), ("shut", "paint"), ("ajar", "open"), ("", "")])
def test_what_is_not_tabled_is_refused(pair):
    with pytest.raises(RuleBroken) as refused:
        DOOR.after(*pair)
    assert refused.value.code == "door.stale"


@pytest.mark.django_db
def test_a_move_changes_the_row_and_says_who_when_and_why():
    application, staff = draft(), person()
    states.move(APPLICATION, application, "close", by=staff, at=NOON, reason="untouched", withdrawn_at=NOON)
    stored = Application.objects.get(pk=application.pk)
    assert (stored.status, stored.withdrawn_at, application.status) == ("closed", NOON, "closed")
    entry = audit.trail(application).last()
    assert (entry.action, entry.old, entry.new, entry.reason) == ("application.close", "draft", "closed", "untouched")
    assert (entry.actor, entry.at, entry.person_id) == (staff, NOON, application.person_id)


@pytest.mark.django_db
def test_who_comes_second_is_told_and_overwrites_nothing():
    mine = draft()
    theirs = Application.objects.get(pk=mine.pk)
    states.move(APPLICATION, theirs, "withdraw", by=None, at=NOON)
    entries = audit.trail(mine).count()
    with pytest.raises(RuleBroken) as refused:
        states.move(APPLICATION, mine, "close", by=None, at=NOON)  # tabled for the draft I still hold
    assert refused.value.code == "application.stale"
    assert Application.objects.get(pk=mine.pk).status == "withdrawn"
    assert audit.trail(mine).count() == entries


@pytest.mark.django_db
def test_move_and_audit_row_share_one_fate():
    application = draft()
    entries = audit.trail(application).count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        states.move(APPLICATION, application, "close", by=None, at=NOON)
        raise ZeroDivisionError
    assert Application.objects.get(pk=application.pk).status == "draft"
    assert audit.trail(application).count() == entries


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_outside_a_transaction_nothing_moves():
    application = draft()
    with pytest.raises(transaction.TransactionManagementError):
        states.move(APPLICATION, application, "close", by=None, at=NOON, withdrawn_at=NOON)
    assert Application.objects.get(pk=application.pk).status == "draft"
