"""The messages of billing, one function each. Context is plain facts; the words are in templates/billing/mail/."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from community.billing import rules
from community.kernel import outbox
from community.kernel.days import day_of
from community.members import rules as member_rules

if TYPE_CHECKING:
    from community.billing.models import Fapiao, Invoice, Payment, Refund


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


def settled(invoice: "Invoice", *, at: datetime) -> bool:
    """A code covers the fee: the receipt, and nothing to pay."""
    assert invoice.coupon is not None
    return outbox.post(
        "billing/settled",
        invoice.person,
        occasion=f"receipt:{invoice.pk}",
        at=at,
        context={
            "number": invoice.number,
            "tier_zh": invoice.tier_name_zh,
            "tier_en": invoice.tier_name_en,
            "price": invoice.price.amount,
            "currency": invoice.currency,
            "code": invoice.coupon.code,
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
            "origin": rules.WITHIN_72_HOURS if refund.reason == rules.WITHIN_72_HOURS else refund.origin,
            "channel": refund.channel,
            "amount": refund.amount,
            "currency": refund.currency,
            "number": payment.invoice.number if payment.invoice else "",
            "path": reverse("billing"),
        },
    )


def refund_account(refund: "Refund", *, at: datetime) -> bool:
    """Money goes back by bank transfer: to which account, only the payer can say."""
    payment = refund.payment
    if payment.person is None:
        return False
    return outbox.post(
        "billing/refund_account",
        payment.person,
        occasion=f"refund_account:{refund.pk}",
        at=at,
        context={
            "amount": refund.amount,
            "currency": refund.currency,
            "path": reverse("my_refund", args=[refund.public_id]),
        },
    )


def taken_back(payment: "Payment", invoice: "Invoice", *, at: datetime) -> bool:
    """What an invoice was paid with is gone: a lost dispute, a transfer that was not theirs."""
    return outbox.post(
        "billing/taken_back",
        invoice.person,
        occasion=f"taken_back:{payment.pk}:{invoice.pk}",
        at=at,
        context={
            "amount": invoice.amount,
            "currency": invoice.currency,
            "number": invoice.number,
            "path": reverse("invoice", args=[invoice.number]),
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


def fapiao(found: "Fapiao", *, at: datetime) -> bool:
    """It was issued, sent back with a reason, or flushed after a refund."""
    return outbox.post(
        "billing/fapiao",
        found.person,
        occasion=f"fapiao:{found.pk}:{found.status}",
        at=at,
        context={
            "status": found.status,
            "why": found.why,
            "number": found.number,
            "amount": found.amount or 0,
            "invoice": found.invoice.number,
            "path": reverse("invoice_fapiao", args=[found.invoice.number]),
        },
    )


QUIET = "no-more-renewal-notices"  # the salt of the link


def renewal_notices(due: "list[tuple[Invoice, int]]", *, at: datetime) -> int:
    """R15: (open renewal, step of the ladder) pairs; once per end of the term and step. How many are new."""
    return outbox.post_all([_renewal_notice(invoice, step, at) for invoice, step in due])


def _renewal_notice(invoice: "Invoice", step: int, at: datetime) -> outbox.Draft:
    term = invoice.renews
    assert term is not None
    last_on = term.ends_on - timedelta(days=1)
    return outbox.draft(
        "billing/renewal",
        invoice.person_id,
        occasion=f"renewal:{term.pk}:{term.ends_on.isoformat()}:{step}",
        at=at,
        context={
            "number": invoice.number,
            "tier_zh": invoice.tier_name_zh,
            "tier_en": invoice.tier_name_en,
            "amount": invoice.amount,
            "currency": invoice.currency,
            "last_on": last_on.isoformat(),
            "grace_last_on": (member_rules.grace_ends_on(term.ends_on) - timedelta(days=1)).isoformat(),
            "days_left": (term.ends_on - day_of(at)).days,
            "path": reverse("renewal"),
            "quiet_path": reverse("renewal_quiet", args=[signing.Signer(salt=QUIET).sign(invoice.number)]),
        },
        valid_until=member_rules.renewal_step_until(term.ends_on, step),
    )
