"""A fresh double per test, with a clock that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe
from stripe.checkout import Session

from devtools.stripe_double import StripeDouble

START = 1_790_000_000  # an ordinary second

NewSession = Callable[..., Session]


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    """The double knows nothing of Django: no cache to clean here."""


@pytest.fixture
def double() -> StripeDouble:
    return StripeDouble(clock=lambda: START)


@pytest.fixture
def client(double: StripeDouble) -> stripe.StripeClient:
    return double.client()


@pytest.fixture
def new_session(client: stripe.StripeClient) -> NewSession:
    """Creates a session for ¥3,800; keywords replace parameters, None takes one away."""

    def create(key: str | None = None, **changes: Any) -> Session:
        params = {**session_params(), **changes}
        params = {name: value for name, value in params.items() if value is not None}
        return client.v1.checkout.sessions.create(params, {"idempotency_key": key} if key else {})

    return create


def session_params() -> dict[str, Any]:
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "cny",
                    "unit_amount": 380_000,
                    "product_data": {"name": "正式会员 · 年费"},
                },
            }
        ],
        "allowed_payment_method_types": ["card", "alipay", "wechat_pay"],
        "payment_method_options": {"wechat_pay": {"client": "web"}},
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": "person-1",
        "metadata": {"invoice": "2026-000001"},
        "payment_intent_data": {"metadata": {"invoice": "2026-000001"}},
        "expires_at": START + 3600,
        "success_url": "https://club.test/return/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://club.test/invoice/",
    }
