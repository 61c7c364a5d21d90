"""Checkout Sessions: one per attempt to pay, open until it is complete or expired."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .charges import SMALLEST
from .errors import NotSimulated, Refusal
from .metadata import check_metadata
from .response_contract import Values, build

if TYPE_CHECKING:
    from .double import StripeDouble

Ids = dict[str, str]

SHORTEST, LONGEST = 30 * 60, 24 * 3600  # seconds a session may stay open
ECHOED = ("allowed_payment_method_types", "cancel_url", "client_reference_id", "customer_email",
          "locale", "payment_method_options", "submit_type", "success_url")  # fmt: skip
TAKES = (*ECHOED, "adaptive_pricing", "currency", "customer_creation", "expires_at", "line_items", "metadata", "mode",
         "payment_intent_data", "ui_mode")  # fmt: skip
INTENT_DATA = {"description", "metadata", "receipt_email", "setup_future_usage", "statement_descriptor",
               "statement_descriptor_suffix"}  # fmt: skip


def create(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """POST /v1/checkout/sessions, mode `payment`, hosted page, items with `price_data`."""
    _check_kind(params)
    _check_urls(params)
    _check_customer(params)
    intent_data = params.get("payment_intent_data", {})
    if set(intent_data) - INTENT_DATA:
        raise NotSimulated(f"payment_intent_data with {', '.join(sorted(set(intent_data) - INTENT_DATA))}")
    check_metadata(params.get("metadata"), "metadata")
    check_metadata(intent_data.get("metadata"), "payment_intent_data[metadata]")
    currency = _currency(double, params)
    total = _total(params["line_items"], currency)
    expires_at = _expires_at(double, params)
    methods = _methods(double, params, currency)

    id_ = double.store.new_id("cs")
    session = double.store.add(_session(double, id_, params, currency, total, methods, expires_at))
    items = [_line_item(double, item, currency) for item in params["line_items"]]
    double.store.note(id_).update(items=items, intent_data=intent_data)
    double.store.plan(expires_at, "expire_session", id_)
    return session


def retrieve(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("checkout.session", ids["session"], "session")


def expire(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """POST …/expire: only while it is open."""
    session = double.store.get("checkout.session", ids["session"], "session")
    if session["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has '
            f"a status of {session['status']}."
        )
    return _expire(double, session)


def expire_on_time(double: StripeDouble, id_: str) -> None:
    session = double.store.get("checkout.session", id_)
    if session["status"] == "open":
        _expire(double, session)


def complete(double: StripeDouble, session: Values, paid: bool) -> None:
    """The customer confirmed; an asynchronous method may still leave the session unpaid."""
    session.update(status="complete", payment_status="paid" if paid else "unpaid", url=None)
    double.store.unplan(session["id"])
    double.emit("checkout.session.completed", session)


def _expire(double: StripeDouble, session: Values) -> Values:
    session.update(status="expired", url=None)
    double.store.unplan(session["id"])
    if session["payment_intent"]:
        intent = double.store.get("payment_intent", session["payment_intent"])
        intent.update(status="canceled", canceled_at=double.now, cancellation_reason="expired", next_action=None)
        double.emit("payment_intent.canceled", intent)
    double.emit("checkout.session.expired", session)
    return session


# Judging a request --------------------------------------------------------------------------------


def _check_kind(params: Values) -> None:
    if "mode" not in params:
        raise _missing("mode")
    if params["mode"] != "payment":
        raise NotSimulated(f"sessions of mode {params['mode']}")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise NotSimulated(f"ui_mode {params['ui_mode']}")
    if not params.get("line_items"):
        raise _missing("line_items")


def _check_urls(params: Values) -> None:
    if "success_url" not in params:
        raise _missing("success_url")
    for name in ("success_url", "cancel_url"):
        if name in params:
            parts = urlsplit(params[name])
            if parts.scheme not in ("http", "https") or not parts.netloc:
                raise Refusal("Not a valid URL", code="url_invalid", param=name)


def _check_customer(params: Values) -> None:
    email = params.get("customer_email")
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise Refusal(f"Invalid email address: {email}", code="email_invalid", param="customer_email")
    if len(params.get("client_reference_id", "")) > 200:
        raise Refusal("Invalid string: must be at most 200 characters", param="client_reference_id")


def _missing(param: str) -> Refusal:
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def _currency(double: StripeDouble, params: Values) -> str:
    """The one currency of all items. Raises Refusal when they differ or the account cannot take it."""
    found: set[str] = set()
    for index, item in enumerate(params["line_items"]):
        at = f"line_items[{index}]"
        if "price" in item:
            raise Refusal(f"No such price: '{item['price']}'", code="resource_missing", param=f"{at}[price]")
        if "price_data" not in item:
            raise _missing(f"{at}[price]")
        if set(item) - {"price_data", "quantity"}:
            raise NotSimulated(f"line items with {', '.join(sorted(set(item) - {'price_data', 'quantity'}))}")
        found.add(item["price_data"]["currency"].lower())
    if "currency" in params:
        found.add(params["currency"].lower())
    if len(found) > 1:
        raise Refusal("All prices on a Checkout session must have the same currency.", param="line_items")
    currency = found.pop()
    if not double.account.takes(currency):
        raise Refusal(f"Invalid currency: {currency}.", param="line_items[0][price_data][currency]")
    return currency


def _total(items: list[Values], currency: str) -> int:
    total: int = 0
    for index, item in enumerate(items):
        at = f"line_items[{index}]"
        price = item["price_data"]
        if "unit_amount" not in price:
            raise _missing(f"{at}[price_data][unit_amount]")
        if "product_data" not in price:
            raise _missing(f"{at}[price_data][product_data]")
        for name, value in (("price_data][unit_amount", price["unit_amount"]), ("quantity", item.get("quantity", 0))):
            if value < (0 if name.startswith("price") else 1):
                raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param=f"{at}[{name}]")
        total += price["unit_amount"] * item["quantity"]
    if total < SMALLEST:
        raise Refusal(
            f"The Checkout Session's total amount must convert to at least 50 cents ({total} {currency}).",
            code="amount_too_small",
        )
    return total


def _expires_at(double: StripeDouble, params: Values) -> int:
    now = double.now
    at: int = params.get("expires_at", now + LONGEST)
    if "expires_at" in params and at < now + SHORTEST:
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if "expires_at" in params and at >= now + LONGEST:
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return at


def _methods(double: StripeDouble, params: Values, currency: str) -> list[str]:
    """What will be shown: allowed ∩ offered by the account; the rest is dropped without a word."""
    offered = double.account.offers(currency)
    allowed = params.get("allowed_payment_method_types", offered)
    if params.get("payment_intent_data", {}).get("setup_future_usage"):
        allowed = [method for method in allowed if method == "card"]  # wallets are single-use
    methods = [method for method in offered if method in allowed]
    if not methods:
        raise Refusal(
            "No valid payment method types for this Checkout Session. Please ensure that you have "
            "activated payment methods compatible with your chosen currency in your dashboard.",
            param="allowed_payment_method_types",
        )
    return methods


# Building -----------------------------------------------------------------------------------------


def _session(double: StripeDouble, id_: str, params: Values, currency: str, total: int,
             methods: list[str], expires_at: int) -> Values:  # fmt: skip
    echoed: dict[str, Any] = {name: params[name] for name in ECHOED if name in params}
    return build(
        "checkout.session",
        id=id_,
        adaptive_pricing=params.get("adaptive_pricing", {"enabled": True}),
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        created=double.now,
        currency=currency,
        custom_fields=[],
        custom_text=dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        customer_creation=params.get("customer_creation", "if_required"),
        expires_at=expires_at,
        livemode=False,
        metadata=params.get("metadata", {}),
        mode="payment",
        payment_method_collection="if_required",
        payment_method_types=methods,
        payment_status="unpaid",
        shipping_options=[],
        status="open",
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        url=f"{double.public_url}/pay/{id_}",
        **{"payment_method_options": {}, **echoed},
    )


def _line_item(double: StripeDouble, item: Values, currency: str) -> str:
    price_data = item["price_data"]
    price = build(
        "price",
        id=double.store.new_id("price"),
        active=False,
        billing_scheme="per_unit",
        created=double.now,
        currency=currency,
        livemode=False,
        metadata={},
        product=double.store.new_id("prod"),
        tax_behavior="unspecified",
        type="one_time",
        unit_amount=price_data["unit_amount"],
        unit_amount_decimal=str(price_data["unit_amount"]),
    )
    total = price_data["unit_amount"] * item["quantity"]
    line = build(
        "item",
        id=double.store.new_id("li"),
        amount_discount=0,
        amount_subtotal=total,
        amount_tax=0,
        amount_total=total,
        currency=currency,
        description=price_data["product_data"]["name"],
        price=price,
        quantity=item["quantity"],
    )
    id_: str = double.store.add(line)["id"]
    return id_
