"""What happens when the customer confirms: intents, charges and what they leave in the balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from . import checkout
from .cards import Card, card
from .errors import NotOpen
from .response_contract import Values, build

if TYPE_CHECKING:
    from .double import StripeDouble

Ids = dict[str, str]
Outcome = Literal["paid", "failed", "delayed"]

WALLET_REFUSED = "The customer did not approve the PaymentIntent."
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


@dataclass(frozen=True)
class Means:
    """What the customer pays with."""

    type: str  # "card", "alipay", "wechat_pay"
    card: Card | None = None
    outcome: Outcome = "paid"


def by_card(number: str) -> Means:
    found = card(number)
    return Means("card", found, "failed" if found.code else "paid")


def by_wallet(method: str, outcome: Outcome) -> Means:
    return Means(method, None, outcome)


def retrieve_intent(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("payment_intent", ids["intent"], "intent")


def retrieve_charge(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("charge", ids["charge"], "charge")


# The customer's acts ------------------------------------------------------------------------------


def confirm(double: StripeDouble, session_id: str, means: Means, email: str | None) -> Values:
    """The customer presses pay. Returns the session as it is then; raises NotOpen.

    ValueError for a method the page does not show.
    """
    with double.lock:
        double.run_due()
        session = _open(double, session_id)
        if means.type not in session["payment_method_types"]:
            raise ValueError(f"{means.type} is not offered: {session['payment_method_types']}")
        _know_customer(session, email)
        intent = _intent(double, session)
        intent["payment_method"] = double.store.new_id("pm")
        if means.card and means.card.challenged:
            _challenge(double, session, intent, means.card)
        elif means.outcome == "failed":
            _fail(double, session, intent, means, means.card.message if means.card else WALLET_REFUSED)
        else:
            _take(double, session, intent, means)
        double.store.touch()
        return double.get(session_id)


def authenticate(double: StripeDouble, session_id: str, succeeded: bool) -> Values:
    """The customer comes back from the bank's page. Raises NotOpen, ValueError when none was asked."""
    with double.lock:
        double.run_due()
        session = _open(double, session_id)
        intent = double.store.get("payment_intent", session["payment_intent"] or "")
        if intent["status"] != "requires_action":
            raise ValueError("no authentication was asked for")
        means = Means("card", card(double.store.note(intent["id"])["card"]))
        intent["next_action"] = None
        if succeeded:
            _take(double, session, intent, means)
        else:
            _fail(double, session, intent, means, NOT_AUTHENTICATED)
        double.store.touch()
        return double.get(session_id)


def settle(double: StripeDouble, session_id: str, succeeded: bool) -> Values:
    """A delayed payment of a complete session comes through, or not. Raises ValueError."""
    with double.lock:
        double.run_due()
        session = double.store.get("checkout.session", session_id)
        intent = double.store.get("payment_intent", session["payment_intent"] or "")
        if intent["status"] != "processing":
            raise ValueError("this payment is not waiting")
        charge = double.store.get("charge", intent["latest_charge"])
        if succeeded:
            _settle_charge(double, charge)
            _succeed(double, intent)
            session["payment_status"] = "paid"
            double.emit("checkout.session.async_payment_succeeded", session)
        else:
            charge.update(status="failed", paid=False, captured=False, amount_captured=0)
            charge.update(failure_code="payment_intent_payment_attempt_failed", failure_message=WALLET_REFUSED)
            double.emit("charge.failed", charge)
            _refuse(double, intent, charge, Means(charge["payment_method_details"]["type"]), WALLET_REFUSED)
            double.emit("checkout.session.async_payment_failed", session)
        double.store.touch()
        return double.get(session_id)


# Steps --------------------------------------------------------------------------------------------


def _open(double: StripeDouble, session_id: str) -> Values:
    session = double.store.get("checkout.session", session_id)
    if session["status"] != "open":
        raise NotOpen(session["status"])
    return session


def _know_customer(session: Values, email: str | None) -> None:
    session["customer_details"] = {
        "address": None,
        "business_name": None,
        "email": session["customer_email"] or email or "customer@demo.test",
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _intent(double: StripeDouble, session: Values) -> Values:
    """The session's intent; Stripe makes it only when the customer confirms for the first time."""
    if session["payment_intent"]:
        return double.store.get("payment_intent", session["payment_intent"])
    data = double.store.note(session["id"])["intent_data"]
    id_ = double.store.new_id("pi")
    intent = build(
        "payment_intent",
        id=id_,
        amount=session["amount_total"],
        amount_capturable=0,
        amount_received=0,
        capture_method="automatic_async",
        client_secret=f"{id_}_secret_{double.store.new_id('req')[4:]}",
        confirmation_method="automatic",
        created=double.now,
        currency=session["currency"],
        livemode=False,
        payment_method_options=session["payment_method_options"],
        payment_method_types=session["payment_method_types"],
        status="requires_payment_method",
        **{"metadata": {}, **data},
    )
    session["payment_intent"] = id_
    double.store.add(intent)
    double.emit("payment_intent.created", intent)
    return intent


def _challenge(double: StripeDouble, session: Values, intent: Values, used: Card) -> None:
    double.store.note(intent["id"])["card"] = used.number
    intent.update(
        status="requires_action",
        last_payment_error=None,
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": session["url"], "url": session["url"]},
        },
    )
    double.emit("payment_intent.requires_action", intent)


def _take(double: StripeDouble, session: Values, intent: Values, means: Means) -> None:
    charge = double.store.add(_charge(double, session, intent, means))
    intent.update(latest_charge=charge["id"], last_payment_error=None)
    if means.outcome == "delayed":
        charge["status"] = "pending"
        double.emit("charge.pending", charge)
        intent["status"] = "processing"
        double.emit("payment_intent.processing", intent)
        checkout.complete(double, session, paid=False)
        return
    _settle_charge(double, charge)
    _succeed(double, intent)
    checkout.complete(double, session, paid=True)
    if means.card and means.card.disputed:
        double.store.plan(double.now, "open_dispute", charge["id"])


def _settle_charge(double: StripeDouble, charge: Values) -> None:
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
    type_ = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    entry = book(double, type_, charge["id"], charge["amount"], charge["currency"], with_fee=True, category="charge")
    charge["balance_transaction"] = entry["id"]
    double.emit("charge.succeeded", charge)


def _succeed(double: StripeDouble, intent: Values) -> None:
    intent.update(status="succeeded", amount_received=intent["amount"])
    double.emit("payment_intent.succeeded", intent)


def _fail(double: StripeDouble, session: Values, intent: Values, means: Means, message: str | None) -> None:
    """The attempt is refused; the session stays open for another."""
    charge = double.store.add(_charge(double, session, intent, means))
    code = means.card.code if means.card and means.card.code else "payment_intent_payment_attempt_failed"
    charge.update(status="failed", failure_code=code, failure_message=message)
    double.emit("charge.failed", charge)
    _refuse(double, intent, charge, means, message)


def _refuse(double: StripeDouble, intent: Values, charge: Values, means: Means, message: str | None) -> None:
    error: Values = {
        "type": "card_error" if means.card else "invalid_request_error",
        "code": charge["failure_code"],
        "charge": charge["id"],
        "message": message,
        "payment_method_type": means.type,
    }
    if means.card and means.card.decline_code:
        error["decline_code"] = means.card.decline_code
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        last_payment_error=error,
        payment_method=None,
    )
    double.emit("payment_intent.payment_failed", intent)


def _charge(double: StripeDouble, session: Values, intent: Values, means: Means) -> Values:
    id_ = double.store.new_id("ch" if means.card else "py")
    double.store.note(id_)["card"] = means.card.number if means.card else None
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    email = session["customer_details"]["email"]
    return build(
        "charge",
        id=id_,
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        billing_details={"address": address, "email": email, "name": None, "phone": None, "tax_id": None},
        captured=False,
        created=double.now,
        currency=intent["currency"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        livemode=False,
        metadata=dict(intent["metadata"]),
        paid=False,
        payment_intent=intent["id"],
        payment_method=intent["payment_method"] or double.store.new_id("pm"),
        payment_method_details=_details(double, means),
        refunded=False,
        status="pending",
    )


def _details(double: StripeDouble, means: Means) -> Values:
    if means.card is None:
        serial = double.store.new_id("txn")[6:]
        return {"type": means.type, means.type: {"fingerprint": None, "transaction_id": serial}}
    return {
        "type": "card",
        "card": {
            "brand": means.card.brand,
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
            "last4": means.card.last4,
            "network": means.card.brand,
        },
    }


def book(double: StripeDouble, type_: str, source: str, amount: int, currency: str, *,
         with_fee: bool = False, fee: int = 0, category: str | None = None) -> Values:  # fmt: skip
    """A movement of the balance, in the settlement currency; `amount` is signed, minor units."""
    settled, rate = double.account.settled(amount, currency)
    if with_fee:
        fee = double.account.fee(settled)
    currency = double.account.settles_in
    details = [{"amount": fee, "application": None, "currency": currency,
                "description": "Stripe processing fees", "type": "stripe_fee"}]  # fmt: skip
    entry = build(
        "balance_transaction",
        id=double.store.new_id("txn"),
        amount=settled,
        available_on=double.now + 2 * 24 * 3600,
        balance_type="payments",
        created=double.now,
        currency=currency,
        exchange_rate=rate,
        fee=fee,
        fee_details=details if fee else [],
        net=settled - fee,
        reporting_category=category or type_,
        source=source,
        status="pending",
        type=type_,
    )
    return double.store.add(entry)
