"""The treasurer's desk: today's work, finding things, one person's money, the month."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from community.billing.selectors import report
from community.billing.services import refunds, releasing, transfers
from community.kernel.days import day_of, months_later
from community.kernel.money import Money
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import FEE, MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    make.sign_in(client, staff("treasurer"))
    return lambda path: client.get(path).content.decode()


def test_today_counts_what_waits(at, double, desk) -> None:
    billing.entity()
    bill = billing.invoice(at)
    code = transfers.begin(bill, person=bill.person, at=at).code
    billing.recorded(at, bill, serial="FIND-ME")
    shown = desk("/desk/billing/")
    assert "/desk/billing/transfers/" in shown and "/desk/billing/reconciliation/" in shown
    unpaid = desk("/desk/billing/?list=unpaid")
    assert f"/billing/invoices/{bill.number}/" in unpaid and code in unpaid


@pytest.mark.parametrize("words", ["number", "code", "serial", "name", "email"])
def test_found_by_whatever_is_remembered(at, desk, words) -> None:
    billing.entity()
    bill = billing.invoice(at)
    code = transfers.begin(bill, person=bill.person, at=at).code
    billing.transferred(at, bill, serial="CMB-20261128")
    said = {"number": bill.number, "code": code.lower(), "serial": "20261128", "name": bill.person.full_name,
            "email": bill.person.email}[words]  # fmt: skip
    shown = desk(f"/desk/billing/?q={said}")
    assert bill.person.full_name in shown or "CMB-20261128" in shown


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; DROP TABLE x; --", "\x00", "𠮷" * 200, "nobody-at-all"])
def test_odd_words_find_nothing_and_break_nothing(at, desk, words) -> None:
    assert "<title>" in desk("/desk/billing/?" + __import__("urllib.parse").parse.urlencode({"q": words}))


def test_one_persons_money(at, double, desk) -> None:
    payment = billing.paid(at, double, attended=True)
    refunds.refund_payment(payment, by=billing.treasurer(), reason="半年没来", at=at, amount=100_000)
    billing.deliver(double, at)
    shown = desk(f"/desk/billing/people/{payment.person.public_id}/")
    assert payment.external_id in shown and "半年没来" in shown
    money = report.of_person(payment.person)
    assert (money.paid, money.back) == (Money(FEE), Money(100_000))


def test_the_month_in_figures(at, double) -> None:
    payment = billing.paid(at, double, attended=True)
    billing.transferred(at, billing.invoice(at, attended=True))
    refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at, amount=80_000)
    billing.deliver(double, at)
    first = day_of(at).replace(day=1)
    releasing.release(first, at=at)
    found = report.month(first)
    assert [(n, money.amount) for _, n, money in found.takings] == [(1, FEE), (1, FEE)]
    assert [(n, money.amount) for _, n, money in found.back] == [(1, 80_000)]
    assert found.income[0].amount == -billing.books("income") > 0
    assert found.deferred[0].amount == 2 * FEE - 80_000 - found.income[0].amount
    empty = report.month(months_later(first, -3))
    assert (empty.takings, empty.income, empty.deferred) == ([], [], [])
    billing.assert_whole(at + MINUTE)


def test_the_months_payments_as_sheets(at, client) -> None:
    bill = billing.invoice(at)
    type(bill.person).objects.filter(pk=bill.person_id).update(full_name='=HYPERLINK("x")')
    billing.transferred(at, bill, serial="+S1")
    make.sign_in(client, staff("treasurer"))
    page = f"/desk/billing/months/?month={day_of(at):%Y-%m}"
    for wanted in ("csv", "xlsx"):
        answer = client.get(f"{page}&format={wanted}")
        assert f".{wanted}" in answer["Content-Disposition"]
        if wanted == "csv":
            assert answer.content.startswith(b"\xef\xbb\xbf") and "'=HYPERLINK" in answer.content.decode("utf-8-sig")
        else:
            rows = list(load_workbook(BytesIO(answer.content)).active.values)
            assert rows[1][1].startswith("'=HYPERLINK") and rows[1][6] == "3800.00"
    for odd in ("2026-13", "abc", "", "0001-01", "9999-12"):
        assert client.get(f"/desk/billing/months/?month={odd}").status_code == 200


def test_as_many_queries_for_thirty_as_for_three(at, client, django_assert_max_num_queries) -> None:
    make.sign_in(client, staff("treasurer"))
    for number in (3, 27):
        for _ in range(number):
            billing.invoice(at)
            billing.transferred(at)
        for name in ("unmatched", "refunds", "disputes", "unpaid", "payments"):
            with django_assert_max_num_queries(24):
                client.get(f"/desk/billing/?list={name}")
        with django_assert_max_num_queries(24):
            client.get("/desk/billing/?q=2026")
