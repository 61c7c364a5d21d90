"""R12, R13: tiers and dated prices at the administrator's desk; what was issued or paid for is never touched."""

from datetime import date, timedelta

import pytest
from django.test import Client

from community.billing import rules, selectors
from community.billing.models import Invoice, Price
from community.billing.services import invoicing, prices, renewals
from community.kernel.days import day_of, months_later, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.kernel.money import Money
from community.members.models import Tier
from community.members.services import tiers
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff("administrator"))
    return client


def typed(**changes) -> dict[str, str]:
    return {
        "name_zh": "会员", "name_en": "Member", "roundtables_a_month": "2", "visits_a_quarter": "1", "open_posts": "3",
        "guests_a_quarter": "1", "active": "on", "position": "0",
    } | changes  # fmt: skip


class TestPrices:
    def test_seen_before_it_counts_and_issued_invoices_stay(self, at, admin):
        bill = billing.invoice(at)
        on = day_of(at) + 3 * DAY
        asked = {"amount": "4,200", "valid_from_on": on.isoformat(), "joined_before_on": ""}
        page = admin.post("/desk/tiers/member/price/", asked)
        assert page.context["preview"].open_invoices == 1 and Price.objects.filter(tier=bill.tier).count() == 1
        assert admin.post("/desk/tiers/member/price/", asked | {"confirm": "1"}).status_code == 302
        bill.refresh_from_db()
        assert bill.amount == FEE
        assert invoicing.price_of(bill.tier_id, at=at).amount == FEE
        assert invoicing.price_of(bill.tier_id, at=at + 3 * DAY).amount == 420_000
        card = Client(headers={"accept-language": "en"}).get("/fees/").content.decode()
        assert "¥3,800" in card and "¥4,200 from" in card
        assert AuditEntry.objects.get(action="price.set").data

    def test_never_from_yesterday_nor_twice_from_one_day(self, at):
        by, tier = make.person(), Tier.objects.get(code="member")
        day, said = day_of(at), Money(1)
        with pytest.raises(RuleBroken, match="price.past"):
            prices.set_price(tier, said, valid_from_on=day - DAY, joined_before_on=None, by=by, at=at)
        prices.set_price(tier, said, valid_from_on=day, joined_before_on=None, by=by, at=at)
        with pytest.raises(RuleBroken, match="price.same_day"):
            prices.set_price(tier, said, valid_from_on=day, joined_before_on=None, by=by, at=at)

    def test_taken_back_before_it_begins_and_not_after(self, at, admin):
        by, tier = make.person(), Tier.objects.get(code="member")
        for days in (0, 1):
            on = day_of(at) + days * DAY
            prices.set_price(tier, Money(1), valid_from_on=on, joined_before_on=None, by=by, at=at)
            admin.post("/desk/tiers/member/price/take-back/", {"valid_from_on": on.isoformat()})
        assert [price.valid_from_on for price in Price.objects.filter(tier=tier, amount=1)] == [day_of(at)]

    @pytest.mark.parametrize("amount", ["", "0", "-5", "12.345", "free", "99999999999"])
    def test_what_is_no_price_is_said_and_kept(self, admin, amount):
        page = admin.post(
            "/desk/tiers/member/price/", {"amount": amount, "valid_from_on": "2099-01-01", "confirm": "1"}
        )
        assert page.status_code == 422 and Price.objects.filter(tier__code="member").count() == 1

    def test_a_founding_price_is_for_those_who_were_there_before(self, at):
        """Renewals of founders, and applicants of the founding time; never more than everybody pays."""
        by, tier = make.person(), Tier.objects.get(code="member")
        founder = make.member(since=start_of(months_later(day_of(at) + 10 * DAY, -12)) + HOUR)
        cohort = months_later(day_of(at), -6)
        prices.set_price(tier, Money(280_000), valid_from_on=day_of(at), joined_before_on=cohort, by=by, at=at)
        later = make.member(since=start_of(months_later(day_of(at) + 10 * DAY, -12)) + HOUR)
        later.terms.update(starts_on=cohort)
        renewals.issue_all_due(at=at)
        assert Invoice.objects.get(person=founder).amount == 280_000
        assert Invoice.objects.get(person=later).amount == FEE
        assert billing.invoice(at).amount == FEE

    def test_the_lower_of_the_two(self):
        day, cohort = date(2026, 1, 1), date(2026, 6, 1)
        both = [rules.Offered(day, Money(5)), rules.Offered(day, Money(3), cohort), rules.Offered(cohort, Money(2))]
        assert rules.price_of_day(both, date(2026, 5, 1)) == Money(3)
        assert rules.price_of_day(both, date(2026, 7, 1), day) == Money(2)
        assert rules.price_of_day(both[:2], cohort, cohort) == Money(5)
        assert rules.price_of_day(both[:2], cohort, cohort - timedelta(days=1)) == Money(3)


class TestTiers:
    def test_a_new_one_can_be_chosen_as_soon_as_it_has_a_price(self, at, admin):
        assert admin.post("/desk/tiers/new/", typed(code="patron", name_en="Patron", position="5")).status_code == 302
        assert [offer.price for offer in selectors.fee_card(at) if offer.tier.code == "patron"] == [None]
        assert admin.post("/desk/tiers/new/", typed(code="patron")).status_code == 422
        assert admin.post("/desk/tiers/new/", typed(code="new")).status_code == 422

    def test_it_becomes_more_and_never_less(self, at, admin):
        tier = Tier.objects.get(code="member")
        more = typed(roundtables_a_month=str(tier.roundtables_a_month + 1), visits_a_quarter=str(tier.visits_a_quarter),
                     open_posts=str(tier.open_posts), guests_a_quarter=str(tier.guests_a_quarter))  # fmt: skip
        assert admin.post("/desk/tiers/member/", more).status_code == 302
        page = admin.post("/desk/tiers/member/", more | {"roundtables_a_month": str(tier.roundtables_a_month)})
        assert page.status_code == 422 and "only become more" in page.content.decode()
        entry = AuditEntry.objects.get(action="tier.change")
        assert entry.data["roundtables_a_month"] == [tier.roundtables_a_month, tier.roundtables_a_month + 1]

    def test_closed_to_newcomers_and_renewed_by_those_who_hold_it(self, at):
        person = make.member(since=start_of(months_later(day_of(at) + 10 * DAY, -12)) + HOUR)
        tiers.change("member", by=person, at=at, active=False)
        assert "member" not in [offer.tier.code for offer in selectors.fee_card(at)]
        renewals.issue_all_due(at=at)
        assert Invoice.objects.get(person=person).tier.code == "member"

    def test_what_does_not_exist_is_404(self, admin):
        assert admin.get("/desk/tiers/nothing/").status_code == 404
