"""Treasurers at the same desk in the same second: a transfer counts once, whoever presses."""

from functools import partial

import pytest

from community.billing.models import BankTransfer, Invoice, Payment, StatementRow
from community.billing.services import importing, transfers
from community.kernel.days import day_of
from community.kernel.models import AuditEntry, Message
from community.kernel.money import Money
from tests.billing import make as billing
from tests.billing.make import FEE
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_confirm_the_same_transfer_at_once(at, rounds) -> None:
    seconds = [billing.treasurer() for _ in range(2)]
    for _ in range(rounds(60)):
        bill = billing.invoice(at, attended=True)
        transfer = billing.recorded(at, bill)
        answers = together(*[partial(transfers.confirm, transfer, by=by, at=at) for by in seconds])
        assert sorted(answers) == ["ok", "transfer.stale"]
        bill.refresh_from_db()
        assert bill.status == "paid" and billing.status_of(bill.person) == "admitted"
        assert Payment.objects.filter(invoice=bill).count() == 1
        assert Message.objects.filter(person=bill.person, kind="billing/receipt").count() == 1
        assert AuditEntry.objects.filter(action="transfer.confirm", subject_id=transfer.pk).count() == 1
    billing.assert_whole(at)


def test_two_transfers_for_one_invoice_are_confirmed_at_once(at, rounds) -> None:
    """The payer sent it twice: one counts, the other goes back, whichever is first."""
    by = billing.treasurer()
    for _ in range(rounds(40)):
        bill = billing.invoice(at)
        both = [billing.recorded(at, bill) for _ in range(2)]
        assert together(*[partial(transfers.confirm, one, by=by, at=at) for one in both]) == ["ok", "ok"]
        assert sorted(Payment.objects.filter(person=bill.person).values_list("status", flat=True)) == [
            "applied", "surplus",
        ]  # fmt: skip
    billing.assert_whole(at)


def test_confirming_against_withdrawing(at, rounds) -> None:
    by = billing.treasurer()
    for _ in range(rounds(40)):
        bill = billing.invoice(at)
        transfer = billing.recorded(at, bill)
        answers = together(
            partial(transfers.confirm, transfer, by=by, at=at),
            partial(transfers.withdraw, transfer, by=by, reason="falsch", at=at),
        )
        assert sorted(answers) == ["ok", "transfer.stale"]
        transfer.refresh_from_db()
        assert (transfer.status == "confirmed") == Payment.objects.filter(invoice=bill).exists()
    billing.assert_whole(at)


def test_two_write_the_same_serial_down(at, rounds) -> None:
    people = [billing.treasurer() for _ in range(4)]
    for number in range(rounds(30)):
        write = {"serial": f"TWICE{number}", "value_on": day_of(at), "payer": "某公司", "money": Money(FEE), "at": at}
        answers = together(*[partial(transfers.record, **write, by=by) for by in people])
        assert answers.count("ok") == 1 and set(answers) == {"ok", "transfer.serial_known"}
    assert BankTransfer.objects.count() == rounds(30) and not Invoice.objects.exists()


@pytest.mark.parametrize("other", ["record", "set_aside"])
def test_a_statement_is_taken_back_while_somebody_deals_with_a_row_of_it(at, rounds, other) -> None:
    """Whoever is second is told; a transfer never comes of a row that is gone."""
    by, colleague = billing.treasurer(), billing.treasurer()
    for _ in range(rounds(30)):
        _, row = billing.statement(at, rows=3)
        act = (
            partial(importing.record, row, [], by=colleague, at=at)
            if other == "record"
            else partial(importing.set_aside, row, by=colleague, reason="利息", at=at)
        )
        answers = together(partial(importing.take_back, row.statement, by=by, reason="错账户", at=at), act)
        assert answers in (["ok", "statement_row.stale"], ["statement.in_use", "ok"])
        left = StatementRow.objects.filter(statement=row.statement).count()
        assert left == (0 if answers[0] == "ok" else 3)
        assert BankTransfer.objects.filter(serial=row.serial).exists() == (answers[1] == "ok" and other == "record")
    billing.assert_whole(at)
