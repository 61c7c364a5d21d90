"""Cases of paying that no other file tells: interrupted, out of order, at the edges (tests/README.md has them all)."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from community.billing.models import Attempt, Invoice, Line, Payment, Price, WebhookEvent
from community.billing.services import inbox, ledger, reconciling
from community.kernel.days import day_of
from devtools.stripe_double import Account
from tests.billing import make as billing
from tests.billing.make import FEE, HOUR, MINUTE
from tests.billing.payouts import send, statement

pytestmark = pytest.mark.django_db
ASKS_BACK = "4000000000003220"  # the bank wants the payer to confirm


def browser(bill: Invoice) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(bill.person)
    return client


def test_a_confirmation_that_was_abandoned_leaves_the_page_open(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    session = billing.start(bill, at)
    double.pay(session, ASKS_BACK)
    billing.deliver(double, at)
    billing.sweep(at + 5 * MINUTE)
    assert not Payment.objects.exists() and Attempt.objects.get().status == "open"
    double.authenticate(session, succeeded=False)
    billing.deliver(double, at)
    assert not Payment.objects.exists() and billing.start(bill, at + 6 * MINUTE) == session
    double.pay(session)
    billing.deliver(double, at)
    assert Payment.objects.get().status == "applied" and billing.status_of(bill.person) == "admitted"
    billing.assert_whole(at, double)


def test_a_price_that_changes_while_the_page_is_open_changes_nothing(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    session = billing.start(bill, at)
    Price.objects.create(tier=bill.tier, amount=FEE + 100, valid_from_on=day_of(at))
    assert billing.start(bill, at + MINUTE) == session
    double.pay(session)
    billing.deliver(double, at)
    assert (Payment.objects.get().status, Payment.objects.get().amount) == ("applied", FEE)
    billing.assert_whole(at, double)


def test_a_wallet_that_is_not_offered_is_said_in_the_log_and_the_rest_can_be_paid(at, double) -> None:
    double.account = Account(methods=("card",))
    bill = billing.invoice(at, attended=True)
    with capture_logs() as lines:
        session = billing.start(bill, at)
    missing = next(line for line in lines if line["event"] == "payment_methods_not_offered")
    assert missing["methods"] == ["alipay", "wechat_pay"]
    double.pay(session)
    billing.deliver(double, at)
    assert Payment.objects.get().status == "applied"


def test_the_return_page_believes_nothing_in_its_address(at, double) -> None:
    """Nothing was paid here; somebody else's page was."""
    bill, other = billing.invoice(at), billing.invoice(at)
    billing.start(bill, at)
    paid = billing.start(other, at)
    double.pay(paid)
    address = f"/billing/invoices/{bill.number}/return/"
    for query in ("", f"?session_id={paid}", f"?session={paid}&status=complete", "?cancelled=1"):
        assert browser(bill).get(address + query).status_code == 200
    assert not Payment.objects.exists()
    billing.deliver(double, at)
    assert Payment.objects.get().invoice == other
    bill.refresh_from_db()
    assert bill.status == "open"


def test_the_database_was_away_when_the_webhook_came(at, double, monkeypatch) -> None:
    """The provider is told no and comes again; nothing is half stored."""
    bill = billing.invoice(at, attended=True)
    double.pay(billing.start(bill, at))

    def away(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as outage:
        outage.setattr(inbox, "store", away)
        client = Client(raise_request_exception=False)
        done = double.deliver(
            lambda body, headers: client.post(
                "/webhooks/stripe/", body, content_type="application/json",
                headers={"stripe-signature": headers["Stripe-Signature"]},
            )
        )  # fmt: skip
    assert done and all(one.status >= 500 for one in done) and not WebhookEvent.objects.exists()
    double.store.offset -= HOUR.total_seconds()
    double.advance(HOUR.total_seconds())
    for waiting in double.store.deliveries:
        waiting["due_at"] = double.now
    billing.deliver(double, at)
    assert Payment.objects.get().status == "applied"
    billing.assert_whole(at, double)


def test_a_payout_moves_the_balance_to_the_bank_once(at, double) -> None:
    billing.paid(at, double, attended=True)
    send(double, at)
    for hours in (1, 30):
        reconciling.run(at=timezone.now() + hours * HOUR)
    assert ledger.balances()[Line.Account.TRANSIT, "HKD"] == 250_000
    for _ in range(2):
        statement(at, "2500", serials=("ONCE",))
    books = ledger.balances()
    found = double.client(max_network_retries=0).v1.balance.retrieve()
    assert (books[Line.Account.BANK, "HKD"], books[Line.Account.TRANSIT, "HKD"]) == (250_000, 0)
    assert books[Line.Account.STRIPE, "HKD"] == sum(part.amount for part in [*found.available, *found.pending])
    assert (Line.Account.STRIPE, "CNY") not in books or books[Line.Account.STRIPE, "CNY"] == 0
    billing.assert_whole(at)
