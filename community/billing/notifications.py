"""The messages of billing, one function each. Context is plain facts; the words are in templates/billing/mail/."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from community.kernel import outbox

if TYPE_CHECKING:
    from community.billing.models import Invoice, Payment, Refund


def receipt(payment: "Payment", invoice: "Invoice", *, at: datetime) -> bool:
    """The fee arrived."""
    return outbox.post(
        "billing/receipt",
        invoice.person,
        occasion=f"receipt:{invoice.pk}",
        at=at,
        context={
            "number": invoice.number,
            "tier_zh": invoice.tier_name_zh,
            "tier_en": invoice.tier_name_en,
            "amount": invoice.amount,
            "currency": invoice.currency,
            "received_at": payment.received_at.isoformat(),
            "path": reverse("invoice", args=[invoice.number]),
        },
    )


def refund_sent(refund: "Refund", *, at: datetime) -> bool:
    """Money is on its way back, with the reason."""
    payment = refund.payment
    if payment.person is None:
        return False
    return outbox.post(
        "billing/refund",
        payment.person,
        occasion=f"refund:{refund.pk}",
        at=at,
        context={
            "origin": refund.origin,
            "amount": refund.amount,
            "currency": refund.currency,
            "number": payment.invoice.number if payment.invoice else "",
            "path": reverse("billing"),
        },
    )


def money_held(payment: "Payment", *, at: datetime) -> bool:
    """Money arrived that fits no open invoice: it isn't lost, the treasurer looks at it."""
    if payment.person is None:
        return False
    return outbox.post(
        "billing/held",
        payment.person,
        occasion=f"held:{payment.pk}",
        at=at,
        context={
            "case": payment.case,
            "amount": payment.amount,
            "currency": payment.currency,
            "number": payment.invoice.number if payment.invoice else "",
            "path": reverse("billing"),
        },
    )
