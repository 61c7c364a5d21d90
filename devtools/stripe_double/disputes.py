"""Disputes of card payments: the bank takes the money back until one side has won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .charges import book
from .response_contract import Values, build

if TYPE_CHECKING:
    from .double import StripeDouble

DAYS_TO_ANSWER = 7


def open_dispute(double: StripeDouble, charge_id: str) -> Values:
    """The cardholder's bank takes the whole charge back, plus Stripe's dispute fee."""
    charge = double.store.get("charge", charge_id)
    id_ = double.store.new_id("du")
    entry = book(double, "adjustment", id_, -charge["amount"], charge["currency"],
                 fee=double.account.dispute_fee, category="dispute")  # fmt: skip
    dispute = build(
        "dispute",
        id=id_,
        amount=charge["amount"],
        balance_transactions=[entry],
        charge=charge_id,
        created=double.now,
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence={"enhanced_evidence": {}},
        evidence_details={
            "due_by": double.now + DAYS_TO_ANSWER * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=False,
        livemode=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    charge["disputed"] = True
    double.store.add(dispute)
    double.emit("charge.dispute.created", dispute)
    double.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(double: StripeDouble, dispute_id: str, won: bool) -> Values:
    """The bank decides; won money comes back without the fee. Raises ValueError when already closed."""
    dispute = double.store.get("dispute", dispute_id)
    if dispute["status"] in ("won", "lost"):
        raise ValueError(f"this dispute is {dispute['status']}")
    dispute["status"] = "won" if won else "lost"
    if won:
        entry = book(double, "adjustment", dispute_id, dispute["amount"], dispute["currency"],
                     category="dispute_reversal")  # fmt: skip
        dispute["balance_transactions"] = [*dispute["balance_transactions"], entry]
        double.emit("charge.dispute.funds_reinstated", dispute)
    double.emit("charge.dispute.closed", dispute)
    double.store.touch()
    return dispute
