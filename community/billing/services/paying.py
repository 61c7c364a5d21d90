"""Starting to pay: store the attempt, commit, then call the provider; never a lock over the network (R19)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from community.billing import gateway
from community.billing.models import Attempt, Channel, Invoice
from community.billing.services import attempts, converging
from community.kernel.errors import RuleBroken
from community.members.services import clock

if TYPE_CHECKING:
    from community.members.models import Person


def start(invoice: Invoice, *, person: "Person", channel: str, language: str, at: datetime) -> str | None:
    """The address of the payment page, the same for a second press; None when there is nothing left to pay on it.

    Raises RuleBroken: what `may_pay` says, "channel.unknown", "payment.not_configured", "payment.unreachable".
    """
    if channel != Channel.STRIPE:
        raise RuleBroken("channel.unknown")
    if not gateway.configured():
        raise RuleBroken("payment.not_configured")
    clock.lapse_if_due(person.pk, at=at)
    for _attempt in range(2):
        attempt = attempts.open_attempt(invoice.pk, person_id=person.pk, language=language, at=at)
        try:
            if attempt.session_id is None:
                return _open_page(attempt, at=at)
            session = converging.look(attempt, at=at)
        except gateway.Unreachable:
            if attempt.url:
                return attempt.url  # unreachable is not expired: the page we know may still be good
            raise RuleBroken("payment.unreachable") from None
        except gateway.Refused as refused:
            attempts.end(attempt.pk, "close", at=at, reason=f"the provider refused: {refused.code}")
            continue
        if session.status == "complete":
            return None
        if session.status == "open":
            return attempt.url
    raise RuleBroken("payment.unreachable")


def _open_page(attempt: Attempt, *, at: datetime) -> str:
    invoice = Invoice.objects.select_related("person").get(pk=attempt.invoice_id)
    back = settings.BASE_URL + reverse("invoice_return", args=[invoice.number])
    with translation.override(attempt.language):
        what = (
            _("Seat: %(tier)s (%(number)s)")
            if invoice.purpose == Invoice.Purpose.SEAT
            else _("%(tier)s membership, 12 months (%(number)s)")
        ) % {"tier": invoice.tier_name, "number": invoice.number}
    session = gateway.start_session(
        key=attempt.key,
        money=invoice.money,
        name=what,
        email=attempt.email,
        language=attempt.language,
        expires_at=attempt.expires_at,
        metadata=converging.metadata_of(invoice, attempt),
        success_url=back,
        cancel_url=f"{back}?cancelled=1",
    )
    if not attempts.store_page(attempt.pk, session):
        converging.tend(attempt.pk, at=at)
        raise RuleBroken("invoice.void")
    return session.url
