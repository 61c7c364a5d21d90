"""R9, R18: money going back: by itself after a lapse, by the treasurer, from the dashboard; once, and never too much."""

import pytest

from community.billing import gateway, selectors
from community.billing.models import Journal, Payment, Refund
from community.billing.services import invoicing, receiving, refunds
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.kernel.money import Money
from community.members.models import Application, Term
from community.members.services import admission, applications, clock
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR, MINUTE

pytestmark = pytest.mark.django_db


def treasurer():
    return make.person("方诚", roles=("treasurer",))


def give_back(payment: Payment, at, reason: str = "asked within 72 hours") -> Refund:
    return refunds.refund_payment(payment, by=treasurer(), reason=reason, at=at)


def lapse(payment: Payment, at) -> None:
    assert clock.lapse_if_due(payment.person_id, at=at)


def later(payment: Payment):
    return Application.objects.get(person=payment.person).clock_ends_at


class TestAfterALapse:
    def test_every_yuan_goes_back_by_itself(self, at, double) -> None:
        payment = billing.paid(at, double)
        end = later(payment)
        lapse(payment, end)
        (refund,) = payment.refunds.all()
        assert (refund.status, refund.amount, refund.origin) == ("requested", FEE, "application")
        assert double.store.all("refund") == []  # nothing under a lock
        billing.sweep(end)
        billing.deliver(double, end)
        payment.refresh_from_db()
        payment.invoice.refresh_from_db()
        assert (payment.status, payment.invoice.status) == ("refunded", "refunded")
        assert billing.status_of(payment.person) == "lapsed"
        assert Message.objects.filter(kind="billing/refund").count() == 1
        assert billing.books("deferred_income") == 0 and billing.books("stripe") == 0
        billing.assert_whole(end, double)

    def test_withdrawn_after_paying(self, at, double) -> None:
        payment = billing.paid(at, double)
        applications.withdraw(payment.invoice.application_id, by=payment.person, at=at)
        billing.sweep(at)
        payment.refresh_from_db()
        assert payment.status == "refunded" and billing.status_of(payment.person) == "withdrawn"
        billing.assert_whole(at, None)

    def test_held_money_of_the_application_goes_back_too(self, at) -> None:
        bill = billing.invoice(at)
        held = receiving.receive(bill.pk, receiving.Receipt("bank", "slip-1", Money(FEE - 1), at), at=at)
        assert clock.lapse_if_due(bill.person_id, at=at + 40 * DAY)
        assert held.refunds.get().amount == FEE - 1

    def test_a_late_roster_drops_what_was_not_sent(self, at, double) -> None:
        payment = billing.paid(at, double)
        end = later(payment)
        lapse(payment, end)
        admission.record_attendance(payment.person_id, began_at=end - HOUR, by=None, at=end + DAY)
        (refund,) = payment.refunds.all()
        assert refund.status == "dropped"
        assert billing.status_of(payment.person) == "admitted"
        assert Application.objects.get().paid_at == payment.received_at
        billing.sweep(end + DAY)
        assert double.store.all("refund") == []
        billing.deliver(double, end + DAY)
        billing.assert_whole(end + DAY, double)

    def test_after_a_sent_one_the_fee_is_asked_again(self, at, double) -> None:
        payment = billing.paid(at, double)
        end = later(payment)
        lapse(payment, end)
        billing.sweep(end)
        admission.record_attendance(payment.person_id, began_at=end - HOUR, by=None, at=end + DAY)
        assert billing.status_of(payment.person) == "approved"
        again = invoicing.choose_tier(payment.person, "member", at=end + DAY)
        assert again.status == "open" and again != payment.invoice
        receiving.receive(again.pk, receiving.Receipt("bank", "b1", Money(FEE), end + DAY), at=end + DAY)
        assert billing.status_of(payment.person) == "admitted"

    def test_the_news_of_the_old_refund_does_not_undo_the_new_payment(self, at, double) -> None:
        """A wallet's refund takes days; the fee is paid anew meanwhile."""
        bill = billing.invoice(at)
        double.pay_wallet(billing.start(bill, at))
        billing.deliver(double, at)
        payment = Payment.objects.get()
        end = later(payment)
        lapse(payment, end)
        billing.sweep(end)
        assert payment.refunds.get().status == "pending"
        admission.record_attendance(payment.person_id, began_at=end - HOUR, by=None, at=end + HOUR)
        again = invoicing.choose_tier(payment.person, "member", at=end + HOUR)
        receiving.receive(again.pk, receiving.Receipt("bank", "b1", Money(FEE), end + HOUR), at=end + HOUR)
        double.settle_refund(payment.refunds.get().external_id)
        billing.deliver(double, end + HOUR)
        assert billing.status_of(payment.person) == "admitted" and Term.objects.filter(voided_at=None).count() == 1
        payment.refresh_from_db()
        assert payment.status == "refunded"
        billing.assert_whole(end + HOUR, None)


class TestTheTreasurer:
    def test_a_refund_in_full_undoes_the_admission_when_it_has_arrived(self, at, double) -> None:
        payment = billing.paid(at, double, attended=True)
        refund = give_back(payment, at)
        assert billing.status_of(payment.person) == "admitted"
        refunds.send(refund.pk, at=at)
        payment.refresh_from_db()
        assert payment.status == "refunded" and billing.status_of(payment.person) == "withdrawn"
        assert Term.objects.get().voided_at == at
        billing.deliver(double, at)
        billing.assert_whole(at, double)

    def test_a_wallet_refund_ends_nothing_before_it_arrives(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay_wallet(billing.start(bill, at), "wechat_pay")
        billing.deliver(double, at)
        refund = give_back(Payment.objects.get(), at)
        refunds.send(refund.pk, at=at)
        refund.refresh_from_db()
        assert refund.status == "pending" and billing.status_of(bill.person) == "admitted"
        assert billing.books("stripe") == 0  # it has left our balance
        billing.assert_whole(at, double)
        double.settle_refund(refund.external_id)
        billing.deliver(double, at)
        refund.refresh_from_db()
        assert refund.status == "succeeded" and billing.status_of(bill.person) == "withdrawn"
        assert Journal.objects.filter(refund=refund).count() == 1
        billing.assert_whole(at, double)

    def test_a_refund_that_nobody_told_of_is_asked_about(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay_wallet(billing.start(bill, at))
        billing.deliver(double, at)
        refund = give_back(Payment.objects.get(), at)
        billing.sweep(at)
        double.settle_refund(double.store.all("refund")[0]["id"])
        double.lose_deliveries()
        billing.sweep(at + HOUR)
        refund.refresh_from_db()
        assert refund.status == "succeeded" and billing.status_of(bill.person) == "withdrawn"

    def test_never_more_than_was_paid(self, at, double) -> None:
        payment = billing.paid(at, double)
        refund = give_back(payment, at)
        with pytest.raises(RuleBroken, match="refund.nothing_left"):
            give_back(payment, at)
        refunds.send(refund.pk, at=at)
        with pytest.raises(RuleBroken, match="refund.nothing_left"):
            give_back(payment, at)

    def test_of_held_money_ends_nothing(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        session = billing.start(bill, at)
        double.store.get("checkout.session", session)["amount_total"] = 5000
        double.pay(session)
        billing.deliver(double, at)
        held = Payment.objects.get()
        give_back(held, at)
        billing.deliver(double, at)
        held.refresh_from_db()
        bill.refresh_from_db()
        assert (held.status, bill.status, billing.status_of(bill.person)) == ("refunded", "open", "approved")
        assert billing.books("suspense") == 0
        billing.assert_whole(at, double)


class TestSending:
    def test_sent_twice_at_once_it_goes_once(self, at, double) -> None:
        refund = give_back(billing.paid(at, double), at)
        refunds.send(refund.pk, at=at)
        refunds.send(refund.pk, at=at)
        billing.sweep(at + DAY)
        assert len(double.store.all("refund")) == 1

    def test_an_answer_that_was_lost(self, at, double) -> None:
        refund = give_back(billing.paid(at, double), at)
        double.fault("drop", "POST /v1/refunds", when="after", times=2)
        with pytest.raises(gateway.Unreachable):
            refunds.send(refund.pk, at=at)
        refund.refresh_from_db()
        assert refund.status == "sending"
        billing.sweep(at + MINUTE)
        refund.refresh_from_db()
        assert refund.status == "sending"  # leased
        double.store.keys.clear()  # the provider forgot the key: found again by our own mark
        billing.sweep(at + HOUR)
        refund.refresh_from_db()
        assert refund.status == "succeeded" and len(double.store.all("refund")) == 1
        billing.deliver(double, at + HOUR)
        billing.assert_whole(at + HOUR, double)

    def test_the_webhook_was_faster_than_the_answer(self, at, double, monkeypatch) -> None:
        refund = give_back(billing.paid(at, double), at)
        real = gateway.refund

        def slow(**about):
            sent = real(**about)
            billing.deliver(double, at)
            return sent

        monkeypatch.setattr(gateway, "refund", slow)
        refunds.send(refund.pk, at=at)
        assert Journal.objects.filter(refund=refund).count() == 1
        billing.assert_whole(at, double)

    def test_a_refused_one_stays_on_record_and_is_tried_anew(self, at, double) -> None:
        payment = billing.paid(at, double)
        first = give_back(payment, at)
        double.store.get("charge", double.store.all("charge")[0]["id"])["refunded"] = True
        double.store.all("charge")[0]["amount_refunded"] = FEE
        double.store.get("charge", double.store.all("charge")[0]["id"])["amount_refunded"] = FEE
        refunds.send(first.pk, at=at)
        first.refresh_from_db()
        assert first.status == "failed" and first.error
        assert first in selectors.refunds_to_watch()
        second = give_back(payment, at)
        assert second.key != first.key
        assert first not in selectors.refunds_to_watch() and second in selectors.refunds_to_watch()
        assert not Journal.objects.filter(refund=first).exists()

    def test_pending_then_failed_the_money_is_here_again(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay_wallet(billing.start(bill, at))
        billing.deliver(double, at)
        payment = Payment.objects.get()
        refund = give_back(payment, at)
        refunds.send(refund.pk, at=at)
        refund.refresh_from_db()
        double.fail_refund(refund.external_id)
        billing.deliver(double, at)
        refund.refresh_from_db()
        payment.refresh_from_db()
        assert (refund.status, payment.status) == ("failed", "applied")
        assert billing.status_of(bill.person) == "admitted"
        assert billing.books("stripe") == FEE and billing.books("deferred_income") == -FEE
        assert give_back(payment, at).status == "requested"
        billing.deliver(double, at)
        billing.assert_whole(at, double)

    def test_arrived_then_failed_the_money_is_a_named_case(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at), card="4000000000007726")
        billing.deliver(double, at)
        payment = Payment.objects.get()
        refund = give_back(payment, at)
        refunds.send(refund.pk, at=at)
        refund.refresh_from_db()
        if refund.status == "pending":
            double.settle_refund(refund.external_id)
            billing.deliver(double, at)
        assert billing.status_of(bill.person) == "withdrawn"
        double.fail_refund(refund.external_id)
        billing.deliver(double, at)
        payment.refresh_from_db()
        assert (payment.status, payment.case) == ("held", "refund_failed")
        assert billing.books("suspense") == -FEE and payment in selectors.unmatched()
        billing.assert_whole(at, double)

    def test_late_news_changes_nothing(self, at, double) -> None:
        payment = billing.paid(at, double)
        refund = give_back(payment, at)
        refunds.send(refund.pk, at=at)
        refund.refresh_from_db()
        for status in ("pending", "succeeded", "pending"):
            refunds.record(
                gateway.SentRefund(refund.external_id, payment.external_id, status, refund.money, {}, ""), at=at
            )
        refund.refresh_from_db()
        assert refund.status == "succeeded" and Journal.objects.filter(refund=refund).count() == 1


class TestFromTheDashboard:
    def test_a_full_one_is_absorbed_and_has_its_effect(self, at, double) -> None:
        payment = billing.paid(at, double, attended=True)
        double.dashboard_refund(payment.external_id)
        billing.deliver(double, at)
        refund = Refund.objects.get()
        assert (refund.origin, refund.status, refund.amount) == ("provider", "succeeded", FEE)
        assert billing.status_of(payment.person) == "withdrawn"
        billing.assert_whole(at, double)

    def test_a_part_ends_nothing(self, at, double) -> None:
        payment = billing.paid(at, double, attended=True)
        double.dashboard_refund(payment.external_id, 100_000)
        billing.deliver(double, at)
        payment.refresh_from_db()
        assert payment.status == "applied" and payment.refundable() == FEE - 100_000
        assert billing.status_of(payment.person) == "admitted"
        billing.assert_whole(at, double)
        give_back(payment, at)
        billing.deliver(double, at)
        assert billing.status_of(payment.person) == "withdrawn"
        billing.deliver(double, at)
        billing.assert_whole(at, double)

    def test_ours_that_waits_gives_way(self, at, double) -> None:
        payment = billing.paid(at, double)
        ours = give_back(payment, at)
        double.dashboard_refund(payment.external_id)
        for event in double.events():
            if event["type"].startswith("refund."):
                from community.billing.services import converging

                converging.converge(event["data"]["object"]["id"], at=at)
        ours.refresh_from_db()
        assert ours.status == "dropped"
        assert Refund.objects.get(origin="provider").status == "succeeded"
        billing.deliver(double, at)
        billing.assert_whole(at, double)
