"""The last use of a code under real threads, and proof that each guard alone keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection
from django.db.models import QuerySet

from community.billing import selectors
from community.billing.models import Coupon, Invoice
from community.billing.services import coupons
from tests.billing import make as billing
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@contextmanager
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The code's row is read, not locked."""
    usual = QuerySet.select_for_update

    def read(rows: QuerySet, *args: object, **how: object) -> QuerySet:
        return rows if rows.model is Coupon else usual(rows, *args, **how)

    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", read)
        yield


@contextmanager
def without_trigger() -> Iterator[None]:
    """The database no longer counts. The invoices that broke it are removed afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_within_coupon_%'")
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE billing_invoice DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE billing_invoice ENABLE TRIGGER {name}")


def crowd(at, code: str, people: int = 8) -> list[str]:
    bills = [billing.invoice(at) for _ in range(people)]
    return together(*[partial(billing.with_code, bill, code, at) for bill in bills])


def test_the_last_use_is_one_persons(at, rounds) -> None:
    for number in range(rounds(30)):
        coupon = billing.coupon(at, code=f"LAST{number}", uses=1)
        bills = [billing.invoice(at) for _ in range(2)]
        answers = together(*[partial(billing.with_code, bill, coupon.code, at) for bill in bills])
        assert sorted(answers) == ["coupon.used_up", "ok"]
        assert Invoice.objects.filter(coupon=coupon, status="open").count() == 1
        assert Invoice.objects.filter(person__in=[bill.person for bill in bills], status="open").count() == 2
    billing.assert_whole(at)


def test_a_crowd_for_three_uses_and_one_that_becomes_free(at, rounds) -> None:
    for number in range(rounds(10)):
        coupon = billing.coupon(at, code=f"CROWD{number}", uses=3)
        answers = crowd(at, coupon.code)
        assert answers.count("ok") == 3 and set(answers) == {"ok", "coupon.used_up"}
        holder = Invoice.objects.filter(coupon=coupon, status="open")[0]
        another = billing.invoice(at)
        told = together(
            partial(coupons.take_off, holder, person=holder.person, at=at),
            partial(billing.with_code, another, coupon.code, at),
        )
        assert told[0] == "ok" and set(told) <= {"ok", "coupon.used_up"}
        assert Invoice.objects.filter(coupon=coupon, status="open").count() == 2 + (told[1] == "ok")
    billing.assert_whole(at)


def test_pressed_twice_by_one_person_is_one_use(at, rounds) -> None:
    for number in range(rounds(10)):
        coupon = billing.coupon(at, code=f"TWICE{number}", percent=100)
        bill = billing.invoice(at, attended=True)
        answers = together(*[partial(billing.with_code, bill, coupon.code, at)] * 4)
        assert answers.count("ok") == 1 and set(answers) <= {"ok", "invoice.void", "fee.paid", "busy"}
        assert Invoice.objects.filter(coupon=coupon, status="paid").count() == 1
    billing.assert_whole(at)


def test_with_only_the_lock_off_the_database_still_counts(at, monkeypatch) -> None:
    coupon = billing.coupon(at, uses=1)
    with without_lock(monkeypatch):
        answers = crowd(at, coupon.code)
    assert answers.count("ok") == 1 and set(answers) == {"ok", "coupon.used_up"}


def test_with_only_the_count_off_the_lock_still_holds(at) -> None:
    coupon = billing.coupon(at, uses=1)
    with without_trigger():
        answers = crowd(at, coupon.code)
    assert answers.count("ok") == 1 and set(answers) == {"ok", "coupon.used_up"}


def test_with_both_off_too_many_have_it(at, monkeypatch) -> None:
    """The negative control: these races would be seen. And `verify` says so."""
    coupon = billing.coupon(at, uses=1)
    with without_lock(monkeypatch), without_trigger():
        for _ in range(20):
            crowd(at, coupon.code)
            if Invoice.objects.filter(coupon=coupon, status="open").count() > 1:
                break
            Invoice.objects.filter(coupon=coupon, status="open").update(status="void", voided_at=at)
    assert Invoice.objects.filter(coupon=coupon, status="open").count() > 1
    assert selectors.broken_invariants(at)["code_used_beyond"] == [coupon.code]
