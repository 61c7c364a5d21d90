"""What happens when the customer confirms: intents, charges and what they leave in the balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import charges, checkout, methods
from .cards import Card, card
from .charges import Means, Outcome
from .errors import NotOpen
from .response_contract import Values

if TYPE_CHECKING:
    from .double import StripeDouble

Ids = dict[str, str]

FAILED = "payment_intent_payment_attempt_failed"
WALLET_REFUSED = "The customer did not approve the PaymentIntent."
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


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
        intent["payment_method"] = methods.create(double, means, session["customer_details"]["email"])["id"]
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
            charges.settle_charge(double, charge)
            charges.succeed(double, intent)
            session["payment_status"] = "paid"
            double.emit("checkout.session.async_payment_succeeded", session)
        else:
            charge.update(status="failed", paid=False, captured=False, amount_captured=0)
            charge.update(failure_code=FAILED, failure_message=WALLET_REFUSED)
            double.emit("charge.failed", charge)
            means = Means(charge["payment_method_details"]["type"])
            charges.refuse(double, intent, charge["id"], means, code=FAILED, decline_code=None, message=WALLET_REFUSED)
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
    intent = charges.new_intent(
        double, session["amount_total"], session["currency"], session["payment_method_types"],
        payment_method_options=session["payment_method_options"], **data,
    )  # fmt: skip
    session["payment_intent"] = intent["id"]
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
    methods.keep(double, session, intent)
    charge = charges.charge(double, intent, means, session["customer_details"]["email"])
    intent.update(latest_charge=charge["id"], last_payment_error=None)
    if means.outcome == "delayed":
        charge["status"] = "pending"
        double.emit("charge.pending", charge)
        intent["status"] = "processing"
        double.emit("payment_intent.processing", intent)
        checkout.complete(double, session, paid=False)
        return
    charges.settle_charge(double, charge)
    charges.succeed(double, intent)
    checkout.complete(double, session, paid=True)
    if means.card and means.card.disputed:
        double.store.plan(double.now, "open_dispute", charge["id"])


def _fail(double: StripeDouble, session: Values, intent: Values, means: Means, message: str | None) -> None:
    """The attempt is refused; the session stays open for another."""
    code, declined = (means.card.code, means.card.decline_code) if means.card else (None, None)
    email = session["customer_details"]["email"]
    charges.fail(double, intent, means, email, code=code or FAILED, decline_code=declined, message=message)
