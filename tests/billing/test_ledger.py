"""R20: balanced, append-only, guarded by the database itself."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from community.billing.models import Invoice, Journal, Line, Payment, Refund
from community.billing.services import ledger
from community.kernel.money import Money
from tests.billing import make as billing

pytestmark = pytest.mark.django_db
Account = Line.Account


def raw(fact: str, at, *lines: tuple[str, int, str]) -> None:
    """Past the service, straight into the tables."""
    journal = Journal.objects.create(fact=fact, booked_at=at)
    Line.objects.bulk_create(Line(journal=journal, account=a, amount=n, currency=c) for a, n, c in lines)


def commit() -> None:
    """What a commit would check."""
    connection.check_constraints()


def test_a_balanced_journal_is_booked(at) -> None:
    ledger.post(
        "fact:1", [(Account.STRIPE, Money(100)), (Account.SUSPENSE, Money(-60)), (Account.FEES, Money(-40))], at=at
    )
    commit()
    assert ledger.balances() == {("fees", "CNY"): -40, ("stripe", "CNY"): 100, ("suspense", "CNY"): -60}


@pytest.mark.parametrize(
    "lines",
    [
        [(Account.STRIPE, Money(100)), (Account.SUSPENSE, Money(-99))],
        [(Account.STRIPE, Money(100)), (Account.SUSPENSE, Money(-100, "HKD"))],
        [(Account.STRIPE, Money(100))],
        [],
    ],
)
def test_the_service_refuses_what_does_not_balance(at, lines) -> None:
    with pytest.raises(ValueError, match="not balanced"):
        ledger.post("fact:1", lines, at=at)
    assert not Journal.objects.exists()


@pytest.mark.parametrize(
    ("lines", "constraint"),
    [
        ([("stripe", 100, "CNY"), ("suspense", -99, "CNY")], "journal_balanced"),
        ([("stripe", 100, "CNY"), ("suspense", -100, "HKD")], "journal_balanced"),
        ([("stripe", 100, "CNY")], "journal_two_lines"),
        ([], "journal_two_lines"),
    ],
)
def test_the_database_refuses_it_at_commit(at, lines, constraint) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        raw("fact:1", at, *lines)
        commit()
    assert caught.value.__cause__.diag.constraint_name in (constraint, "journal_balanced")


def test_a_later_line_that_unbalances_is_refused(at) -> None:
    raw("fact:1", at, ("stripe", 5, "CNY"), ("suspense", -5, "CNY"))
    commit()
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(journal=Journal.objects.get(), account="fees", amount=1, currency="CNY")
        commit()


@pytest.mark.parametrize("table", [Journal, Line])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_nothing_booked_is_edited(at, table, verb) -> None:
    raw("fact:1", at, ("stripe", 5, "CNY"), ("suspense", -5, "CNY"))
    with pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic():
        if verb == "delete":
            table.objects.all()._raw_delete("default")
        elif table is Journal:
            Journal.objects.update(fact="other")
        else:
            Line.objects.update(amount=6)
    assert Line.objects.count() == 2


def test_a_fact_is_booked_once(at) -> None:
    raw("fact:1", at, ("stripe", 5, "CNY"), ("suspense", -5, "CNY"))
    with pytest.raises(IntegrityError), transaction.atomic():
        raw("fact:1", at, ("stripe", 5, "CNY"), ("suspense", -5, "CNY"))


def test_amounts_of_issued_things_stay(at, double) -> None:
    """R13: later price changes touch no issued invoice; nor does anything touch what was received."""
    payment = billing.paid(at, double)
    for rows, change in (
        (Invoice.objects.all(), {"amount": 1}),
        (Invoice.objects.all(), {"number": "2026-999999"}),
        (Payment.objects.all(), {"amount": 1}),
        (Payment.objects.all(), {"currency": "HKD"}),
    ):
        with pytest.raises(DatabaseError, match="pgtrigger: Cannot update"), transaction.atomic():
            rows.update(**change)
    payment.refresh_from_db()
    assert payment.amount == billing.FEE


def test_refunds_beyond_the_payment_are_refused_by_the_database(at, double) -> None:
    payment = billing.paid(at, double)
    about = {"payment": payment, "currency": "CNY", "origin": "treasurer", "requested_at": at, "look_at": at}
    Refund.objects.create(amount=payment.amount, key="a", **about)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Refund.objects.create(amount=1, key="b", **about)
    assert caught.value.__cause__.diag.constraint_name == "refund_within_payment"
