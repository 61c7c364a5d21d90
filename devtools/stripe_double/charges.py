"""What every payment leaves behind, on a page or not: an intent, charges, movements of the balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .cards import Card
from .response_contract import Values, build

if TYPE_CHECKING:
    from .double import StripeDouble

SMALLEST = 400  # minor units; Stripe asks for about half a US dollar
Outcome = Literal["paid", "failed", "delayed"]


@dataclass(frozen=True)
class Means:
    """What the customer pays with."""

    type: str  # "card", "alipay", "wechat_pay"
    card: Card | None = None
    outcome: Outcome = "paid"


def new_intent(double: StripeDouble, amount: int, currency: str, types: list[str], **more: Any) -> Values:
    id_ = double.store.new_id("pi")
    intent = build(
        "payment_intent",
        id=id_,
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        capture_method="automatic_async",
        client_secret=f"{id_}_secret_{double.store.new_id('req')[4:]}",
        confirmation_method="automatic",
        created=double.now,
        currency=currency,
        livemode=False,
        payment_method_types=types,
        status="requires_payment_method",
        **{"metadata": {}, "payment_method_options": {}, **more},
    )
    double.store.add(intent)
    double.emit("payment_intent.created", intent)
    return intent


def charge(double: StripeDouble, intent: Values, means: Means, email: str) -> Values:
    """A new charge of an intent, not settled yet."""
    id_ = double.store.new_id("ch" if means.card else "py")
    double.store.note(id_)["card"] = means.card.number if means.card else None
    made = build(
        "charge",
        id=id_,
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        billing_details=billing_details(email),
        captured=False,
        created=double.now,
        currency=intent["currency"],
        customer=intent["customer"],
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
    return double.store.add(made)


def settle_charge(double: StripeDouble, charge: Values) -> None:
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
    type_ = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    entry = book(double, type_, charge["id"], charge["amount"], charge["currency"], with_fee=True, category="charge")
    charge["balance_transaction"] = entry["id"]
    double.emit("charge.succeeded", charge)


def succeed(double: StripeDouble, intent: Values) -> None:
    intent.update(status="succeeded", amount_received=intent["amount"])
    double.emit("payment_intent.succeeded", intent)


def fail(double: StripeDouble, intent: Values, means: Means, email: str, *, code: str, decline_code: str | None,
         message: str | None) -> None:  # fmt: skip
    """The bank or the wallet says no: a failed charge stays, and the intent waits for something else."""
    refused = charge(double, intent, means, email)
    refused.update(status="failed", failure_code=code, failure_message=message)
    double.emit("charge.failed", refused)
    refuse(double, intent, refused["id"], means, code=code, decline_code=decline_code, message=message)


def refuse(double: StripeDouble, intent: Values, charge_id: str | None, means: Means, *, code: str,
           decline_code: str | None, message: str | None) -> None:  # fmt: skip
    """The intent says why nothing was paid; without a charge the bank was not even asked for money."""
    error: Values = {
        "type": "card_error" if means.card else "invalid_request_error",
        "code": code,
        "message": message,
        "payment_method_type": means.type,
    }
    error |= {"charge": charge_id} if charge_id else {}
    error |= {"decline_code": decline_code} if decline_code else {}
    intent.update(
        status="requires_payment_method",
        latest_charge=charge_id or intent["latest_charge"],
        last_payment_error=error,
        payment_method=None,
    )
    double.emit("payment_intent.payment_failed", intent)


def billing_details(email: str) -> Values:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": email, "name": None, "phone": None, "tax_id": None}


def card_details(used: Card) -> Values:
    return {
        "brand": used.brand,
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "funding": "credit",
        "last4": used.last4,
    }


def _details(double: StripeDouble, means: Means) -> Values:
    if means.card is None:
        serial = double.store.new_id("txn")[6:]
        return {"type": means.type, means.type: {"fingerprint": None, "transaction_id": serial}}
    return {"type": "card", "card": {**card_details(means.card), "network": means.card.brand}}


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
