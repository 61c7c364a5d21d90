"""R8, R13, R20: the tier chosen issues the invoice at that day's price, once, with a number that leaves no gap."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from community.billing import selectors
from community.billing.models import Invoice, InvoiceNumber, Journal, Price
from community.billing.services import invoicing
from community.kernel.days import ZONE, day_of
from community.kernel.errors import RuleBroken
from community.members.models import Tier
from community.members.services import clock
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE

pytestmark = pytest.mark.django_db


def test_the_invoice_copies_price_and_names(at) -> None:
    bill = billing.invoice(at)
    assert (bill.amount, bill.currency, bill.tier_name_zh, bill.tier_name_en) == (FEE, "CNY", "会员", "Member")
    assert bill.number == f"{day_of(at).year}-000001"
    Price.objects.create(tier=bill.tier, amount=999_900, valid_from_on=day_of(at))
    Tier.objects.filter(pk=bill.tier_id).update(name_zh="别的")
    bill.refresh_from_db()
    assert (bill.amount, bill.tier_name_zh) == (FEE, "会员")
    assert invoicing.choose_tier(bill.person, "member", at=at) == bill
    billing.assert_whole(at)


def test_the_price_is_that_of_the_day_in_shanghai(at) -> None:
    tier = Tier.objects.get(code="member")
    Price.objects.create(tier=tier, amount=400_000, valid_from_on=date(2027, 1, 1))
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZONE)
    assert invoicing.price_of(tier.pk, at=last_second).amount == FEE
    assert invoicing.price_of(tier.pk, at=last_second + timedelta(seconds=1)).amount == 400_000


def test_another_tier_voids_and_issues_anew(at) -> None:
    Tier.objects.create(code="patron", name_zh="会员＋", name_en="Patron", roundtables_a_month=4, visits_a_quarter=3,
                        open_posts=3, guests_a_quarter=4)  # fmt: skip
    Price.objects.create(tier=Tier.objects.get(code="patron"), amount=880_000, valid_from_on=date(2026, 1, 1))
    first = billing.invoice(at)
    second = invoicing.choose_tier(first.person, "patron", at=at)
    first.refresh_from_db()
    assert (first.status, second.status, second.amount) == ("void", "open", 880_000)
    assert Invoice.objects.filter(person=first.person, status="open").count() == 1
    assert Journal.objects.filter(fact=f"invoice:{first.number}:void").exists()
    assert billing.books("accounts_receivable") == 880_000
    billing.assert_whole(at)


@pytest.mark.parametrize("code", ["trainee", "nothing", "member; drop table"])
def test_a_tier_for_others_is_refused(at, code) -> None:
    with pytest.raises(RuleBroken, match="tier.not_yours"):
        invoicing.choose_tier(billing.applicant(at).person, code, at=at)


def test_a_trainee_gets_the_trainee_tier(at) -> None:
    sponsor = make.member()
    bill = billing.invoice(at, tier="trainee", role="trainee", legal_name="", credit_code="", sponsor=sponsor)
    assert bill.amount == 98_000
    with pytest.raises(RuleBroken, match="tier.not_yours"):
        invoicing.choose_tier(bill.person, "member", at=at)


def test_without_a_price_nothing_is_issued(at) -> None:
    who = billing.applicant(at).person
    Price.objects.all().delete()
    with pytest.raises(RuleBroken, match="fee.no_price"):
        invoicing.choose_tier(who, "member", at=at)
    assert not InvoiceNumber.objects.exists()


def test_only_while_the_fee_is_open(at, double) -> None:
    with pytest.raises(RuleBroken, match="fee.not_approved"):
        invoicing.choose_tier(make.submitted(at=at).person, "member", at=at)
    payment = billing.paid(at, double)
    with pytest.raises(RuleBroken, match="fee.paid"):
        invoicing.choose_tier(payment.person, "member", at=at)


def test_a_clock_that_ran_out_is_over_even_if_no_worker_ran(at) -> None:
    application = billing.applicant(at)
    with pytest.raises(RuleBroken, match="fee.over"):
        invoicing.choose_tier(application.person, "member", at=application.clock_ends_at)
    assert billing.status_of(application.person) == "lapsed"


def test_a_lapse_voids_the_open_invoice(at) -> None:
    bill = billing.invoice(at)
    assert clock.lapse_if_due(bill.person_id, at=at + 40 * DAY)
    bill.refresh_from_db()
    assert bill.status == "void" and bill.voided_at == at + 40 * DAY
    assert billing.books("accounts_receivable") == 0
    billing.assert_whole(at)


def test_a_number_that_was_rolled_back_was_never_taken(at) -> None:
    assert billing.invoice(at).number.endswith("-000001")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert invoicing.next_number(at=at).endswith("-000002")
        raise ZeroDivisionError
    assert billing.invoice(at).number.endswith("-000002")
    assert selectors.broken_invariants(at)["invoice_numbers_with_gaps"] == []


def test_each_community_year_counts_from_one() -> None:
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZONE)
    assert invoicing.next_number(at=last_second) == "2026-000001"
    assert invoicing.next_number(at=last_second + timedelta(seconds=1)) == "2027-000001"
    assert invoicing.next_number(at=last_second) == "2026-000002"


def test_a_gap_is_found(at) -> None:
    billing.invoice(at)
    InvoiceNumber.objects.update(last=2)
    assert selectors.broken_invariants(at)["invoice_numbers_with_gaps"] == [str(day_of(at).year)]
