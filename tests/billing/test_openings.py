"""Opening balances (R20): owed in service, earned by day until the term ends, reversed and never edited."""

from datetime import date, datetime

import pytest
from django.db import transaction
from django.db.models import Sum

from community.billing.models import Journal, Line, OpeningBalance
from community.billing.selectors.invariants import broken_invariants
from community.billing.services import ledger, openings, releasing
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from tests import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, tzinfo=ZONE)


@pytest.fixture
def rows():
    by = make.person("管理员")
    found = [
        (make.person().pk, 36_500, date(2026, 11, 1), date(2027, 10, 31)),
        (make.person().pk, 1, date(2026, 3, 1), date(2026, 3, 2)),
    ]
    with transaction.atomic():
        return openings.take_in(found, by=by, at=AT, reason="import x")


def test_they_are_owed_and_balanced(rows):
    assert ledger.balances() == {("deferred_income", "CNY"): -36_501, ("opening_balances", "CNY"): 36_501}
    assert {name: found for name, found in broken_invariants(AT).items() if found} == {}


def test_each_month_its_share_and_the_last_the_rest(rows):
    for month in range(1, 13):
        releasing.release(date(2026 + (month + 9) // 12, (month + 9) % 12 + 1, 1), at=AT)
        assert {name: found for name, found in broken_invariants(AT).items() if found} == {}
    income = Line.objects.filter(account="income", journal__fact__contains=rows[0].public_id)
    assert [-line.amount for line in income.order_by("pk")][:2] == [3008, 3109]  # 30 and 31 of 364 days
    assert -income.aggregate(total=Sum("amount"))["total"] == 36_500
    assert ledger.balances()["deferred_income", "CNY"] == 0


def test_a_month_is_booked_once(rows):
    assert releasing.release(date(2026, 11, 1), at=AT) == 2
    journals = Journal.objects.count()
    assert releasing.release(date(2026, 11, 1), at=AT) == 0
    assert Journal.objects.count() == journals


def test_taken_back_the_books_hold_both_bookings(rows):
    with transaction.atomic():
        openings.take_back([row.pk for row in rows], at=AT)
    assert not OpeningBalance.objects.exists()
    assert Journal.objects.count() == 4
    assert set(ledger.balances().values()) == {0}
    assert {name: found for name, found in broken_invariants(AT).items() if found} == {}


def test_what_has_become_income_is_not_taken_back(rows):
    releasing.release(date(2026, 11, 1), at=AT)
    with pytest.raises(RuleBroken, match="opening.earned"), transaction.atomic():
        openings.take_back([rows[0].pk], at=AT)
    assert OpeningBalance.objects.count() == 2
