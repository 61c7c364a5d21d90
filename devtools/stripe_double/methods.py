"""Saved cards: customers, the payment methods attached to them, and charges while the customer is away."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING

from . import charges
from .cards import card
from .charges import SMALLEST, Means
from .errors import NotSimulated, Refusal
from .metadata import check_metadata
from .response_contract import Values, build, fields_of, resource

if TYPE_CHECKING:
    from .double import StripeDouble

Ids = dict[str, str]

TAKES = ("allowed_payment_method_types", "amount", "confirm", "currency", "customer", "description", "metadata",
         "off_session", "payment_method")  # fmt: skip
NOT_ATTACHED = "The payment method you provided is not attached to a customer so detachment is impossible."
USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)
AUTHENTICATE = "authentication_required"
WANTED = (
    "Your card was declined. This transaction requires authentication. Please check your card details and try again."
)


def retrieve_customer(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("customer", ids["customer"], "customer")


def retrieve(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("payment_method", ids["payment_method"], "payment_method")


def detach(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """POST …/detach: from then on the card can't be charged any more, not even by us."""
    method = double.store.get("payment_method", ids["payment_method"], "payment_method")
    if method["customer"] is None:
        raise Refusal(NOT_ATTACHED)
    before, method["customer"] = method["customer"], None
    double.emit("payment_method.detached", method, {"customer": before})
    return method


def create(double: StripeDouble, means: Means, email: str) -> Values:
    """What the customer paid with; attached to nobody yet."""
    id_ = double.store.new_id("pm")
    method = build(
        "payment_method",
        id=id_,
        billing_details=charges.billing_details(email),
        created=double.now,
        livemode=False,
        metadata={},
        type=means.type,
        **{means.type: charges.card_details(means.card) if means.card else {}},
    )
    # Stripe shows the hash of the type in question and no other.
    for other in typing.get_args(typing.get_args(fields_of(resource("payment_method"))["type"])[0]):
        if method.get(other, "") is None:
            del method[other]
    if means.card:
        double.store.note(id_)["card"] = means.card.number
    return double.store.add(method)


def keep(double: StripeDouble, session: Values, intent: Values) -> None:
    """The page was asked to remember the payer: a customer, and what they paid with attached."""
    if session["customer_creation"] == "always":
        customer = _customer(double, session["customer_details"]["email"])
        session["customer"] = intent["customer"] = customer["id"]
        if intent["setup_future_usage"]:
            _attach(double, double.store.get("payment_method", intent["payment_method"]), customer)


def kept_long_ago(double: StripeDouble, number: str, email: str) -> Values:
    """The payment method of a customer who paid with a card a year ago, without that year."""
    method = create(double, Means("card", card(number)), email)
    return _attach(double, method, _customer(double, email))


def _attach(double: StripeDouble, method: Values, customer: Values) -> Values:
    method["customer"] = customer["id"]
    double.emit("payment_method.attached", method)
    return method


def _customer(double: StripeDouble, email: str) -> Values:
    customer = build(
        "customer", id=double.store.new_id("cus"), balance=0, created=double.now, delinquent=False, email=email,
        invoice_prefix=double.store.new_id("req")[4:12].upper(), livemode=False, metadata={}, next_invoice_sequence=1,
        preferred_locales=[], tax_exempt="none",
        invoice_settings={"custom_fields": None, "default_payment_method": None, "footer": None,
                          "rendering_options": None},
    )  # fmt: skip
    double.store.add(customer)
    double.emit("customer.created", customer)
    return customer


def charge(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """POST /v1/payment_intents, confirmed at once while the customer is away. Raises Refusal (402) when the bank says
    no or wants to see the customer; the intent stays, and tells why."""
    if not (params.get("confirm") and params.get("off_session") is True) or not params.get("payment_method"):
        raise NotSimulated("payment intents that are not confirmed at once with a saved card")
    check_metadata(params.get("metadata"), "metadata")
    customer, method = _attached(double, params)
    currency = params["currency"].lower()
    if not double.account.takes(currency):
        raise Refusal(f"Invalid currency: {currency}.", param="currency")
    if params["amount"] < SMALLEST:
        raise Refusal("Amount must convert to at least 50 cents.", code="amount_too_small", param="amount")
    intent = charges.new_intent(
        double, params["amount"], currency, params.get("allowed_payment_method_types", ["card"]),
        customer=customer["id"], description=params.get("description"), metadata=params.get("metadata", {}),
        payment_method=method["id"],
    )  # fmt: skip
    used = card(double.store.note(method["id"])["card"])
    means = Means("card", used)
    if used.away == "authentication":
        charges.refuse(double, intent, None, means, code=AUTHENTICATE, decline_code=AUTHENTICATE, message=WANTED)
        raise _card_error(intent)
    if used.away == "declined":
        charges.fail(
            double, intent, means, customer["email"], code="card_declined", decline_code="generic_decline",
            message="Your card was declined.",
        )  # fmt: skip
        raise _card_error(intent)
    paid = charges.charge(double, intent, means, customer["email"])
    intent["latest_charge"] = paid["id"]
    charges.settle_charge(double, paid)
    charges.succeed(double, intent)
    if used.disputed:
        double.store.plan(double.now, "open_dispute", paid["id"])
    return intent


def _attached(double: StripeDouble, params: Values) -> tuple[Values, Values]:
    customer = double.store.get("customer", params.get("customer", ""), "customer")
    method = double.store.get("payment_method", params["payment_method"], "payment_method")
    if method["customer"] != customer["id"]:
        raise Refusal(USED_UP)
    return customer, method


def _card_error(intent: Values) -> Refusal:
    error = intent["last_payment_error"]
    more = {name: error[name] for name in ("decline_code", "charge") if name in error}
    return Refusal(error["message"], 402, "card_error", error["code"], None, {**more, "payment_intent": dict(intent)})
