"""What Stripe would refuse, the double refuses, with the same parameter named."""

from __future__ import annotations

import types
import typing

import pytest
import stripe
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from devtools.stripe_double import NotSimulated, StripeDouble, request_contract
from devtools.stripe_double.form import decode

from .conftest import START


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"allowed_payment_method_types": ["crad"]}, "allowed_payment_method_types[0]", None),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"adaptive_pricing": {"on": True}}, "adaptive_pricing[on]", "parameter_unknown"),
        ({"adaptive_pricing": {"enabled": "yes"}}, "adaptive_pricing[enabled]", None),
        ({"adaptive_pricing": "off"}, "adaptive_pricing", None),
        ({"expires_at": "tomorrow"}, "expires_at", "parameter_invalid_integer"),
        ({"client_reference_id": ""}, "client_reference_id", "parameter_invalid_empty"),
        (
            {"payment_method_options": {"wechat_pay": {"app_id": "x"}}},
            "payment_method_options[wechat_pay][client]",
            "parameter_missing",
        ),
        (
            {"line_items": [{"price_data": {"unit_amount": 400, "product_data": {"name": "x"}}, "quantity": 1}]},
            "line_items[0][price_data][currency]",
            "parameter_missing",
        ),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "line_items[0][price]", "resource_missing"),
        ({"line_items": None}, "line_items", "parameter_missing"),
        ({"mode": None}, "mode", "parameter_missing"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"cancel_url": "/invoice/"}, "cancel_url", "url_invalid"),
        ({"customer_email": "nobody"}, "customer_email", "email_invalid"),
        ({"metadata": {"k" * 41: "v"}}, "metadata", None),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]", None),
        ({"expires_at": START + 1799}, "expires_at", None),
        ({"expires_at": START + 86_400}, "expires_at", None),
        ({"expand": ["payment_method_types"]}, "expand", None),
        ({"expand": ["payment_intent.latest_charge.amount"]}, "expand", None),
        ({"expand": ["line_items.price"]}, "expand", None),
        ({"expand": ["payment_intent.latest_charge.balance_transaction.source.review"]}, "expand", None),
    ],
)
def test_a_session_that_stripe_would_refuse(new_session, double, changes, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(**changes)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert double.store.all("checkout.session") == []


def test_amount_below_the_minimum(new_session):
    item = {"quantity": 1, "price_data": {"currency": "cny", "unit_amount": 399, "product_data": {"name": "x"}}}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(line_items=[item])
    assert refused.value.code == "amount_too_small"


def test_the_window_of_expires_at_is_inclusive_below_and_exclusive_above(new_session):
    assert new_session(expires_at=START + 1800).expires_at == START + 1800
    assert new_session(expires_at=START + 86_399).expires_at == START + 86_399
    assert new_session(expires_at=None).expires_at == START + 86_400


def test_unknown_ids_and_addresses(client: stripe.StripeClient):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve("cs_test_nobody")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.raw_request("get", "/v1/no/such/thing")
    assert refused.value.http_status == 404
    assert "Unrecognized request URL (GET: /v1/no/such/thing)" in str(refused.value)


def test_what_stripe_knows_and_the_double_does_not_is_loud(client: stripe.StripeClient, new_session):
    with pytest.raises(NotSimulated, match="GET /v1/customers"):
        client.v1.customers.list()
    with pytest.raises(NotSimulated, match="allow_promotion_codes"):
        new_session(allow_promotion_codes=True)


def test_a_wrong_key_and_a_wrong_version(double: StripeDouble):
    with pytest.raises(stripe.AuthenticationError) as refused:
        stripe.StripeClient("sk_test_somebody_else", http_client=double.client()._requestor._client).v1.events.list()
    assert refused.value.http_status == 401
    assert "somebody" not in str(refused.value)
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        double.client(stripe_version="2024-01-01.acacia").v1.events.list()


def test_lists_and_hashes_are_told_apart_by_type(new_session):
    """On the wire metadata[0] and expand[0] look the same."""
    session = new_session(metadata={"0": "zero", "7": "seven"}, expand=["line_items"])
    assert session.metadata.to_dict() == {"0": "zero", "7": "seven"}
    assert session.line_items.data[0].quantity == 1


def test_decoding_keeps_order_and_blank_values():
    assert decode("a[b][0]=x&a[b][1]=&e[]=1&e[]=2") == {"a": {"b": {"0": "x", "1": ""}}, "e": {"0": "1", "1": "2"}}


def test_every_call_of_the_installed_sdk_is_understood():
    """An SDK upgrade that lays its services or parameters out differently must fail here, loudly."""
    calls = request_contract.calls()
    assert len(calls) > 500
    seen: set[int] = set()
    for call in calls.values():
        if call.params_name:
            assert call.params_module and call.params_module.startswith("stripe.params"), call
        for hint in call.fields.values():
            _assert_readable(request_contract._bare(hint), seen)


def _assert_readable(hint, seen):
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return
    if origin in (typing.Union, types.UnionType, list, dict) or origin is UntypedStripeObject:
        for arg in typing.get_args(hint):
            _assert_readable(arg, seen)
    elif is_typeddict(hint):
        if id(hint) not in seen:
            seen.add(id(hint))
            for inner in request_contract._fields(hint).values():
                _assert_readable(request_contract._bare(inner), seen)
    else:
        assert hint in request_contract._SCALARS, hint
