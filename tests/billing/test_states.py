"""Invariant 7: every (state, action) pair is tabled; the rest is refused and changes nothing."""

import pytest

from community.billing import states
from community.billing.models import Invoice
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.states import Machine, move
from tests.billing import make as billing

TABLES: list[tuple[Machine, dict[tuple[str, str], str]]] = [
    (
        states.INVOICE,
        {
            ("open", "pay"): "paid",
            ("open", "void"): "void",
            ("paid", "refund"): "refunded",
            ("paid", "reverse"): "reversed",
            ("refunded", "restore"): "paid",
        },
    ),
    (states.AUTO_RENEWAL, {("asked", "start"): "on", ("asked", "drop"): "off", ("on", "stop"): "off"}),
    (states.CHARGE, {("planned", "end"): "ended"}),
    (states.ATTEMPT, {("open", "complete"): "complete", ("open", "close"): "closed"}),
    (
        states.PAYMENT,
        {
            ("held", "accept"): "applied",
            ("held", "refund"): "refunded",
            ("surplus", "refund"): "refunded",
            ("applied", "refund"): "refunded",
            ("refunded", "hold"): "held",
            ("held", "outrun"): "surplus",
            ("applied", "reverse"): "reversed",
            ("surplus", "reverse"): "reversed",
            ("held", "reverse"): "reversed",
            ("applied", "lose"): "lost",
            ("surplus", "lose"): "lost",
            ("held", "lose"): "lost",
        },
    ),
    (states.DISPUTE, {("open", "win"): "won", ("open", "lose"): "lost"}),
    (
        states.TRANSFER,
        {
            ("recorded", "confirm"): "confirmed",
            ("recorded", "withdraw"): "withdrawn",
            ("confirmed", "reverse"): "reversed",
        },
    ),
    (
        states.STATEMENT_ROW,
        {
            ("new", "record"): "recorded",
            ("new", "set_aside"): "aside",
            ("aside", "reopen"): "new",
            ("recorded", "reopen"): "new",
            ("new", "arrive"): "arrived",
            ("arrived", "reopen"): "new",
        },
    ),
    (
        states.REFUND,
        {
            ("requested", "drop"): "dropped",
            ("requested", "send"): "sending",
            ("sending", "wait"): "pending",
            ("sending", "succeed"): "succeeded",
            ("sending", "fail"): "failed",
            ("pending", "succeed"): "succeeded",
            ("pending", "fail"): "failed",
            ("succeeded", "fail"): "failed",
        },
    ),
    (
        states.WEBHOOK,
        {("received", "process"): "processed", ("received", "fail"): "failed", ("failed", "retry"): "received"},
    ),
]
PAIRS = [
    pytest.param(machine, state, action, table.get((state, action)), id=f"{machine.name}-{state}-{action}")
    for machine, table in TABLES
    for state in sorted(machine.states)
    for action in sorted(machine.actions)
]


@pytest.mark.parametrize(("machine", "state", "action", "after"), PAIRS)
def test_every_pair(machine: Machine, state: str, action: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(RuleBroken, match=f"{machine.name}.stale"):
            machine.after(state, action)
    else:
        assert machine.after(state, action) == after


@pytest.mark.django_db
def test_a_refused_move_changes_nothing(at) -> None:
    bill = billing.invoice(at)
    before = Invoice.objects.filter(pk=bill.pk).values().get()
    with pytest.raises(RuleBroken, match="invoice.stale"):
        move(states.INVOICE, bill, "refund", by=None, at=at, refunded_at=at)
    assert Invoice.objects.filter(pk=bill.pk).values().get() == before
    assert [entry.action for entry in audit.trail(bill)] == ["invoice.issue"]


@pytest.mark.django_db
def test_whoever_was_second_is_refused(at) -> None:
    bill = billing.invoice(at)
    stale = Invoice.objects.get(pk=bill.pk)
    move(states.INVOICE, bill, "void", by=None, at=at, voided_at=at)
    with pytest.raises(RuleBroken, match="invoice.stale"):
        move(states.INVOICE, stale, "pay", by=None, at=at, paid_at=at)
