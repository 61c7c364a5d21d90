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
    from collections.abc import Mapping
    from datetime import date

    from community.billing.models import Attempt, AutoRenewal, CardCharge, Fapiao, Invoice, Payment, Refund


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


QUIET = "no-more-renewal-notices"  # the salts of the links
SWITCH_OFF = "auto-renewal-off"


def renewal_notices(
    due: "list[tuple[Invoice, int]]", *, at: datetime, charges: "Mapping[int, CardCharge] | None" = None
) -> int:
    """R15: (open renewal, step of the ladder) pairs; once per end of the term and step. How many are new. `charges`: what
    a saved card will pay, by invoice: then the letter names amount, day and the way to switch it off, and no wish for
    fewer letters holds it back, because without it nothing may be taken."""
    return outbox.post_all(
        [_renewal_notice(invoice, step, at, (charges or {}).get(invoice.pk)) for invoice, step in due]
    )


def untold(due: "list[tuple[Invoice, int]]") -> "list[Invoice]":
    """Those whose notice of this step has not been written yet."""
    known = outbox.written([_step(*one) for one in due])
    return [invoice for invoice, step in due if _step(invoice, step) not in known]


def _step(invoice: "Invoice", step: int) -> str:
    term = invoice.renews
    assert term is not None
    return f"renewal:{term.pk}:{term.ends_on.isoformat()}:{step}"


def _renewal_notice(invoice: "Invoice", step: int, at: datetime, charge: "CardCharge | None") -> outbox.Draft:
    term = invoice.renews
    assert term is not None
    last_on = term.ends_on - timedelta(days=1)
    made = outbox.draft(
        "billing/renewal_by_card" if charge else "billing/renewal",
        invoice.person_id,
        occasion=_step(invoice, step),
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
            **({"charge_on": charge.charge_on.isoformat()} | _of_card(charge.auto_renewal) if charge else {}),
        },
        valid_until=member_rules.renewal_step_until(term.ends_on, step),
    )
    if charge:  # owed, but nobody is woken by it
        made["next_try_at"] = (outbox.held_until(at) or at).isoformat()
    return made


def _of_card(renewal: "AutoRenewal") -> dict[str, str]:
    token = signing.Signer(salt=SWITCH_OFF).sign(renewal.public_id)
    return {"card": renewal.card, "off_path": reverse("auto_renewal_off_by_letter", args=[token])}


def auto_renewal_on(renewal: "AutoRenewal", *, at: datetime) -> bool:
    """What was agreed to, word by word, and how to take it back."""
    return outbox.post(
        "billing/auto_renewal_on",
        renewal.person,
        occasion=f"auto_renewal_on:{renewal.pk}",
        at=at,
        context=_of_card(renewal)
        | {"consent": renewal.consent, "good_until": renewal.good_until, "path": reverse("billing")},
    )


def auto_renewal_off(renewal: "AutoRenewal", *, at: datetime) -> bool:
    """Nothing more is taken from this card."""
    return outbox.post(
        "billing/auto_renewal_off",
        renewal.person,
        occasion=f"auto_renewal_off:{renewal.pk}",
        at=at,
        context={"card": renewal.card, "path": reverse("billing")},
    )


def card_declined(
    attempt: "Attempt", charge: "CardCharge", code: str, again_on: "date | None", *, at: datetime
) -> bool:
    """R16: the saved card could not be charged: the ordinary link, and whether the card is tried once more."""
    invoice = attempt.invoice
    assert invoice.renews is not None
    return outbox.post(
        "billing/card_declined",
        invoice.person,
        occasion=f"card_declined:{attempt.pk}",
        at=at,
        context=_of_card(charge.auto_renewal)
        | {
            "number": invoice.number,
            "tier_zh": invoice.tier_name_zh,
            "tier_en": invoice.tier_name_en,
            "amount": invoice.amount,
            "currency": invoice.currency,
            "confirm": code == rules.FINAL[0],
            "again_on": again_on.isoformat() if again_on else None,
            "grace_last_on": (member_rules.grace_ends_on(invoice.renews.ends_on) - timedelta(days=1)).isoformat(),
            "path": reverse("invoice", args=[invoice.number]),
        },
    )
