"""Refunds: at once for most cards, pending first for wallets, and some come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .account import REFUND_DAYS
from .cards import CARDS
from .charges import book
from .errors import Refusal
from .metadata import check_metadata
from .response_contract import Values, build

if TYPE_CHECKING:
    from .double import StripeDouble

Ids = dict[str, str]
WALLETS = ("alipay", "wechat_pay")


def create(double: StripeDouble, ids: Ids, params: Values) -> Values:
    """POST /v1/refunds for a charge or an intent, whole or in part."""
    check_metadata(params.get("metadata") or None, "metadata")
    charge = _charge(double, params)
    amount = _amount(double, charge, params)
    method = charge["payment_method_details"]["type"]
    behaviour = _behaviour(double, charge, method)
    refund = double.store.add(_refund(double, charge, amount, method, behaviour, params))
    entry = book(
        double,
        "refund" if method == "card" else "payment_refund",
        refund["id"],
        -amount,
        charge["currency"],
        category="refund",
    )
    refund["balance_transaction"] = entry["id"]
    _count(charge, amount)
    double.emit("refund.created", refund)
    double.emit("charge.refunded", charge)
    if behaviour != "at_once":
        act = "settle_refund" if behaviour == "later" else "fail_refund"
        double.store.plan(double.now + double.account.refund_seconds, act, refund["id"])
    return refund


def retrieve(double: StripeDouble, ids: Ids, params: Values) -> Values:
    return double.store.get("refund", ids["refund"], "refund")


def settle(double: StripeDouble, id_: str) -> Values:
    """A pending refund reached the customer."""
    refund = double.store.get("refund", id_)
    double.store.unplan(id_)
    if refund["status"] == "pending":
        refund["status"] = "succeeded"
        refund.pop("pending_reason", None)
        _tell(double, refund, {"status": "pending"})
    return refund


def fail(double: StripeDouble, id_: str, reason: str = "expired_or_canceled_card") -> Values:
    """The money came back: it is in the balance again and may be refunded anew."""
    refund = double.store.get("refund", id_)
    double.store.unplan(id_)
    if refund["status"] not in ("pending", "succeeded"):
        return refund
    before = refund["status"]
    type_ = "refund_failure" if before == "succeeded" else "payment_failure_refund"
    entry = book(double, type_, id_, refund["amount"], refund["currency"], category="refund_failure")
    refund.pop("pending_reason", None)
    refund.update(status="failed", failure_reason=reason, failure_balance_transaction=entry["id"])
    _count(double.store.get("charge", refund["charge"]), -refund["amount"])
    _tell(double, refund, {"status": before})
    double.emit("refund.failed", refund)
    return refund


def _tell(double: StripeDouble, refund: Values, previous: Values) -> None:
    double.emit("charge.refund.updated", refund, previous)
    double.emit("refund.updated", refund, previous)
    double.store.touch()


def _charge(double: StripeDouble, params: Values) -> Values:
    if ("charge" in params) == ("payment_intent" in params):
        raise Refusal("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in params:
        charge = double.store.get("charge", params["charge"], "charge")
    else:
        intent = double.store.get("payment_intent", params["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise Refusal(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge = double.store.get("charge", intent["latest_charge"])
    if charge["status"] != "succeeded":
        raise Refusal(f"Charge {charge['id']} has not succeeded and cannot be refunded.", param="charge")
    return charge


def _amount(double: StripeDouble, charge: Values, params: Values) -> int:
    """Minor units to give back. Raises Refusal for too much, too late, or money already disputed."""
    left: int = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise Refusal(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    days = REFUND_DAYS.get(charge["payment_method_details"]["type"])
    if days and double.now > charge["created"] + days * 24 * 3600:
        raise Refusal(f"This payment can no longer be refunded: the window of {days} days has passed.")
    amount: int = params.get("amount", left)
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refusal(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    return amount


def _behaviour(double: StripeDouble, charge: Values, method: str) -> str:
    if method in WALLETS:
        return "later"
    return CARDS[double.store.note(charge["id"])["card"]].refund


def _refund(double: StripeDouble, charge: Values, amount: int, method: str, behaviour: str,
            params: Values) -> Values:  # fmt: skip
    pending = behaviour == "later"
    details = {"card": {"type": "refund"}} if method == "card" else {method: {}}
    return build(
        "refund",
        id=double.store.new_id("pyr" if method in WALLETS else "re"),
        amount=amount,
        charge=charge["id"],
        created=double.now,
        currency=charge["currency"],
        destination_details={"type": method, **details},
        metadata=params.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="pending" if pending else "succeeded",
        **({"pending_reason": "processing"} if pending else {}),
    )


def _count(charge: Values, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
