"""R12, R13: codes with limits, what they take off, and an invoice of which nothing is left to pay."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from community.billing import selectors
from community.billing.models import Coupon, Invoice, Journal, Payment, Price
from community.billing.selectors import coupons as lists
from community.billing.services import changing, coupons, leaving, receiving, transfers
from community.kernel.days import day_of, months_later, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Term, Tier
from community.members.services import admission, clock
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR
from tests.billing.test_changing import ordered, tier
from tests.billing.test_renewals import ending, renewal

pytestmark = pytest.mark.django_db


def treasurer(language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(staff("treasurer"))
    return client


def visitor(bill: Invoice) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(bill.person)
    return client


def typed(**changes: str) -> dict[str, str]:
    return {"code": "table-2026", "percent": "20", "uses_each": "1", "first_on": "2020-01-01"} | changes


class TestUsing:
    def test_another_invoice_takes_the_place_of_the_unpaid_one(self, at):
        billing.coupon(at)
        bill = billing.invoice(at)
        less = billing.with_code(bill, " ta-ble ", at)
        bill.refresh_from_db()
        assert (bill.status, less.status, less.amount, less.discount) == ("void", "open", 304_000, 76_000)
        assert less.price.amount == FEE and less.number == f"{day_of(at).year}-000002"
        assert billing.books("accounts_receivable") == 304_000
        assert billing.with_code(less, "TABLE", at) == less, "the same code again is the same invoice"
        billing.assert_whole(at)

    def test_the_price_is_the_one_it_was_issued_at(self, at):
        """R13: a price that rose since changes nothing, with a code or without."""
        billing.coupon(at)
        bill = billing.invoice(at)
        Price.objects.create(tier=bill.tier, amount=990_000, valid_from_on=day_of(at))
        less = billing.with_code(bill, "TABLE", at)
        assert less.amount == 304_000
        assert coupons.take_off(less, person=less.person, at=at).amount == FEE
        billing.assert_whole(at)

    def test_paid_in_full_it_admits(self, at, double):
        billing.coupon(at, amount=80_000)
        less = billing.with_code(billing.invoice(at, attended=True), "TABLE", at)
        double.pay(billing.start(less, at))
        billing.deliver(double, at)
        assert Payment.objects.get().amount == 300_000 and billing.status_of(less.person) == "admitted"
        billing.assert_whole(at, double)

    def test_the_page_of_the_old_invoice_is_closed_and_its_money_is_held(self, at, double):
        billing.coupon(at)
        bill = billing.invoice(at)
        session = billing.start(bill, at)
        less = billing.with_code(bill, "TABLE", at)
        double.pay(session)
        billing.deliver(double, at)
        assert Payment.objects.get().case == "invoice_void" and selectors.open_invoice(less.person) == less
        billing.assert_whole(at, double)

    def test_taken_off_again_its_use_is_free(self, at):
        coupon = billing.coupon(at, uses=1)
        first = billing.with_code(billing.invoice(at), "TABLE", at)
        other = billing.invoice(at)
        with pytest.raises(RuleBroken, match=r"coupon\.used_up"):
            billing.with_code(other, "TABLE", at)
        full = coupons.take_off(first, person=first.person, at=at)
        assert (full.amount, full.coupon) == (FEE, None)
        assert billing.with_code(other, "TABLE", at).amount == 304_000
        assert lists.all_coupons().get(pk=coupon.pk).used == 1
        billing.assert_whole(at)

    def test_a_lapse_frees_the_use(self, at):
        billing.coupon(at, uses=1)
        bill = billing.with_code(billing.invoice(at), "TABLE", at)
        clock.lapse_if_due(bill.person_id, at=at + 40 * DAY)
        assert billing.with_code(billing.invoice(at), "TABLE", at).discount
        billing.assert_whole(at)

    def test_while_parts_of_it_have_come_it_stays(self, at):
        billing.entity()
        billing.coupon(at)
        bill = billing.invoice(at)
        billing.transferred(at, bill, amount=100)
        with pytest.raises(RuleBroken, match=r"coupon\.money_came"):
            billing.with_code(bill, "TABLE", at)

    def test_a_transfer_for_what_is_left(self, at):
        billing.entity()
        billing.coupon(at, amount=380_001 - 100)
        less = billing.with_code(billing.invoice(at), "TABLE", at)
        transfers.begin(less, person=less.person, at=at)
        assert billing.transferred(at, less, amount=less.amount).status == "applied"
        billing.assert_whole(at)

    def test_another_tier_of_the_next_year_keeps_it_where_it_is_good(self, at):
        person = ending(10, at)
        tier(amount=500_000)
        billing.coupon(at)
        billing.with_code(renewal(person, at), "TABLE", at)
        changing.wish(person, "partner", at=at)
        assert Invoice.objects.get(person=person, status="open").amount == 400_000
        billing.assert_whole(at)


class TestLimits:
    @pytest.mark.parametrize(
        ("limits", "code"),
        [
            ({"last_on": -1}, "coupon.over"),
            ({"first_on": 1}, "coupon.early"),
            ({"purpose": "renewal"}, "coupon.not_for_this"),
            ({"amount": 100, "currency": "HKD"}, "coupon.not_for_this"),
            ({"tiers": ["trainee"]}, "coupon.other_tier"),
            ({"joined_before_on": 0}, "coupon.founders"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_each_says_why(self, at, limits, code):
        today = day_of(at)
        days = {name: today + n * DAY for name, n in limits.items() if isinstance(n, int) and name != "amount"}
        tiers = list(Tier.objects.filter(code__in=limits.pop("tiers", [])))
        billing.coupon(at - 5 * DAY, **({"first_on": today - 5 * DAY} | limits | days), tiers=tiers)
        bill = billing.invoice(at)
        page = visitor(bill).post(f"/billing/invoices/{bill.number}/code/", {"code": "table"})
        assert page.status_code == 422 and page.context["code_form"].errors
        with pytest.raises(RuleBroken, match=code.replace(".", r"\.")):
            billing.with_code(bill, "TABLE", at)
        bill.refresh_from_db()
        assert bill.is_open and Invoice.objects.count() == 1

    def test_its_last_day_still_counts(self, at):
        billing.coupon(at, last_on=day_of(at))
        end = start_of(day_of(at) + DAY)
        assert billing.with_code(billing.invoice(at), "TABLE", end - timedelta(seconds=1)).discount
        with pytest.raises(RuleBroken, match=r"coupon\.over"):
            billing.with_code(billing.invoice(at), "TABLE", end)

    def test_founders_are_those_who_were_there_before(self, at):
        founder, later = ending(10, at), ending(20, at)
        billing.coupon(at, joined_before_on=months_later(day_of(at) + 15 * DAY, -12))
        assert billing.with_code(renewal(founder, at), "TABLE", at).discount
        with pytest.raises(RuleBroken, match=r"coupon\.founders"):
            billing.with_code(Invoice.objects.get(person=later), "TABLE", at)

    def test_so_often_a_person(self, at):
        """The first year with it, the next year not again; another's is another's."""
        billing.coupon(at, percent=100)
        bill = billing.with_code(billing.invoice(at, attended=True), "TABLE", at)
        term = Term.objects.get(person=bill.person)
        later = start_of(term.ends_on) - 10 * DAY
        with pytest.raises(RuleBroken, match=r"coupon\.used_by_you"):
            billing.with_code(renewal(bill.person, later), "TABLE", later)

    def test_a_way_up_takes_no_code(self, at):
        billing.coupon(at)
        tier()
        with pytest.raises(RuleBroken, match=r"coupon\.not_for_this"):
            billing.with_code(ordered(ending(200, at), at), "TABLE", at)

    def test_ended_or_unknown(self, at):
        coupon, bill = billing.coupon(at), billing.invoice(at)
        coupons.end(coupon, by=billing.treasurer(), at=at)
        with pytest.raises(RuleBroken, match=r"coupon\.stale"):
            coupons.end(coupon, by=billing.treasurer(), at=at)
        with pytest.raises(RuleBroken, match=r"coupon\.over"):
            billing.with_code(bill, "TABLE", at)
        with pytest.raises(RuleBroken, match=r"coupon\.unknown"):
            billing.with_code(bill, "CHAIR", at)

    def test_the_database_has_the_last_word(self, at):
        coupon = billing.coupon(at, uses=1)
        less = billing.with_code(billing.invoice(at), "TABLE", at)
        other = billing.invoice(at)
        wrong = {"person": other.person, "purpose": "admission", "application": other.application, "tier": other.tier,
                 "currency": "CNY", "issued_at": at, "status": "paid", "paid_at": at}  # fmt: skip
        for number, constraint, fields in (
            ("2026-000901", "is used up", {"amount": 1, "discount": 1, "coupon": coupon}),
            ("2026-000902", "invoice_positive_or_covered", {"amount": 0}),
            ("2026-000903", "invoice_positive_or_covered", {"amount": -1, "discount": 1, "coupon": coupon}),
            ("2026-000904", "invoice_discount_by_coupon", {"amount": 1, "discount": 1}),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                Invoice.objects.create(number=number, **wrong, **fields)
        with pytest.raises(Exception, match="promise_stays"), transaction.atomic():
            Coupon.objects.update(uses=5)
        with pytest.raises(Exception, match="terms_stay"), transaction.atomic():
            Invoice.objects.filter(pk=less.pk).update(discount=0)


class TestNothingToPay:
    def test_the_year_begins_at_once_without_the_provider(self, at, double):
        billing.coupon(at, percent=100)
        bill = billing.invoice(at, attended=True)
        free = billing.with_code(bill, "TABLE", at)
        assert (free.status, free.amount, free.discount, free.paid_at) == ("paid", 0, FEE, at)
        assert billing.status_of(free.person) == "admitted" and Term.objects.get(person=free.person)
        assert not double.store.all("checkout.session") and not Payment.objects.exists()
        assert not Journal.objects.filter(invoice=free).exists() and billing.books("accounts_receivable") == 0
        assert Message.objects.filter(person=free.person, kind="billing/settled").count() == 1
        billing.assert_whole(at, double)

    def test_before_coming_it_waits_for_coming(self, at):
        billing.coupon(at, amount=10**9)
        free = billing.with_code(billing.invoice(at), "TABLE", at)
        assert free.status == "paid" and billing.status_of(free.person) == "approved"
        admission.record_attendance(free.person_id, began_at=at, by=None, at=at)
        assert billing.status_of(free.person) == "admitted"
        billing.assert_whole(at)

    def test_a_renewal_follows_the_old_end(self, at):
        person = ending(10, at)
        billing.coupon(at, percent=100)
        free = billing.with_code(renewal(person, at), "TABLE", at)
        old, new = Term.objects.filter(person=person).order_by("starts_on")
        assert free.status == "paid" and new.starts_on == old.ends_on and free.term == new
        billing.assert_whole(at)

    def test_the_receipt_says_nothing(self, at):
        billing.coupon(at, percent=100)
        bill = billing.invoice(at, attended=True)
        client = visitor(bill)
        page = client.post(f"/billing/invoices/{bill.number}/code/", {"code": "table"}, follow=True)
        text = page.content.decode()
        assert "¥0" in text and "−¥3,800" in text and "nothing is to pay" in text
        number = Invoice.objects.get(status="paid").number
        assert client.get(f"/billing/invoices/{number}/pdf/").status_code == 200
        again = client.post(f"/billing/invoices/{number}/pay/", {"channel": "stripe"}, follow=True)
        assert "paid already" in again.content.decode()

    def test_whoever_changes_their_mind_has_nothing_to_get_back(self, at):
        billing.coupon(at, percent=100)
        free = billing.with_code(billing.invoice(at, attended=True), "TABLE", at)
        leaving.change_mind(free.person, at=at + HOUR)
        assert billing.status_of(free.person) == "withdrawn"
        billing.assert_whole(at)

    def test_coming_found_out_late_the_covered_fee_counts_again(self, at):
        billing.coupon(at, percent=100)
        free = billing.with_code(billing.invoice(at), "TABLE", at)
        over = free.application.clock_ends_at
        assert clock.lapse_if_due(free.person_id, at=over)
        admission.record_attendance(free.person_id, began_at=over - DAY, by=None, at=over + DAY)
        assert billing.status_of(free.person) == "admitted"
        free.refresh_from_db()
        assert free.status == "paid" and free.refunded_at is None
        billing.assert_whole(at)

    def test_a_lapse_gives_the_use_back_though_nothing_was_paid(self, at):
        coupon = billing.coupon(at, percent=100, uses=1)
        free = billing.with_code(billing.invoice(at), "TABLE", at)
        over = free.application.clock_ends_at
        assert clock.lapse_if_due(free.person_id, at=over)
        free.refresh_from_db()
        assert (free.status, lists.all_coupons().get(pk=coupon.pk).used) == ("refunded", 0)
        other = billing.with_code(billing.invoice(at), "TABLE", at)
        assert (other.amount, other.status) == (0, "paid")
        # Coming late, the first one finds the use taken: the fee is asked for.
        admission.record_attendance(free.person_id, began_at=over - DAY, by=None, at=over + DAY)
        assert billing.status_of(free.person) == "approved"
        free.refresh_from_db()
        assert free.status == "refunded"
        billing.assert_whole(at)

    def test_what_is_owed_is_never_settled_so(self, at):
        with pytest.raises(ValueError, match="owed"):
            receiving.settle(billing.invoice(at), by=make.person(), at=at)


class TestDesk:
    def test_looked_at_then_made_then_used_then_ended(self, at):
        client = treasurer()
        page = client.post("/desk/billing/codes/new/", typed(uses="5", tiers="member"))
        assert [row.left.amount for row in page.context["preview"]] == [304_000] and not Coupon.objects.exists()
        assert client.post("/desk/billing/codes/new/", typed(uses="5", tiers="member", confirm="1")).status_code == 302
        coupon = Coupon.objects.get()
        assert (coupon.code, coupon.percent, coupon.uses) == ("TABLE2026", 20, 5)
        less = billing.with_code(billing.invoice(at), "TABLE-2026", at)
        page = client.get("/desk/billing/codes/TABLE2026/").content.decode()
        assert "1 of 5" in page and less.number in page and less.person.name in page
        assert "TABLE2026" in client.get("/desk/billing/codes/").content.decode()
        client.post("/desk/billing/codes/TABLE2026/end/")
        assert "ended already" in client.post("/desk/billing/codes/TABLE2026/end/", follow=True).content.decode()
        assert list(AuditEntry.objects.filter(action__startswith="coupon.").values_list("action", flat=True)) == [
            "coupon.create", "coupon.end",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "wrong",
        [{"percent": ""}, {"amount": "5"}, {"percent": "101"}, {"percent": "0"}, {"code": "ab"}, {"code": "同桌同桌"},
         {"last_on": "2019-01-01"}, {"last_on": "2020-02-01"}, {"uses": "0"}, {"uses_each": ""}, {"tiers": "nothing"}],
        ids=str,
    )  # fmt: skip
    def test_what_can_not_be_is_said_and_kept(self, wrong):
        page = treasurer().post("/desk/billing/codes/new/", typed(confirm="1", **wrong))
        assert page.status_code == 422 and not Coupon.objects.exists()

    def test_a_name_once_and_one_made_up(self, at):
        client = treasurer()
        for _ in range(2):
            assert client.post("/desk/billing/codes/new/", typed(code="", confirm="1")).status_code == 302
        assert len(set(Coupon.objects.values_list("code", flat=True))) == 2
        billing.coupon(at)
        page = client.post("/desk/billing/codes/new/", typed(code="table", confirm="1"))
        assert page.status_code == 422 and "of this name" in page.content.decode()

    def test_as_many_queries_for_thirty_as_for_three(self, at, django_assert_max_num_queries):
        client, coupon = treasurer(), billing.coupon(at, code="MANY")
        for address in ("/desk/billing/codes/", f"/desk/billing/codes/{coupon.code}/"):
            for number in range(3):
                billing.coupon(at, code=f"{address[-6:-1].strip('/').upper()}A{number}")
                billing.with_code(billing.invoice(at), "MANY", at)
            with django_assert_max_num_queries(30) as few:
                client.get(address)
            for number in range(20):
                billing.coupon(at, code=f"{address[-6:-1].strip('/').upper()}B{number}")
                billing.with_code(billing.invoice(at), "MANY", at)
            with django_assert_max_num_queries(len(few.captured_queries)):
                client.get(address)


class TestGuessing:
    def test_ten_tries_an_hour(self, at):
        bill = billing.invoice(at)
        client = visitor(bill)
        answers = [
            client.post(f"/billing/invoices/{bill.number}/code/", {"code": f"GUESS{n}"}).status_code for n in range(11)
        ]
        assert answers == [422] * 10 + [429]

    def test_nobody_uses_it_on_anothers_invoice(self, at):
        billing.coupon(at)
        bill, other = billing.invoice(at), billing.invoice(at)
        assert visitor(other).post(f"/billing/invoices/{bill.number}/code/", {"code": "TABLE"}).status_code == 404
        with pytest.raises(RuleBroken, match=r"invoice\.not_yours"):
            coupons.use(bill, "TABLE", person=other.person, at=at)


def test_verify_finds_what_the_rules_never_write(at):
    """A code on more invoices than it has uses; a renewal that is paid and brought nothing."""
    billing.coupon(at, percent=100)
    person = ending(10, at)
    free = billing.with_code(renewal(person, at), "TABLE", at)
    Invoice.objects.filter(pk=free.pk).update(term=None)
    assert selectors.broken_invariants(at)["paid_without_what_was_paid_for"] == [free.number]
