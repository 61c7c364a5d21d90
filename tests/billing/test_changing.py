"""R17: up at once for the quoted price of the days that are left, down with the next year; R16: pending changes nothing."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from community.billing import policies
from community.billing.models import Invoice, Leaving, Line, Payment, Price
from community.billing.selectors import changing as choosing
from community.billing.selectors import year
from community.billing.services import changing, leaving, receiving, refunds, releasing, renewals
from community.kernel.days import day_of, months_later, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.kernel.money import Money, share
from community.members import policies as members
from community.members.models import Person, Term, Tier
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR
from tests.billing.test_renewals import ending, pay, renewal, term_of

pytestmark = pytest.mark.django_db
MORE = 980_000


def tier(code: str = "partner", amount: int = MORE, **changes) -> Tier:
    made = Tier.objects.create(
        code=code, name_zh="伙伴会员", name_en="Partner", position=9, roundtables_a_month=8, visits_a_quarter=6,
        open_posts=5, guests_a_quarter=4, **changes,
    )  # fmt: skip
    Price.objects.create(tier=made, amount=amount, valid_from_on="2020-01-01")
    return made


def quote(person: Person, at: datetime, code: str = "partner") -> Money:
    term = members.running_term(person, day_of(at))
    now = next(choice.now for choice in choosing.choices(person, term, at) if choice.tier.code == code)
    assert now is not None
    return now


def ordered(person: Person, at: datetime, code: str = "partner") -> Invoice:
    return changing.move_up(person, code, quoted=quote(person, at, code).amount, at=at)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


@pytest.fixture
def partner(db) -> Tier:
    return tier()


class TestUp:
    def test_the_quote_is_on_the_invoice_and_only_money_moves_the_term(self, at, partner):
        person = ending(200, at)
        term = term_of(person)
        invoice = ordered(person, at)
        days = (term.ends_on - term.starts_on).days
        assert invoice.amount == share(MORE - FEE, 200, days) == quote(person, at).amount
        assert (invoice.purpose, invoice.term, invoice.tier) == ("upgrade", term, partner)
        assert term_of(person).tier.code == "member", "R16: pending changes nothing"
        assert policies.may_pay(person, invoice, at=at)
        assert pay(invoice, at).status == "applied"
        moved = term_of(person)
        assert (moved.pk, moved.tier, moved.ends_on) == (term.pk, partner, term.ends_on)
        assert AuditEntry.objects.filter(action="term.tier", person=person).count() == 1
        figures = year.year_of(person, at)
        assert (figures.paid.amount, figures.on_top.amount) == (invoice.amount, 0), "a fee, nothing on top"
        billing.assert_whole(at)

    def test_the_same_press_is_the_same_invoice_another_way_voids_it(self, at, partner):
        tier("patron", 2 * MORE)
        person = ending(200, at)
        first = ordered(person, at)
        assert ordered(person, at + HOUR / 60) == first
        second = ordered(person, at, "patron")
        first.refresh_from_db()
        assert (first.status, second.is_open) == ("void", True)
        assert pay(first, at).status == "held"
        assert term_of(person).tier.code == "member"
        billing.assert_whole(at)

    def test_a_quote_of_yesterday_is_not_taken(self, at, partner):
        person = ending(200, at)
        old = quote(person, at).amount
        with refused("tier.quote_changed"):
            changing.move_up(person, "partner", quoted=old, at=at + DAY)
        invoice = changing.move_up(person, "partner", quoted=old, at=at)
        assert ordered(person, at + DAY).amount < invoice.amount
        billing.assert_whole(at)

    def test_after_seven_days_the_quote_is_over_and_its_money_is_a_case(self, at, partner):
        person = ending(200, at)
        invoice = ordered(person, at)
        over = at + 7 * DAY
        assert invoice.due_at == over
        assert policies.may_pay(person, invoice, at=over).code == "tier.quote_over"
        renewals.run(at=over)
        invoice.refresh_from_db()
        assert invoice.status == "void" and pay(invoice, over).status == "held"
        assert term_of(person).tier.code == "member"
        billing.assert_whole(over)

    def test_never_past_the_day_the_renewal_opens(self, at, partner):
        person = ending(33, at)
        invoice = ordered(person, at)
        opens_at = start_of(term_of(person).ends_on - timedelta(days=30))
        assert invoice.due_at == opens_at
        with refused("tier.renewal_first"):
            ordered(person, opens_at)

    def test_with_the_renewal_paid_the_running_year_alone_moves(self, at, partner):
        person = ending(10, at)
        running = term_of(person)
        with refused("tier.renewal_first"):
            ordered(person, at)
        pay(renewal(person, at), at)
        invoice = ordered(person, at)
        assert invoice.due_at == at + 7 * DAY
        pay(invoice, at, "pi_up")
        running.refresh_from_db()
        assert (running.tier, term_of(person).tier.code) == (partner, "member")
        billing.assert_whole(at)

    def test_first_and_last_day_and_a_tier_that_costs_no_more(self, at, partner):
        tier("less", FEE - 1)
        tier("same", FEE)
        first, last = make.member(since=at), ending(1, at)
        assert quote(first, at).amount == MORE - FEE
        pay(renewal(last, at), at)
        assert quote(last, at).amount == share(
            MORE - FEE, 1, (day_of(at) + DAY - months_later(day_of(at) + DAY, -12)).days
        )
        for code in ("less", "same", "trainee", "none"):
            with refused("tier.not_up"):
                changing.move_up(first, code, quoted=1, at=at)

    def test_the_gate_of_the_tier_wanted(self, at, partner):
        person, trainee, gone = ending(200, at), ending(200, at), ending(-1, at)
        make.stake(person, verified_on=day_of(at) - timedelta(days=500))
        Term.objects.filter(person=trainee).update(ends_early_on=day_of(at) + timedelta(days=100))
        for who, code in ((person, "tier.reverify"), (trainee, "tier.trainee"), (gone, "tier.not_running")):
            with refused(code):
                changing.move_up(who, "partner", quoted=1, at=at)

    def test_refunded_in_full_it_moves_back_to_what_is_paid_for(self, at, double, partner):
        patron = tier("patron", 2 * MORE)
        person = ending(200, at)
        payments = []
        for code in ("partner", "patron"):
            double.pay(billing.start(ordered(person, at, code), at))
            billing.deliver(double, at)
            payments.append(Payment.objects.latest("pk"))
        for payment, code in zip(payments, ("patron", "member"), strict=True):
            assert term_of(person).tier == patron
            refunds.refund_payment(payment, by=billing.treasurer(), reason="test", at=at)
            billing.work(at)
            assert term_of(person).tier.code == code
        billing.assert_whole(at, double)

    def test_money_after_leaving_is_a_case_and_unused_days_count_by_their_own_price(self, at, partner):
        person = ending(200, at)
        invoice = ordered(person, at)
        pay(invoice, at)
        half = at + 100 * DAY
        case = leaving.leave(person, reason="", at=half)
        assert case is not None and (case.paid, case.unused) == (invoice.amount, share(invoice.amount, 100, 200))
        other = ending(200, at)
        waiting = ordered(other, at)
        leaving.leave(other, reason="", at=at)
        waiting.refresh_from_db()
        assert waiting.status == "void" and pay(waiting, at, "pi_late").status == "held"
        billing.assert_whole(half)

    def test_it_becomes_income_over_the_days_it_pays_for(self, at, partner):
        person = ending(200, at)
        invoice = ordered(person, at)
        pay(invoice, at)
        assert releasing.period_of(invoice) == (day_of(at), term_of(person).ends_on)
        month = day_of(at).replace(day=1)
        while month < term_of(person).ends_on:
            releasing.release(month, at=at + 300 * DAY)
            month = months_later(month, 1)
        income = Line.objects.filter(account=Line.Account.INCOME, journal__invoice=invoice)
        assert -sum(income.values_list("amount", flat=True)) == invoice.amount
        billing.assert_whole(at + 300 * DAY)


class TestDown:
    def test_the_wish_is_kept_can_be_taken_back_and_the_renewal_bills_it(self, at):
        less = tier("less", 200_000)
        person, other = ending(40, at), ending(40, at)
        for who in (person, other):
            assert changing.wish(who, "less", at=at) is None
            assert (term_of(who).tier.code, term_of(who).next_tier) == ("member", less)
        changing.wish(other, "", at=at)
        later = at + 11 * DAY
        assert (renewal(person, later).amount, renewal(other, later).amount) == (200_000, FEE)
        pay(renewal(person, later), later)
        assert (term_of(person).tier, term_of(person).next_tier) == (less, None)
        billing.assert_whole(later)

    def test_after_the_invoice_it_is_void_and_issued_anew_at_the_price_of_that_day(self, at):
        less = tier("less", 200_000)
        person = ending(20, at)
        first = renewal(person, at)
        Price.objects.create(tier=less, amount=210_000, valid_from_on=day_of(at + DAY))
        changing.wish(person, "less", at=at + DAY)
        first.refresh_from_db()
        second = Invoice.objects.get(person=person, status="open")
        assert (first.status, second.amount, second.tier, second.renews) == ("void", 210_000, less, term_of(person))
        changing.wish(person, "less", at=at + DAY)
        assert Invoice.objects.filter(person=person).count() == 2
        changing.wish(person, "", at=at + 2 * DAY)
        assert Invoice.objects.get(person=person, status="open").tier.code == "member"
        assert pay(first, at + DAY).status == "held"
        billing.assert_whole(at + 2 * DAY)

    def test_paid_already_it_is_a_case_for_the_treasurer(self, at):
        less = tier("less", 200_000)
        tier("partner")
        person = ending(20, at)
        pay(renewal(person, at), at)
        with refused("tier.paid_up"):
            changing.wish(person, "partner", at=at)
        case = changing.wish(person, "less", at=at)
        assert case is not None and (case.paid, case.unused, case.wants) == (FEE, FEE - 200_000, less)
        with refused("tier.asked"):
            changing.wish(person, "less", at=at)
        assert term_of(person).tier.code == "member"
        client = Client()
        make.sign_in(client, staff("treasurer"))
        words = client.get("/desk/billing/leavings/").content.decode()
        assert less.name in words and "1,800" in words
        client.post(f"/desk/billing/leavings/{case.public_id}/decide/", {"reason": "fair", "grant": "1"})
        assert term_of(person).tier == less
        assert Leaving.objects.get().decision == "fair"
        billing.assert_whole(at)

    def test_declined_nothing_moves(self, at):
        tier("less", 200_000)
        person = ending(20, at)
        pay(renewal(person, at), at)
        case = changing.wish(person, "less", at=at)
        leaving.decide(case, decision="no", by=billing.treasurer(), at=at)
        assert term_of(person).tier.code == "member"

    def test_what_is_no_choice(self, at):
        Tier.objects.filter(pk=tier("closed", 1).pk).update(active=False)
        free = Tier.objects.create(
            code="free", name_zh="免", name_en="Free", roundtables_a_month=0, visits_a_quarter=0, open_posts=0,
            guests_a_quarter=0,
        )  # fmt: skip
        person = ending(40, at)
        for code in ("trainee", "closed", "nothing", free.code):
            with refused("tier.not_yours"):
                changing.wish(person, code, at=at)
        with refused("tier.not_running"):
            changing.wish(make.person(), "member", at=at)


class TestPage:
    def test_quote_press_and_pay_page(self, at, partner):
        person = ending(200, at)
        client = Client()
        client.force_login(person)
        words = client.get("/billing/tier/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
        fen = quote(person, at).amount
        assert f'value="{fen}"' in words and "Partner" in words
        old = client.post("/billing/tier/up/", {"tier": "partner", "quoted": fen - 1}, follow=True)
        assert old.redirect_chain[-1][0] == "/billing/tier/" and not Invoice.objects.exists()
        shown = client.post("/billing/tier/up/", {"tier": "partner", "quoted": fen})
        invoice = Invoice.objects.get()
        assert shown.url == f"/billing/invoices/{invoice.number}/"
        assert client.get(shown.url).status_code == 200
        assert invoice.number in client.get("/billing/tier/").content.decode()
        for rubbish in ({}, {"tier": "partner"}, {"tier": "partner", "quoted": "1e9"}, {"tier": "'", "quoted": "1"}):
            assert client.post("/billing/tier/up/", rubbish).status_code == 302
        assert client.post("/billing/tier/wish/", {"tier": "partner"}, follow=True).status_code == 200
        assert term_of(person).next_tier == partner
        assert "伙伴会员" in client.get("/billing/").content.decode()
        client.post("/billing/tier/wish/", {"tier": ""})
        assert term_of(person).next_tier is None

    def test_as_many_queries_for_ten_tiers_as_for_one(self, at, partner, django_assert_max_num_queries):
        client = Client()
        client.force_login(ending(200, at))
        client.get("/billing/tier/")
        with django_assert_max_num_queries(40) as few:
            client.get("/billing/tier/")
        for number in range(9):
            tier(f"t{number}", MORE + number)
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get("/billing/tier/")


def test_money_told_twice_moves_once(at, partner):
    person = ending(200, at)
    invoice = ordered(person, at)
    receipt = receiving.Receipt("stripe", "pi_x", Money(invoice.amount), at)
    assert receiving.receive(invoice.pk, receipt, at=at) == receiving.receive(invoice.pk, receipt, at=at)
    assert Payment.objects.count() == 1
    billing.assert_whole(at)
