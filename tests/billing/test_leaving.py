"""R18 and product.md §5: the member's own 72 hours, and leaving on any day with what is unused for the treasurer."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.billing import rules, selectors
from community.billing.models import Invoice, Leaving, Payment, Refund
from community.billing.services import leaving, refunds, renewals
from community.events.models import Signup
from community.kernel.days import day_of, months_later, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.kernel.money import share
from community.members import policies
from community.members.models import Term
from community.members.services import renewing, trainees
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR
from tests.billing.test_renewals import ending, pay, renewal, term_of
from tests.events import make as events

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestChangeOfMind:
    def test_everything_back_and_the_admission_undone(self, at, double):
        payment = billing.paid(at, double, attended=True)
        person = payment.person
        table = events.event(at=at, starts_at=at + 5 * DAY, ends_at=at + 5 * DAY + 3 * HOUR)
        events.seat(table, person, at=at)
        assert signed_in(person).post("/billing/leave/undo/").status_code == 302
        assert billing.status_of(person) == "withdrawn" and policies.standing_of(person, day_of(at)) == "none"
        assert Signup.objects.get(person=person, event=table).status == "withdrawn"
        billing.work(timezone.now())  # the view read the clock
        refund = Refund.objects.get()
        assert (refund.status, refund.amount, refund.requested_by) == ("succeeded", FEE, person)
        letter = Message.objects.get(kind="billing/refund", person=person)
        assert letter.context["origin"] == "within_72_hours"
        with pytest.raises(RuleBroken, match="leaving.too_late"):
            leaving.change_mind(person, at=at)
        assert policies.may_apply(person, at=at)
        billing.assert_whole(at, double)

    def test_over_is_over_at_the_very_instant(self, at, double):
        payment = billing.paid(at, double, attended=True)
        until = policies.mind_open_until(payment.person)
        assert policies.may_change_mind(payment.person, at=until - HOUR / 3600)
        assert not policies.may_change_mind(payment.person, at=until)
        with pytest.raises(RuleBroken, match="leaving.too_late"):
            leaving.change_mind(payment.person, at=until)
        assert not Refund.objects.exists()

    def test_an_old_member_is_offered_to_leave_instead(self, at):
        page = signed_in(make.member()).get("/billing/leave/")
        assert page.context["may_leave"] and not page.context["may_change_mind"]


class TestLeaving:
    def test_today_with_seats_back_the_renewal_void_and_a_case_for_what_is_unused(self, at, double):
        payment = billing.paid(at, double, attended=True)
        person = payment.person
        term = term_of(person)
        later = at + 100 * DAY
        case = leaving.leave(person, reason="moving away", at=later)
        term.refresh_from_db()
        assert term.ends_on == term.ends_early_on == day_of(later)
        assert policies.standing_of(person, day_of(later)) == "expired", "leaving has no grace"
        days = (months_later(term.starts_on, 12) - term.starts_on).days
        assert case.unused == share(FEE, days - 100, days) and case.paid == FEE
        assert list(selectors.leavings()) == [case]
        assert not Refund.objects.exists(), "what goes back is decided by the treasurer"
        assert trainees.end_all_due(at=later) == renewing.expire_all_due(at=later + 40 * DAY) == 0
        assert renewals.issue_all_due(at=later + 250 * DAY) == 0
        billing.assert_whole(later, double)

    def test_a_paid_year_that_has_not_begun_is_void_and_counts_as_unused(self, at):
        person = ending(10, at)
        pay(renewal(person, at), at)
        case = leaving.leave(person, reason="", at=at)
        assert Term.objects.filter(person=person, voided_at=None).count() == 1
        assert case.unused == FEE and policies.standing_of(person, day_of(at + 20 * DAY)) == "expired"

    def test_unpaid_renewals_are_void(self, at):
        person = ending(10, at)
        invoice = renewal(person, at)
        assert leaving.leave(person, reason="", at=at) is None, "nothing on record was paid for the year"
        invoice.refresh_from_db()
        assert invoice.status == "void" and renewals.issue_all_due(at=at) == 0
        billing.assert_whole(at)

    def test_in_grace_too(self, at):
        person = ending(-3, at)
        leaving.leave(person, reason="", at=at)
        assert policies.standing_of(person, day_of(at)) == "expired"
        with pytest.raises(RuleBroken, match="leaving.no_membership"):
            leaving.leave(person, reason="", at=at)

    def test_on_the_first_day(self, at):
        person = make.member(since=at)
        leaving.leave(person, reason="", at=at)
        assert policies.standing_of(person, day_of(at)) == "none"

    def test_the_treasurer_decides_once_with_a_reason(self, at):
        person, treasurer = make.member(), make.person(roles=("treasurer",))
        case = Leaving.objects.create(person=person, left_at=at, paid=FEE, unused=100)
        leaving.decide(case, decision="¥1 back", by=treasurer, at=at)
        with pytest.raises(RuleBroken, match="leaving.decided"):
            leaving.decide(case, decision="again", by=treasurer, at=at)

    def test_one_press_refunds_what_is_unused_and_closes_the_case(self, at, double, settings):
        settings.STAFF_SECOND_FACTOR = False
        payment = billing.paid(at, double, attended=True)
        later = at + 100 * DAY
        case = leaving.leave(payment.person, reason="", at=later)
        assert case is not None
        press = {"refund": "1", "reason": "pro rata"}
        client, address = signed_in(billing.treasurer()), f"/desk/billing/leavings/{case.public_id}/decide/"
        assert client.post(address, press).status_code == 302
        again = client.post(address, press)
        assert again.status_code == 422 and "pro rata" in again.content.decode()
        billing.work(timezone.now())
        refund = Refund.objects.get()
        assert (refund.status, refund.amount, refund.origin) == ("succeeded", case.unused, "treasurer")
        case.refresh_from_db()
        assert case.decision == "pro rata" and Invoice.objects.get().status == "paid"
        billing.assert_whole(later, double)

    def test_more_than_is_here_is_refused_and_nothing_changes(self, at, double):
        payment = billing.paid(at, double, attended=True)
        case = leaving.leave(payment.person, reason="", at=at + 100 * DAY)
        refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at, amount=FEE - 100)
        with pytest.raises(RuleBroken, match="leaving.not_covered"):
            leaving.decide(case, decision="x", refund=True, by=billing.treasurer(), at=at)
        case.refresh_from_db()
        assert case.decided_at is None and Refund.objects.count() == 1

    def test_money_that_comes_after_it_is_kept_for_the_treasurer(self, at):
        person = ending(10, at)
        invoice = renewal(person, at)
        leaving.leave(person, reason="", at=at)
        assert pay(invoice, at).status == "held" and Payment.objects.count() == 1
        billing.assert_whole(at)


class TestBillingPage:
    def test_what_i_pay_for_what_comes_next_and_how_to_leave(self, at):
        person = ending(100, at)
        page = signed_in(person).get("/billing/").content.decode()
        assert "会员" in page and "/billing/leave/" in page and "/year/" in page
        soon = ending(12, at)
        renewals.issue_all_due(at=at)
        assert "/billing/renewal/" in signed_in(soon).get("/billing/").content.decode()
        assert Invoice.objects.filter(person=person).count() == 0


@given(st.integers(0, 10**9), st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(-10, 400))
def test_unused_days_are_never_more_than_was_paid_nor_less_than_nothing(paid, starts_on, after):
    ends_on = months_later(starts_on, 12)
    left_on = day_of(start_of(starts_on) + after * DAY)
    unused = rules.unused_share(paid, starts_on, ends_on, left_on)
    assert 0 <= unused <= paid
    assert unused == paid if after <= 0 else unused < paid or paid == 0 or after * 2 * paid < (ends_on - starts_on).days
    assert after < 366 or unused == 0
