"""What a paid invoice does, and what its refund in full undoes: told down to members, chosen by purpose."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import states
from community.billing.models import Invoice, Refund
from community.billing.selectors import changing as tier_changes
from community.billing.selectors import seats as bills
from community.billing.services import fapiao
from community.events.services import paying
from community.members.services import admission, changing, renewing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from community.members.models import Person


def lock(invoices: "QuerySet[Invoice]") -> None:
    """What stands between the persons and the invoices in the one order: the events whose seats they are for."""
    ids = invoices.filter(signup__isnull=False).values_list("signup__event_id", flat=True)
    paying.lock_events([pk for pk in ids if pk is not None])


def paid(invoice: Invoice, *, paid_at: datetime, by: "Person | None", at: datetime) -> bool:
    """The money is there. False when what the invoice is for can no longer take it: then it is held (R19).

    In the caller's transaction, with person and invoice locked.
    """
    if invoice.purpose == Invoice.Purpose.ADMISSION:
        return _fee_paid(invoice, paid_at=paid_at, by=by, at=at)
    if invoice.purpose == Invoice.Purpose.RENEWAL:
        return _renewal_paid(invoice, paid_at=paid_at, by=by, at=at)
    if invoice.purpose == Invoice.Purpose.UPGRADE:
        return _upgrade_paid(invoice, paid_at=paid_at, by=by, at=at)
    if invoice.signup_id is not None:
        return paying.take(invoice.signup_id, by=by, at=at)
    raise ValueError(f"nobody says what a paid invoice for {invoice.purpose} does")


def refunded(invoice: Invoice, refund: Refund, *, at: datetime) -> None:
    """The money an invoice was paid with has all gone back, and arrived."""
    fapiao.nothing_stays(invoice, at=at)
    if invoice.purpose == Invoice.Purpose.ADMISSION:
        _fee_refunded(invoice, refund, at=at)
    else:
        undone(invoice, by=refund.requested_by, reason=refund.reason or "refunded", at=at)


def undone(invoice: Invoice, *, by: "Person | None", reason: str, at: datetime) -> None:
    """The money an invoice was paid with is not there after all: a wrong booking, a lost dispute."""
    fapiao.nothing_stays(invoice, at=at)
    if invoice.purpose == Invoice.Purpose.ADMISSION:
        _fee_gone(invoice, by=by, reason=reason, at=at)
    elif invoice.purpose == Invoice.Purpose.RENEWAL and invoice.term_id is not None:
        renewing.undo(invoice.term_id, follows_id=invoice.renews_id, by=by, at=at, reason=reason)
    elif invoice.purpose == Invoice.Purpose.UPGRADE and invoice.term is not None:
        tier_id = tier_changes.tier_paid_for(invoice.term, besides=invoice)
        changing.set_tier(invoice.term, tier_id or _tier_of(invoice), by=by, at=at, reason=reason)
    elif invoice.signup_id is not None and not bills.live_invoices([invoice.signup_id]).filter(status=states.PAID):
        paying.lose(invoice.signup_id, by=by, at=at, reason=reason)


def _tier_of(invoice: Invoice) -> int:
    assert invoice.tier_id is not None
    return invoice.tier_id


def _fee_paid(invoice: Invoice, *, paid_at: datetime, by: "Person | None", at: datetime) -> bool:
    """R8: may admit."""
    assert invoice.application_id is not None
    return admission.record_payment(
        invoice.person_id,
        application_id=invoice.application_id,
        tier_id=_tier_of(invoice),
        paid_at=paid_at,
        by=by,
        at=at,
    )


def _renewal_paid(invoice: Invoice, *, paid_at: datetime, by: "Person | None", at: datetime) -> bool:
    """R15: the next term. The invoice remembers which, so that a refund in full can end that one and no other."""
    assert invoice.renews_id is not None
    term = renewing.renew(
        invoice.person_id, follows_id=invoice.renews_id, tier_id=_tier_of(invoice), paid_at=paid_at, by=by, at=at
    )
    if term is None:
        return False
    invoice.term = term
    invoice.save(update_fields=["term"])
    return True


def _upgrade_paid(invoice: Invoice, *, paid_at: datetime, by: "Person | None", at: datetime) -> bool:
    """R17: the running term holds the higher tier from this moment."""
    assert invoice.term_id is not None and invoice.from_tier_id is not None
    return changing.move_up(
        invoice.person_id, term_id=invoice.term_id, from_tier_id=invoice.from_tier_id, tier_id=_tier_of(invoice),
        paid_at=paid_at, by=by, at=at,
    )  # fmt: skip


def _fee_refunded(invoice: Invoice, refund: Refund, *, at: datetime) -> None:
    """Unless members asked for it themselves."""
    if refund.origin != Refund.Origin.APPLICATION:
        _fee_gone(invoice, by=refund.requested_by, reason=refund.reason or "refunded", at=at)


def _fee_gone(invoice: Invoice, *, by: "Person | None", reason: str, at: datetime) -> None:
    """Unless the fee was paid anew since."""
    assert invoice.application_id is not None
    fees = Invoice.objects.filter(application_id=invoice.application_id, purpose=Invoice.Purpose.ADMISSION)
    if fees.filter(status=states.PAID).exists():
        return
    admission.payment_reversed(
        invoice.person_id,
        application_id=invoice.application_id,
        by=by,
        at=at,
        reason=reason,
    )
