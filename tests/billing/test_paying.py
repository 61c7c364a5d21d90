"""Paying through the provider's page: what the payer, the webhook, the return page and the sweeper each bring about."""

import pytest
from django.utils import timezone

from community.billing.models import Attempt, Invoice, Journal, Payment, WebhookEvent
from community.billing.services import attempts, converging, paying
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.models import Application, Term
from community.members.services import applications
from devtools.stripe_double import Unruly
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR, MINUTE

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def go(bill: Invoice, at, **changes):
    how = {"person": bill.person, "channel": "stripe", "language": "zh-hans", "at": at} | changes
    return paying.start(bill, **how)


def assert_paid_once(bill: Invoice, at, double) -> None:
    bill.refresh_from_db()
    assert bill.status == "paid"
    assert Payment.objects.filter(invoice=bill, status="applied").count() == 1
    assert Payment.objects.count() == 1
    assert Journal.objects.filter(fact__startswith="payment:").count() == 1
    assert billing.status_of(bill.person) == "admitted"
    assert Term.objects.count() == 1
    assert Message.objects.filter(kind="billing/receipt").count() == 1
    assert Attempt.objects.get(invoice=bill, status="complete")
    billing.assert_whole(at, double)


class TestStart:
    def test_the_page_asks_for_the_invoice(self, at, double) -> None:
        bill = billing.invoice(at)
        url = go(bill, at)
        session = double.get(billing.session_of(bill))
        assert url == session["url"]
        assert (session["amount_total"], session["currency"]) == (FEE, "cny")
        assert session["client_reference_id"] == bill.number
        assert session["metadata"]["person"] == bill.person.public_id
        assert session["customer_email"] == bill.person.email
        assert session["payment_method_types"] == ["card", "alipay", "wechat_pay"]

    def test_a_second_press_meets_the_same_page(self, at, double) -> None:
        bill = billing.invoice(at)
        assert go(bill, at) == go(bill, at + MINUTE, language="en")
        assert Attempt.objects.count() == 1 and len(double.store.all("checkout.session")) == 1

    def test_a_lost_answer_is_asked_again_letter_by_letter(self, at, double) -> None:
        bill = billing.invoice(at)
        double.fault("drop", "POST /v1/checkout/sessions", when="after", times=2)
        with refused("payment.unreachable"):
            go(bill, at)
        assert go(bill, at + MINUTE, language="en")
        assert len(double.store.all("checkout.session")) == 1

    @pytest.mark.parametrize("fault", ["drop", "timeout", 500, 429])
    def test_a_provider_in_trouble_costs_a_sentence_not_a_crash(self, at, double, fault) -> None:
        bill = billing.invoice(at)
        double.fault(fault, "POST /v1/checkout/sessions", times=5)
        with refused("payment.unreachable"):
            go(bill, at)
        double.faults.calm()
        assert go(bill, at)

    def test_a_stored_attempt_too_old_for_the_provider_gives_way(self, at, double) -> None:
        bill = billing.invoice(at)
        double.fault("drop", "POST /v1/checkout/sessions", times=2)
        with refused("payment.unreachable"):
            go(bill, at)
        double.advance(110 * 60)
        assert go(bill, at + 110 * MINUTE)
        assert sorted(Attempt.objects.values_list("status", flat=True)) == ["closed", "open"]

    def test_unreachable_is_not_expired(self, at, double) -> None:
        bill = billing.invoice(at)
        url = go(bill, at)
        double.fault("drop", "GET /v1/checkout/sessions/*", times=2)
        assert go(bill, at) == url

    def test_after_expiry_a_new_page(self, at, double) -> None:
        bill = billing.invoice(at)
        first = go(bill, at)
        double.advance(3 * 3600)
        assert go(bill, at + 3 * HOUR) not in (None, first)
        assert sorted(Attempt.objects.values_list("status", flat=True)) == ["closed", "open"]

    def test_paid_meanwhile_there_is_nothing_to_pay(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        assert go(bill, at) is None
        double.lose_deliveries()
        assert_paid_once(bill, at, double)

    def test_what_may_not_be_paid(self, at, double, settings) -> None:
        bill = billing.invoice(at)
        with refused("channel.unknown"):
            go(bill, at, channel="bank")
        with refused("invoice.not_yours"):
            go(bill, at, person=make.person())
        with refused("invoice.void"):
            go(bill, at + 60 * DAY)  # lapsed at this very press
        settings.STRIPE_SECRET_KEY = ""
        with refused("payment.not_configured"):
            go(bill, at)
        assert double.request_count == 0

    def test_a_paid_invoice(self, at, double) -> None:
        payment = billing.paid(at, double)
        with refused("invoice.paid"):
            go(payment.invoice, at)

    def test_voided_while_we_called_the_page_is_closed_again(self, at, double, monkeypatch) -> None:
        bill = billing.invoice(at)
        real = attempts.store_page

        def withdrawn_meanwhile(*args):
            applications.withdraw(bill.application_id, by=bill.person, at=at)
            return real(*args)

        monkeypatch.setattr(attempts, "store_page", withdrawn_meanwhile)
        with refused("invoice.void"):
            go(bill, at)
        assert double.get(billing.session_of(bill))["status"] == "expired"
        assert Attempt.objects.get().status == "closed"


class TestConverging:
    @pytest.mark.parametrize("way", ["card", "alipay", "wechat_pay"])
    def test_webhook(self, at, double, way) -> None:
        bill = billing.invoice(at, attended=True)
        session = billing.start(bill, at)
        double.pay(session) if way == "card" else double.pay_wallet(session, way)
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_return_page_before_the_webhook(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        converging.look_at_invoice(bill, at=at)
        assert_paid_once(bill, at, double)
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_return_page_after_the_webhook(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        billing.deliver(double, at)
        before = double.request_count
        converging.look_at_invoice(bill, at=at)
        assert double.request_count == before
        assert_paid_once(bill, at, double)

    def test_neither_then_the_sweeper_within_five_minutes(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        double.lose_deliveries()
        for minute in range(1, 5):
            billing.sweep(at + minute * MINUTE)
        assert_paid_once(bill, at, double)

    @pytest.mark.parametrize("seed", range(5))
    def test_shuffled_duplicated_delayed_dropped(self, at, double, seed) -> None:
        bill = billing.invoice(at, attended=True)
        session = billing.start(bill, at)
        double.decline(session)
        double.pay(session)
        billing.deliver(double, at, unruly=Unruly(seed, duplicate=0.9, drop=0.3, delay=0.3))
        for minute in range(1, 6):
            billing.sweep(at + minute * MINUTE)
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_everything_replayed(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        for _ in range(3):
            assert all(done.accepted for done in double.replay(billing.webhook))
            billing.work(timezone.now())
        assert_paid_once(bill, at, double)

    def test_declined_then_paid(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        session = billing.start(bill, at)
        double.decline(session)
        billing.deliver(double, at)
        converging.look_at_invoice(bill, at=at)
        bill.refresh_from_db()
        assert bill.status == "open" and Attempt.objects.get().status == "open" and not Payment.objects.exists()
        double.pay(session)
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_a_wallet_that_refused_leaves_the_invoice_open(self, at, double) -> None:
        bill = billing.invoice(at)
        double.pay_wallet(billing.start(bill, at), outcome="failed")
        billing.deliver(double, at)
        bill.refresh_from_db()
        assert bill.status == "open" and not Payment.objects.exists()
        assert go(bill, at)
        billing.assert_whole(at, double)

    def test_a_wallet_that_answers_later(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        session = billing.start(bill, at)
        double.pay_wallet(session, outcome="delayed")
        billing.deliver(double, at)
        assert go(bill, at) is None  # complete, the money on its way: no second page
        double.settle_payment(session)
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_a_wallet_that_failed_later_may_be_tried_again(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        session = billing.start(bill, at)
        double.pay_wallet(session, outcome="delayed")
        double.settle_payment(session, succeeded=False)
        billing.deliver(double, at)
        assert Attempt.objects.get().status == "closed"
        double.pay(billing.start(bill, at))
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_an_expired_page_is_closed(self, at, double) -> None:
        double.store.offset = -3 * 3600.0
        bill = billing.invoice(at - 3 * HOUR)
        billing.start(bill, at - 3 * HOUR)
        double.advance(3 * 3600)
        billing.deliver(double, at)
        assert Attempt.objects.get().status == "closed"
        bill.refresh_from_db()
        assert bill.status == "open"
        billing.assert_whole(at, double)

    def test_an_expired_page_nobody_told_of_is_closed_by_the_sweeper(self, at, double) -> None:
        billing.start(billing.invoice(at), at)
        double.advance(3 * 3600)
        double.lose_deliveries()
        billing.sweep(at + 3 * HOUR)
        assert Attempt.objects.get().status == "closed"

    def test_an_attempt_without_a_page_is_closed_when_its_time_is_over(self, at, double) -> None:
        bill = billing.invoice(at)
        double.fault("drop", "POST /v1/checkout/sessions", times=2)
        with refused("payment.unreachable"):
            go(bill, at)
        billing.sweep(at + HOUR)
        assert Attempt.objects.get().status == "open"
        billing.sweep(at + 3 * HOUR)
        assert Attempt.objects.get().status == "closed"

    def test_a_payment_on_a_page_whose_address_was_lost(self, at, double) -> None:
        """The answer never came, yet somebody paid: found by our own metadata."""
        bill = billing.invoice(at, attended=True)
        double.fault("drop", "POST /v1/checkout/sessions", when="after", times=2)
        with refused("payment.unreachable"):
            go(bill, at)
        (session,) = double.store.all("checkout.session")
        double.pay(session["id"])
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)

    def test_choosing_another_tier_closes_the_page(self, at, double) -> None:
        bill = billing.invoice(at)
        session = billing.start(bill, at)
        applications.withdraw(bill.application_id, by=bill.person, at=at)
        billing.sweep(at)
        assert double.get(session)["status"] == "expired"
        assert Attempt.objects.get().status == "closed"
        billing.assert_whole(at, double)

    def test_a_silent_provider_stops_nobody_for_good(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        double.deliver(billing.webhook)
        double.fault("drop", times=30)
        billing.sweep(timezone.now())
        assert WebhookEvent.objects.filter(status="failed").exists()
        double.faults.calm()
        later = timezone.now() + 10 * MINUTE
        billing.sweep(later)
        assert_paid_once(bill, later, double)

    def test_a_revoked_key_is_found_by_the_next_run(self, at, double, settings) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        right, settings.STRIPE_SECRET_KEY = settings.STRIPE_SECRET_KEY, "sk_test_revoked"
        billing.sweep(at + 5 * MINUTE)
        settings.STRIPE_SECRET_KEY = right
        billing.sweep(at + 10 * MINUTE)
        billing.deliver(double, at)
        assert_paid_once(bill, at, double)


class TestOrderOfConditions:
    def test_paid_before_attending(self, at, double) -> None:
        payment = billing.paid(at, double)
        application = Application.objects.get(person=payment.person)
        assert application.status == "approved" and application.paid_at == payment.received_at
        assert application.tier.code == "member"
        billing.assert_whole(at, double)

    def test_captured_in_time_though_told_after_the_deadline(self, at, double) -> None:
        """The instant of capture decides; the clock's sweep comes later."""
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        late = at + 60 * DAY
        converging.look_at_invoice(bill, at=late)
        bill.refresh_from_db()
        assert bill.status == "paid" and billing.status_of(bill.person) == "admitted"

    def test_the_trail_says_who_did_what(self, at, double) -> None:
        payment = billing.paid(at, double)
        actions = [entry.action for entry in audit.trail(payment.invoice)]
        assert actions == ["invoice.issue", "invoice.pay"]
        assert [entry.new for entry in audit.trail(payment)] == ["applied"]
