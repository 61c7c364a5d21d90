"""Refunds and disputes: at once, later, never."""

from __future__ import annotations

import pytest
import stripe

DAY = 24 * 3600


@pytest.fixture
def paid(double, new_session):
    """Pays a session and returns the intent's id."""

    def pay(card="4242424242424242", wallet=None):
        id_ = new_session().id
        return (double.pay_wallet(id_, wallet) if wallet else double.pay(id_, card))["payment_intent"]

    return pay


def test_a_card_is_refunded_at_once(double, client, paid):
    refund = client.v1.refunds.create({"payment_intent": paid(), "metadata": {"refund": "1"}})
    assert (refund.status, refund.amount, refund.metadata["refund"]) == ("succeeded", 380_000, "1")
    charge = client.v1.charges.retrieve(refund.charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 380_000)
    assert [r.id for r in charge.refunds.data] == [refund.id]
    entry = client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (entry.type, entry.amount, entry.fee) == ("refund", -412_300, 0)
    assert [e["type"] for e in double.events()][-2:] == ["refund.created", "charge.refunded"]


def test_parts_up_to_the_whole(client, paid):
    intent = paid()
    client.v1.refunds.create({"payment_intent": intent, "amount": 80_000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": 300_001})
    assert refused.value.param == "amount"
    client.v1.refunds.create({"payment_intent": intent, "amount": 300_000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"
    assert len(client.v1.refunds.list({"payment_intent": intent}).data) == 2


@pytest.mark.parametrize("params", [{}, {"charge": "ch_1", "payment_intent": "pi_1"}, {"amount": 0}])
def test_a_refund_needs_one_target_and_a_sum(client, paid, params):
    if "amount" in params:
        params = {**params, "payment_intent": paid()}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create(params)


@pytest.mark.parametrize("wallet", ["alipay", "wechat_pay"])
def test_a_wallet_is_refunded_later(double, client, paid, wallet):
    refund = client.v1.refunds.create({"payment_intent": paid(wallet=wallet)})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    double.advance(59)
    assert client.v1.refunds.retrieve(refund.id).status == "pending"
    double.advance(1)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    updated = double.events("refund.updated")
    assert [e["data"]["previous_attributes"] for e in updated] == [{"status": "pending"}]
    assert updated[0]["request"] == {"id": None, "idempotency_key": None}


def test_a_refund_that_comes_back_can_be_repeated(double, client, paid):
    intent = paid(wallet="alipay")
    refund = client.v1.refunds.create({"payment_intent": intent})
    double.fail_refund(refund.id)
    failed = client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert client.v1.balance_transactions.retrieve(failed.failure_balance_transaction).amount == 412_300
    assert [e["type"] for e in double.events()][-1] == "refund.failed"
    double.advance(DAY)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    again = client.v1.refunds.create({"payment_intent": intent})
    assert double.settle_refund(again.id)["status"] == "succeeded"


def test_the_asynchronous_test_cards(double, client, paid):
    later = client.v1.refunds.create({"payment_intent": paid("4000000000007726")})
    bounces = client.v1.refunds.create({"payment_intent": paid("4000000000005126")})
    assert (later.status, bounces.status) == ("pending", "succeeded")
    double.advance(60)
    assert client.v1.refunds.retrieve(later.id).status == "succeeded"
    assert client.v1.refunds.retrieve(bounces.id).status == "failed"
    assert client.v1.charges.retrieve(bounces.charge).amount_refunded == 0


@pytest.mark.parametrize(("wallet", "days"), [("alipay", 90), ("wechat_pay", 180)])
def test_a_wallet_has_a_window(double, client, paid, wallet, days):
    intent = paid(wallet=wallet)
    double.advance(days * DAY)
    client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    double.advance(1)
    with pytest.raises(stripe.InvalidRequestError, match=f"{days} days"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 100})


def test_a_refund_made_in_the_dashboard(double, client, paid):
    intent = paid()
    double.dashboard_refund(intent, 1000)
    refund = client.v1.refunds.list({"payment_intent": intent}).data[0]
    assert (refund.amount, refund.metadata.to_dict()) == (1000, {})
    assert double.events("refund.created")[0]["request"]["id"] is None


def test_a_dispute(double, client, paid):
    intent = paid("4000000000000259")
    dispute = client.v1.disputes.list({"payment_intent": intent}).data[0]
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 380_000, "fraudulent")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    double.close_dispute(dispute.id, won=True)
    assert client.v1.disputes.retrieve(dispute.id).status == "won"
    entries = client.v1.balance_transactions.list({"source": dispute.id}).data
    assert [entry.amount for entry in entries] == [412_300, -412_300]
    assert [e["type"] for e in double.events()][-1] == "charge.dispute.closed"
    with pytest.raises(ValueError, match="won"):
        double.close_dispute(dispute.id, won=False)
