"""R14–R16: the yearly invoice, its four notices, the new term at the right place, grace, expiry and the way back."""

from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.test import Client

from community.billing import notifications
from community.billing.models import Invoice, InvoiceNumber, Journal, Payment
from community.billing.services import invoicing, receiving, refunds, renewals
from community.events.models import Seat, Signup
from community.events.services import checking_in
from community.kernel.days import day_of, months_later, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.kernel.money import Money
from community.members import policies, selectors
from community.members.models import Person, Term
from community.members.services import renewing
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR, ending
from tests.events import make as events

pytestmark = pytest.mark.django_db


def term_of(person: Person) -> Term:
    return Term.objects.filter(person=person, voided_at=None).latest("ends_on")


def renewal(person: Person, at: datetime) -> Invoice:
    renewals.issue_all_due(at=at)
    return Invoice.objects.get(person=person, purpose="renewal", status="open")


def pay(invoice: Invoice, at: datetime, name: str = "pi_r") -> Payment:
    receipt = receiving.Receipt("stripe", name, Money(invoice.amount), at)
    return receiving.receive(invoice.pk, receipt, at=at)


class TestInvoice:
    def test_it_comes_thirty_days_before_the_end_once(self, at):
        early, due = ending(31, at), ending(30, at)
        assert [renewals.issue_all_due(at=at), renewals.issue_all_due(at=at)] == [1, 0]
        invoice = Invoice.objects.get()
        assert (invoice.person, invoice.amount, invoice.purpose) == (due, FEE, "renewal")
        assert invoice.renews == term_of(due) and invoice.tier == term_of(due).tier
        assert renewals.issue_all_due(at=at + DAY) == 1 and Invoice.objects.filter(person=early).exists()
        billing.assert_whole(at)

    def test_late_it_still_comes_until_the_way_back_is_shut(self, at):
        late, gone = ending(-43, at), ending(-44, at)
        assert renewals.issue_all_due(at=at) == 1
        assert Invoice.objects.get().person == late and not Invoice.objects.filter(person=gone).exists()

    def test_many_at_once_have_numbers_without_gaps_and_whole_books(self, at):
        for _ in range(7):
            ending(20, at)
        renewals.rules.BATCH, usual = 3, renewals.rules.BATCH
        try:
            assert renewals.issue_all_due(at=at) == 7
        finally:
            renewals.rules.BATCH = usual
        assert InvoiceNumber.objects.get().last == 7
        assert Journal.objects.count() == 7 and AuditEntry.objects.filter(action="invoice.issue").count() == 7
        billing.assert_whole(at)

    def test_as_many_queries_for_thirty_as_for_three(self, at, django_assert_max_num_queries):
        for _ in range(3):
            ending(20, at)
        with django_assert_max_num_queries(30) as few:
            renewals.run(at=at)
        for _ in range(30):
            ending(20, at)
        with django_assert_max_num_queries(len(few.captured_queries)):
            renewals.run(at=at)

    def test_nobody_who_leaves_early_is_asked(self, at):
        Term.objects.filter(person=ending(10, at)).update(ends_early_on=day_of(at) + timedelta(days=5))
        assert renewals.issue_all_due(at=at) == 0

    def test_unpaid_to_the_last_day_it_is_void_and_the_books_are_whole(self, at):
        person = ending(10, at)
        invoice = renewal(person, at)
        over = invoice.due_at
        renewals.run(at=over - timedelta(seconds=1))
        invoice.refresh_from_db()
        assert invoice.is_open
        renewals.run(at=over)
        renewals.run(at=over)
        invoice.refresh_from_db()
        assert invoice.status == "void" and Invoice.objects.count() == 1
        assert pay(invoice, over).status == "held"
        billing.assert_whole(over)


class TestNotices:
    def steps(self, at: datetime, person: Person) -> list[int]:
        sent = Message.objects.filter(person=person, kind="billing/renewal").order_by("pk")
        return [int(message.occasion.rpartition(":")[2]) for message in sent]

    def test_four_at_most_each_once_however_often_it_runs(self, at):
        person = ending(31, at)
        for days in range(60):
            for _ in range(2):
                renewals.run(at=at + days * DAY)
        assert self.steps(at, person) == [30, 7, 1, -7]
        ends_on = term_of(person).ends_on
        until = [m.valid_until for m in Message.objects.filter(kind="billing/renewal").order_by("pk")]
        assert [(day_of(end) - ends_on).days for end in until] == [-7, -1, 7, 14]

    def test_a_late_run_sends_the_current_one_only(self, at):
        person = ending(5, at)
        renewals.run(at=at)
        assert self.steps(at, person) == [7]

    def test_paid_means_silence(self, at):
        person = ending(30, at)
        renewals.run(at=at)
        pay(Invoice.objects.get(), at)
        renewals.run(at=at + 24 * DAY)
        assert self.steps(at, person) == [30]

    def test_no_more_reminders_needs_a_post_from_the_signed_link_and_no_sign_in(self, at, client):
        person = ending(30, at)
        renewals.run(at=at)
        path = Message.objects.get(kind="billing/renewal").context["quiet_path"]
        assert client.get(path).status_code == 200
        assert term_of(person).reminders_off_at is None
        assert client.post(path).status_code == 302
        assert client.post(path).status_code == 302
        assert AuditEntry.objects.filter(action="term.reminders_off").count() == 1
        renewals.run(at=at + 24 * DAY)
        assert self.steps(at, person) == [30]
        assert "再提醒" in client.get(path).content.decode()

    def test_a_forged_link_does_not_exist(self, at, client):
        number = renewal(ending(30, at), at).number
        other = signing.Signer(salt="something else").sign(number)
        for token in (number, f"{number}:forged", other, signing.Signer(salt=notifications.QUIET).sign("2026-999999")):
            assert client.post(f"/billing/renewal/quiet/{token}/").status_code == 404


class TestPaid:
    @pytest.mark.parametrize("days", [30, 1, 0, -1, -13])
    def test_before_the_end_or_in_grace_the_new_term_starts_at_the_old_end(self, at, days):
        person = ending(days, at)
        old = term_of(person)
        assert pay(renewal(person, at), at).status == "applied"
        new = term_of(person)
        assert (new.starts_on, new.ends_on) == (old.ends_on, months_later(old.ends_on, 12))
        assert policies.standing_of(person, day_of(at)) == "active"
        assert Message.objects.filter(kind="billing/receipt").count() == 1
        billing.assert_whole(at)

    @pytest.mark.parametrize("days", [-14, -43])
    def test_a_revival_starts_on_the_day_of_payment_and_keeps_the_tenure(self, at, days):
        person = ending(days, at)
        old = term_of(person)
        invoice = renewal(person, at)
        renewing.expire_all_due(at=at)
        assert policies.standing_of(person, day_of(at)) == "expired"
        pay(invoice, at)
        assert term_of(person).starts_on == day_of(at)
        assert selectors.member_since(person) == old.starts_on
        assert policies.standing_of(person, day_of(at)) == "active"

    def test_after_that_there_is_nothing_to_renew(self, at):
        person = ending(-43, at)
        invoice = renewal(person, at)
        later = start_of(day_of(at)) + DAY
        with pytest.raises(RuleBroken, match="renewal.over"):
            billing.start(invoice, later)
        assert (pay(invoice, later).case, Term.objects.filter(person=person).count()) == ("too_late", 1)
        billing.assert_whole(later)

    def test_captured_in_grace_and_told_after_it_counts_as_in_grace(self, at):
        """Worker and webhook were down for days: the instant of the capture decides."""
        person = ending(-13, at)
        invoice, ends_on = renewal(person, at), term_of(person).ends_on
        later = at + 20 * DAY
        renewing.expire_all_due(at=later)
        receiving.receive(invoice.pk, receiving.Receipt("stripe", "pi_late", Money(FEE), at), at=later)
        assert term_of(person).starts_on == ends_on

    def test_a_pending_one_changes_nothing_and_a_failed_try_blocks_nothing(self, at, double):
        """R16."""
        person = ending(10, at)
        before = list(Term.objects.values())
        invoice = renewal(person, at)
        session = billing.start(invoice, at)
        double.pay(session, card="4000000000000002")
        billing.deliver(double, at)
        assert list(Term.objects.values()) == before and policies.standing_of(person, day_of(at)) == "active"
        double.pay(billing.start(invoice, at))
        billing.deliver(double, at)
        assert term_of(person).starts_on == before[0]["ends_on"]
        billing.assert_whole(at, double)

    def test_paid_twice_is_one_year_and_the_second_goes_back(self, at):
        person = ending(10, at)
        invoice = renewal(person, at)
        assert [pay(invoice, at, "pi_1").status, pay(invoice, at, "pi_2").status] == ["applied", "surplus"]
        assert Term.objects.filter(person=person).count() == 2

    def test_the_price_is_that_of_the_day_of_issue(self, at):
        person = ending(30, at)
        renewal(person, at)
        tier = term_of(person).tier
        tier.prices.create(amount=500_000, valid_from_on=day_of(at) + timedelta(days=1))
        renewals.issue_all_due(at=at + 2 * DAY)
        assert [i.amount for i in Invoice.objects.all()] == [FEE] and invoicing.price_of(
            tier.pk, at=at + DAY
        ).amount == 500_000


class TestExpiry:
    def test_over_once_at_the_end_of_grace_with_seats_given_back(self, at):
        person = ending(-13, at)
        table = events.event(at=at, starts_at=at + 6 * DAY, ends_at=at + 6 * DAY + 3 * HOUR)
        chair = Seat.objects.filter(event=table, signups=None)[0]
        signup = Signup.objects.create(
            event=table, person=person, seat=chair, status="confirmed", signed_up_at=at, confirmed_at=at
        )
        assert renewing.expire_all_due(at=at) == 0
        after = start_of(day_of(at)) + DAY
        assert [renewing.expire_all_due(at=after), renewing.expire_all_due(at=after + 9 * DAY)] == [1, 0]
        signup.refresh_from_db()
        assert signup.status == "withdrawn"
        assert Message.objects.filter(kind="members/membership_expired", person=person).count() == 1

    def test_who_renewed_never_expires(self, at):
        person = ending(10, at)
        pay(renewal(person, at), at)
        assert renewing.expire_all_due(at=at + 40 * DAY) == 0

    def test_a_refund_of_the_next_year_leaves_the_running_one_alone(self, at, double):
        person = ending(10, at)
        old = term_of(person)
        double.pay(billing.start(renewal(person, at), at))
        billing.deliver(double, at)
        payment = Payment.objects.get()
        refunds.refund_payment(payment, by=make.person(roles=("treasurer",)), reason="asked", at=at)
        billing.work(at)
        assert term_of(person) == old and policies.standing_of(person, day_of(at)) == "active"
        assert renewals.issue_all_due(at=at) == 0, "what was refunded isn't asked for again"
        assert renewing.expire_all_due(at=at + 30 * DAY) == 1
        billing.assert_whole(at, double)


class TestPages:
    def reader(self, person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def test_the_year_first_and_then_the_price(self, at):
        person, other = ending(12, at), make.member()
        for day in (30, 20):
            begins = at - day * DAY
            table = events.event(at=begins - DAY, starts_at=begins, ends_at=begins + 3 * HOUR)
            for who in (person, other):
                signup = events.seat(table, who, at=begins - DAY)
                checking_in.check_in(signup.public_id, by=events.organizer(), at=begins)
        renewal(person, at)
        page = self.reader(person).get("/billing/renewal/").content.decode()
        assert 0 < page.index("坐过几席") < page.index("¥3,800")
        figures = self.reader(person).get("/year/").context["year"]
        assert (figures.seats, figures.met, figures.again) == (2, 1, 1)

    @pytest.mark.parametrize("days", [300, 12, -3, -20, -60])
    def test_every_standing_reads_what_comes_next(self, at, days):
        person = ending(days, at)
        renewals.run(at=at)
        page = self.reader(person).get("/billing/renewal/")
        assert page.status_code == 200 and bool(page.context["verdict"]) == (days in (12, -3, -20))
        assert self.reader(person).get("/home/").status_code == 200

    def test_without_a_membership(self):
        client = self.reader(make.person())
        assert client.get("/billing/renewal/").status_code == client.get("/year/").status_code == 200
