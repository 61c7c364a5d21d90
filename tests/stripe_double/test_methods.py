"""Saved cards: kept with the payer's page, charged while they are away, detached for good."""

from __future__ import annotations

import pytest
import stripe

from devtools.stripe_double import NotSimulated

KEEP = {
    "allowed_payment_method_types": ["card"],
    "payment_method_options": None,
    "customer_creation": "always",
    "payment_intent_data": {"setup_future_usage": "off_session"},
}


@pytest.fixture
def kept(double, client, new_session):
    """Pays with a card that is kept; the paid intent with the method expanded."""

    def keep(card: str = "4242424242424242") -> stripe.PaymentIntent:
        session = new_session(**KEEP)
        double.pay(session.id, card)
        if double.get(session.id)["status"] == "open":
            double.authenticate(session.id)
        intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
        return client.v1.payment_intents.retrieve(intent, {"expand": ["payment_method", "customer"]})

    return keep


def charge(client, intent, key: str = "k1", **changes) -> stripe.PaymentIntent:
    params = {
        "amount": 380_000, "currency": "cny", "customer": intent.customer.id, "payment_method": intent.payment_method.id,
        "off_session": True, "confirm": True, "metadata": {"attempt": key}, "allowed_payment_method_types": ["card"],
    }  # fmt: skip
    return client.v1.payment_intents.create({**params, **changes}, {"idempotency_key": key})


def test_a_card_is_kept_for_a_customer(double, kept):
    intent = kept()
    assert (intent.setup_future_usage, intent.customer.email) == ("off_session", "customer@demo.test")
    card = intent.payment_method.card
    assert (card.last4, card.exp_month, card.exp_year, card.brand) == ("4242", 12, 2034, "visa")
    assert intent.payment_method.customer == intent.customer.id
    assert {"customer.created", "payment_method.attached"} <= {event["type"] for event in double.events()}


def test_wallets_are_not_offered_where_something_is_kept(new_session):
    session = new_session(payment_intent_data={"setup_future_usage": "off_session"}, customer_creation="always")
    assert session.payment_method_types == ["card"]


def test_without_the_wish_nothing_is_kept(double, client, new_session):
    session = new_session()
    double.pay(session.id)
    assert double.get(session.id)["customer"] is None and not double.store.all("customer")
    [method] = double.store.all("payment_method")
    assert method["customer"] is None and "alipay" not in method


@pytest.mark.parametrize("card", ["4242424242424242", "4000002500003155"])
def test_charged_while_the_customer_is_away(double, client, kept, card):
    before = kept(card)
    paid = charge(client, before)
    assert (paid.status, paid.amount_received, paid.customer) == ("succeeded", 380_000, before.customer.id)
    assert charge(client, before).id == paid.id, "the same key charges once"
    assert [i.id for i in client.v1.payment_intents.list({"customer": before.customer.id}).data][0] == paid.id
    assert len(double.store.all("balance_transaction")) == 2


@pytest.mark.parametrize(
    ("card", "code", "decline_code", "charges"),
    [
        ("4000000000000341", "card_declined", "generic_decline", 2),
        ("4000002760003184", "authentication_required", "authentication_required", 1),
    ],
)
def test_the_bank_says_no(double, client, kept, card, code, decline_code, charges):
    before = kept(card)
    with pytest.raises(stripe.CardError) as caught:
        charge(client, before)
    told = caught.value.error
    assert (caught.value.http_status, told.code, told.decline_code) == (402, code, decline_code)
    intent = client.v1.payment_intents.retrieve(told.payment_intent.id)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", code)
    assert len(double.store.all("charge")) == charges and len(double.store.all("balance_transaction")) == 1
    with pytest.raises(stripe.CardError):
        charge(client, before)
    assert len(double.store.all("payment_intent")) == 2, "the same key is told the same"


def test_detached_it_can_not_be_charged(double, client, kept):
    before = kept()
    assert client.v1.payment_methods.detach(before.payment_method.id).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        charge(client, before)
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        client.v1.payment_methods.detach(before.payment_method.id)
    [event] = double.events("payment_method.detached")
    assert event["data"]["previous_attributes"] == {"customer": before.customer.id}


def test_nobody_elses_card(client, kept):
    one, other = kept(), kept()
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        charge(client, one, payment_method=other.payment_method.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        charge(client, one, key="k2", customer="cus_nobody")


def test_only_what_is_played_is_answered(client, kept):
    with pytest.raises(NotSimulated):
        charge(client, kept(), off_session=False)
