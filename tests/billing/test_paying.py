"""Paying through the provider's page: what the payer, the webhook, the return page and the sweeper each bring about."""

import pytest

from community.billing.models import Attempt, Payment
from community.members.models import Term
from tests.billing import make as billing
from tests.billing.make import FEE

pytestmark = pytest.mark.django_db


def test_a_card_pays_and_the_webhook_admits(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    double.pay(billing.start(bill, at))
    billing.deliver(double, at)
    bill.refresh_from_db()
    assert bill.status == "paid" and bill.paid_at is not None
    payment = Payment.objects.get()
    assert (payment.status, payment.amount, payment.currency) == ("applied", FEE, "CNY")
    assert billing.status_of(bill.person) == "admitted"
    assert Term.objects.count() == 1
    assert Attempt.objects.get().status == "complete"
    billing.assert_whole(at, double)
