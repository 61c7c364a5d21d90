"""R19: auto-renewal is switched off, by its owner or with the membership: nothing more is taken, and the card goes."""

import pytest
from django.core import signing

from community.billing import notifications
from community.billing.models import AutoRenewal, CardCharge, Invoice, Payment, Refund
from community.billing.services import auto_renewals, charging, converging, leaving
from community.kernel.days import day_of, start_of
from community.kernel.models import AuditEntry
from community.members import policies
from community.members.models import Term
from community.members.services import applications, erasing, renewing
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, HOUR, MINUTE
from tests.billing.test_auto_renewals import intents, letters, press

pytestmark = pytest.mark.django_db


class TestSwitchingOff:
    def test_one_tap_and_the_card_goes_away(self, at, double, client):
        charge = billing.announced(at, double)
        person, found = charge.invoice.person, charge.auto_renewal
        client.force_login(person)
        assert client.get("/billing/auto-renewal/off/").status_code == 405
        assert client.post("/billing/auto-renewal/off/").status_code == 302
        assert client.post("/billing/auto-renewal/off/").status_code == 302
        found.refresh_from_db()
        assert (found.status, found.why, found.stopped_by) == ("off", "cancelled", person)
        billing.sweep(at + HOUR)
        assert double.get(found.method_id)["customer"] is None and not intents(double)
        assert AuditEntry.objects.filter(action="auto_renewal.stop").count() == 1
        assert len(letters(person, "auto_renewal_off")) == 1
        charge.refresh_from_db()
        assert charge.outcome == "withdrawn" and policies.standing_of(person, day_of(at)) == "active"
        billing.assert_whole(at, double)

    def test_from_the_letter_by_a_post_without_signing_in(self, at, double, client):
        charge = billing.announced(at, double)
        path = letters(charge.invoice.person, "renewal_by_card")[0].context["off_path"]
        assert client.get(path).status_code == 200
        assert AutoRenewal.objects.get().status == "on"
        assert client.post(path).status_code == 302
        assert AutoRenewal.objects.get().status == "off" and client.get(path).status_code == 200

    def test_a_forged_link_does_not_exist(self, at, double, client):
        found = billing.announced(at, double).auto_renewal
        other = signing.Signer(salt=notifications.QUIET).sign(found.public_id)
        nobody = signing.Signer(salt=notifications.SWITCH_OFF).sign("nobody")
        for token in (found.public_id, f"{found.public_id}:x", other, nobody):
            assert client.post(f"/billing/auto-renewal/off/{token}/").status_code == 404
        assert AutoRenewal.objects.get().status == "on"

    def test_off_before_the_money_was_booked_all_of_it_goes_back(self, at, double):
        """Charged, the answer lost, switched off meanwhile: off means off."""
        charge = billing.announced(at, double)
        double.fault("drop", on="POST /v1/payment_intents", when="after", times=2)
        billing.sweep(at)
        auto_renewals.stop(charge.auto_renewal, by=charge.invoice.person, at=at)
        for minute in (3, 6, 9):
            billing.sweep(at + minute * MINUTE)
        payment, refund = Payment.objects.get(), Refund.objects.get()
        assert (payment.case, refund.origin, refund.status) == ("auto_off", "auto_off", "succeeded")
        assert Term.objects.filter(person=charge.invoice.person).count() == 1
        billing.assert_whole(at, double)

    def test_off_after_it_was_booked_the_year_stays(self, at, double):
        charge = billing.announced(at, double)
        billing.sweep(at)
        auto_renewals.stop(charge.auto_renewal, by=charge.invoice.person, at=at)
        billing.sweep(at + 3 * MINUTE)
        assert Payment.objects.get().status == "applied" and not Refund.objects.exists()

    def test_begun_and_off_before_the_call_nothing_is_called(self, at, double):
        charge = billing.announced(at, double)
        attempt = charging.begin(charge.pk, at=at)
        auto_renewals.stop(charge.auto_renewal, by=None, at=at)
        assert attempt is not None and converging.press(attempt, at=at, fresh=True) == "closed"
        assert not intents(double) and not letters(charge.invoice.person, "card_declined")

    def test_a_silent_provider_is_asked_again_to_let_the_card_go(self, at, double):
        found = billing.announced(at, double).auto_renewal
        double.fault("drop", on="POST /v1/payment_methods/*", times=2)
        auto_renewals.stop(found, by=None, at=at)
        billing.sweep(at)
        assert double.get(found.method_id)["customer"]
        billing.sweep(at + 3 * MINUTE)
        assert double.get(found.method_id)["customer"] is None
        found.refresh_from_db()
        assert found.detached_at == at + 3 * MINUTE

    def test_whoever_leaves_or_expires_takes_the_card_along(self, at, double):
        left, over = billing.announced(at, double), billing.announced(at, double, days=3)
        leaving.leave(left.invoice.person, reason="moving", at=at)
        Invoice.objects.filter(pk=over.invoice_id).update(due_at=at + 90 * DAY)
        CardCharge.objects.filter(pk=over.pk).update(look_at=at + 90 * DAY)
        assert renewing.expire_all_due(at=start_of(over.invoice.renews.ends_on) + 15 * DAY) == 1
        assert {a.why for a in AutoRenewal.objects.all()} == {"membership_over"}
        billing.sweep(at + 30 * DAY)
        assert not AutoRenewal.objects.filter(detached_at=None).exists() and not intents(double)

    def test_an_application_that_ends_takes_it_along_and_erasing_forgets_the_card(self, at, double):
        bill = billing.invoice(at)
        double.pay(press(bill, at, auto_renew=True))
        billing.deliver(double, at)
        applications.withdraw(bill.application_id, by=bill.person, at=at)
        found = AutoRenewal.objects.get()
        assert (found.status, found.why) == ("off", "membership_over")
        billing.work(at)
        billing.sweep(at + 3 * MINUTE)
        erasing.erase(bill.person_id, by=make.person(roles=("administrator",)), at=at + DAY)
        found.refresh_from_db()
        assert (found.last4, found.brand) == ("", "") and found.consent and found.detached_at

    def test_a_membership_that_ends_before_the_card_is_on_record_keeps_none(self, at, double, monkeypatch):
        """Paid, and the worker stopped before it wrote the card down; meanwhile the application was withdrawn."""
        bill = billing.invoice(at)
        double.pay(press(bill, at, auto_renew=True))
        with monkeypatch.context() as stopped:
            stopped.setattr(converging.auto_renewals, "keep", lambda *_, **__: None)
            billing.deliver(double, at)
        applications.withdraw(bill.application_id, by=bill.person, at=at)
        converging.converge(intents(double)[-1]["id"], at=at)
        billing.sweep(at + 3 * MINUTE)
        found = AutoRenewal.objects.get()
        assert (found.status, found.why) == ("off", "membership_over") and found.detached_at
        assert double.get(found.method_id)["customer"] is None

    def test_a_change_of_mind_takes_it_along(self, at, double):
        bill = billing.invoice(at, attended=True)
        double.pay(press(bill, at, auto_renew=True))
        billing.deliver(double, at)
        leaving.change_mind(bill.person, at=at + HOUR)
        assert AutoRenewal.objects.get().status == "off"
