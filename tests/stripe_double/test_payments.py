"""The customer's side: paying, being refused, leaving, coming too late."""

from __future__ import annotations

import pytest
import stripe

from devtools.stripe_double import Account, NotOpen, StripeDouble

from .conftest import START, session_params


def types(double):
    return [event["type"] for event in double.events()]


def test_a_new_session_is_open_and_has_no_intent_yet(new_session):
    session = new_session(locale="zh")
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (380_000, "cny", False)
    assert session.payment_method_types == ["card", "alipay", "wechat_pay"]
    assert session.adaptive_pricing.enabled is False
    assert session.metadata["invoice"] == "2026-000001"
    assert session.client_reference_id == "person-1"
    assert session.url.endswith(session.id)
    assert session.locale == "zh"


def test_paying_by_card(double, client, new_session):
    session = new_session(customer_email="li@club.test")
    double.pay(session.id)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.email == "li@club.test"
    intent = paid.payment_intent
    assert (intent.status, intent.amount_received, intent.metadata["invoice"]) == ("succeeded", 380_000, "2026-000001")
    charge = intent.latest_charge
    assert (charge.paid, charge.payment_method_details.card.last4) == (True, "4242")
    assert paid.line_items.data[0].description == "正式会员 · 年费"
    assert types(double) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


def test_settlement_in_another_currency_with_fees(double, client, new_session):
    double.pay(new_session().id)
    entry = client.v1.balance_transactions.list().data[0]
    assert (entry.amount, entry.currency, entry.exchange_rate) == (412_300, "hkd", 1.085)
    assert (entry.fee, entry.net) == (14_253, 398_047)  # 3.4 % = 14 018.2, and 2.35
    assert entry.source == client.v1.charges.list().data[0].id


def test_an_account_that_settles_in_yuan():
    account = Account(settles_in="cny", rates={}, fee_percent="2.9", fee_fixed=0, methods=("card",))
    double = StripeDouble(account=account, clock=lambda: START)
    session = double.client().v1.checkout.sessions.create(session_params())
    assert session.payment_method_types == ["card"]  # what the account may not use is dropped without a word
    double.pay(session.id)
    entry = double.store.all("balance_transaction")[0]
    assert (entry["amount"], entry["fee"], entry["exchange_rate"]) == (380_000, 11_020, None)


def test_no_method_left_is_refused(new_session):
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        new_session(allowed_payment_method_types=["paypal"])


def test_declined_then_paid(double, client, new_session):
    session = new_session()
    double.decline(session.id)
    after = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (after.status, after.payment_intent.status) == ("open", "requires_payment_method")
    assert after.payment_intent.last_payment_error.decline_code == "generic_decline"
    double.pay(session.id)
    again = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert again.payment_intent.id == after.payment_intent.id
    assert again.payment_intent.last_payment_error is None
    assert "payment_intent.payment_failed" in types(double)
    assert len(client.v1.balance_transactions.list().data) == 1


@pytest.mark.parametrize(
    ("number", "decline_code"),
    [("4000 0000 0000 9995", "insufficient_funds"), ("4111111111111111", "test_mode_live_card"), ("1234", None)],
)
def test_other_cards_that_are_refused(double, new_session, number, decline_code):
    session = double.pay(new_session().id, number)
    assert session["status"] == "open"
    assert double.get(session["payment_intent"])["last_payment_error"].get("decline_code") == decline_code


@pytest.mark.parametrize("method", ["alipay", "wechat_pay"])
def test_paying_by_wallet(double, client, new_session, method):
    session = double.pay_wallet(new_session().id, method)
    assert session["payment_status"] == "paid"
    intent = client.v1.payment_intents.retrieve(session["payment_intent"], {"expand": ["latest_charge"]})
    assert intent.latest_charge.id.startswith("py_")
    assert intent.latest_charge.payment_method_details.type == method


def test_a_wallet_that_answers_later(double, client, new_session):
    for succeeded, event, status in (
        (True, "async_payment_succeeded", "paid"),
        (False, "async_payment_failed", "unpaid"),
    ):
        session = double.pay_wallet(new_session().id, outcome="delayed")
        assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
        session = double.settle_payment(session["id"], succeeded)
        assert session["payment_status"] == status
        assert types(double)[-1] == f"checkout.session.{event}"


def test_a_wallet_that_refuses(double, new_session):
    session = double.pay_wallet(new_session().id, outcome="failed")
    assert session["status"] == "open"
    assert types(double)[-1] == "payment_intent.payment_failed"


def test_three_d_secure(double, new_session):
    session = double.pay(new_session().id, "4000000000003220")
    assert double.get(session["payment_intent"])["status"] == "requires_action"
    assert double.authenticate(session["id"], succeeded=False)["status"] == "open"
    double.pay(session["id"], "4000000000003220")
    assert double.authenticate(session["id"])["payment_status"] == "paid"


def test_a_session_expires_at_its_very_second(double, client, new_session):
    session = new_session()
    double.advance(3599)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    double.advance(1)
    gone = client.v1.checkout.sessions.retrieve(session.id)
    assert (gone.status, gone.url) == ("expired", None)
    event = double.events("checkout.session.expired")[0]
    assert event["created"] == START + 3600
    with pytest.raises(NotOpen, match="expired"):
        double.pay(session.id)


def test_what_falls_due_keeps_its_own_instant_however_far_the_clock_jumps(double, new_session):
    new_session()
    double.advance(90_000)
    assert [e["created"] for e in double.events("checkout.session.expired")] == [START + 3600]


def test_expiring_by_request(double, client, new_session):
    session = new_session()
    double.decline(session.id)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert client.v1.payment_intents.list().data[0].cancellation_reason == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(session.id)
    paid = new_session()
    double.pay(paid.id)
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        client.v1.checkout.sessions.expire(paid.id)


def test_paying_twice_is_impossible(double, new_session):
    session = new_session()
    double.pay(session.id)
    with pytest.raises(NotOpen, match="complete"):
        double.pay_wallet(session.id)


def test_sessions_by_intent_and_status(double, client, new_session):
    open_one, paid = new_session(), double.pay(new_session().id)
    found = client.v1.checkout.sessions.list({"payment_intent": paid["payment_intent"]}).data
    assert [s.id for s in found] == [paid["id"]]
    assert [s.id for s in client.v1.checkout.sessions.list({"status": "open"}).data] == [open_one.id]


def test_the_account(client):
    account = client.v1.accounts.retrieve_current()
    assert (account.country, account.default_currency, account.charges_enabled) == ("HK", "hkd", True)


def test_one_seed_and_one_history_give_the_same_ids():
    def history():
        double = StripeDouble(clock=lambda: START, seed="s")
        double.pay(double.client().v1.checkout.sessions.create(session_params()).id)
        return [event["id"] for event in double.events()]

    assert history() == history()
    assert StripeDouble(seed="t").store.new_id("cs") != StripeDouble(seed="s").store.new_id("cs")


def test_the_balance_is_what_all_movements_leave(double, client, new_session):
    double.pay(new_session().id)
    found = client.v1.balance.retrieve()
    nets = sum(row["net"] for row in double.store.all("balance_transaction"))
    assert nets > 0 and [(part.currency, part.amount) for part in found.pending] == [("hkd", nets)]
    double.advance(3 * 24 * 3600)
    later = client.v1.balance.retrieve()
    assert (later.available[0].amount, later.pending[0].amount) == (nets, 0)
