"""R19: whatever the bank brings, in whatever order and amount: each fen is counted once, for one invoice, or kept by name."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest import mark

from community.billing import rules, states
from community.billing.models import Allocation, BankTransfer, Invoice, Payment
from community.kernel.money import Money
from tests.billing import make as billing
from tests.billing.make import FEE
from tests.conftest import DEEP

NOW = datetime.fromisoformat("2026-11-25T12:00:00+08:00")
DUE = st.sampled_from([None, NOW - timedelta(seconds=1), NOW, NOW + timedelta(seconds=1)])
ASKED = st.builds(
    lambda amount, part, status, due_at: rules.Asked(Money(amount), status, due_at, parts=min(part, amount - 1)),
    st.integers(1, 1000), st.integers(0, 400), st.sampled_from(["open", "open", "open", "paid", "void"]), DUE,
)  # fmt: skip


@given(st.lists(ASKED, max_size=4), st.integers(1, 3000))
@example([], 5)
@example([rules.Asked(Money(10), "open", None, parts=4)], 6)
@example([rules.Asked(Money(10), "open", NOW)], 10)
def test_a_transfer_counts_exactly_when_it_completes_what_it_names(asked: list[rules.Asked], amount: int) -> None:
    decision = rules.decide_transfer(Money(amount), asked, NOW)
    missing = sum(one.missing for one in asked)
    can_take = all(one.status == "open" and (one.due_at is None or one.due_at > NOW) for one in asked)
    assert (decision.status == states.APPLIED) == bool(asked and can_take and amount == missing)
    assert (decision.case == rules.PART) == (can_take and len(asked) == 1 and amount < missing)
    assert bool(decision.case) == (decision.status != states.APPLIED), "money that doesn't count has a named case"


ORDERS = st.lists(
    st.tuples(st.sets(st.integers(0, 2), max_size=3), st.sampled_from(["exact", "rest", "part", "more", "one"])),
    min_size=1, max_size=7,
)  # fmt: skip


class _Undone(Exception):
    """Back to three unpaid invoices."""


@mark.django_db
@settings(max_examples=300 if DEEP else 25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ORDERS)
@example([({0}, "part"), ({0, 1}, "rest"), ({0}, "rest"), ({0, 1, 2}, "exact")])
@example([({0, 1}, "exact"), ({0}, "exact"), ({2}, "part"), ({2}, "part"), ({2}, "exact")])
def test_the_books_hold_whatever_comes(at, orders) -> None:
    bills, by, second = _three(at)
    try:
        with transaction.atomic():
            for names, how in orders:
                billing.transfers.confirm(_recorded(bills, names, how, by, at), by=second, at=at)
            _assert_each_fen_once(bills)
            billing.assert_whole(at)
            raise _Undone
    except _Undone:
        pass


def _three(at: datetime):
    bills = list(Invoice.objects.order_by("pk"))[:3] or [billing.invoice(at) for _ in range(3)]
    return bills, billing.treasurer(), billing.treasurer()


def _recorded(bills, names: set[int], how: str, by, at: datetime) -> BankTransfer:
    chosen = [bills[number] for number in sorted(names)]
    come = Payment.objects.filter(invoice__in=chosen, status="held", case="part").aggregate(n=Sum("amount", default=0))
    whole = FEE * len(chosen)
    amount = {
        "exact": whole or FEE, "rest": max(whole - come["n"], 1), "part": 100_000, "more": whole + 1, "one": 1,
    }[how]  # fmt: skip
    return billing.recorded(at, *chosen, amount=amount, by=by)


def _assert_each_fen_once(bills: list[Invoice]) -> None:
    counted = dict(Allocation.objects.values_list("invoice").annotate(n=Sum("amount")).order_by())
    for bill in Invoice.objects.filter(pk__in=[one.pk for one in bills]):
        assert counted.get(bill.pk, 0) == (bill.amount if bill.status == "paid" else 0)
    for payment in Payment.objects.annotate(n=Sum("allocations__amount", default=0)):
        assert payment.n == (payment.amount if payment.status == "applied" else 0)
        assert payment.case or payment.status == "applied"
    came = BankTransfer.objects.filter(status="confirmed").aggregate(n=Sum("amount", default=0))["n"]
    assert came == Payment.objects.aggregate(n=Sum("amount", default=0))["n"] == billing.books("bank")
