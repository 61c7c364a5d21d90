"""Starting to pay: store the attempt, commit, then call the provider; never a lock over the network (R19)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from community.billing import gateway, rules, states
from community.billing.models import Attempt, Channel, Invoice
from community.billing.services import attempts, converging
from community.kernel.errors import RuleBroken
from community.members.services import clock

if TYPE_CHECKING:
    from community.members.models import Person


def start(
    invoice: Invoice, *, person: "Person", channel: str, language: str, auto_renew: bool = False, at: datetime
) -> str | None:
    """The address of the payment page, the same for a second press; None when there is nothing left to pay on it.

    `auto_renew`: the payer agrees that the card is kept for the next years (R19); another wish is another page.
    Raises RuleBroken: what `may_pay` says, "channel.unknown", "payment.not_configured", "payment.unreachable".
    """
    if channel != Channel.STRIPE:
        raise RuleBroken("channel.unknown")
    if not gateway.configured():
        raise RuleBroken("payment.not_configured")
    clock.lapse_if_due(person.pk, at=at)
    auto_renew = auto_renew and invoice.purpose in rules.AUTO_PURPOSES
    for _attempt in range(3):
        attempt = attempts.open_attempt(
            invoice.pk, person_id=person.pk, language=language, auto_renew=auto_renew, at=at
        )
        try:
            status = _status(attempt, auto_renew, at=at)
        except gateway.Unreachable:
            if attempt.url and attempt.keeps_card == auto_renew:
                return attempt.url  # unreachable is not expired: the page we know may still be good
            raise RuleBroken("payment.unreachable") from None
        except gateway.Refused as refused:
            attempts.end(attempt.pk, "close", at=at, reason=f"the provider refused: {refused.code}")
            continue
        if status == states.COMPLETE:
            return None
        if status == states.OPEN and attempt.charge_id is None:
            return attempt.url
    raise RuleBroken("payment.unreachable")


def _status(attempt: Attempt, auto_renew: bool, *, at: datetime) -> str:
    """What an open try is: a page to lead to (`attempt.url`), complete, or closed, so that another can be opened.

    Raises gateway.Unreachable, gateway.Refused.
    """
    if attempt.charge_id is not None:  # the saved card is being charged this minute: never beside a page
        return converging.press(attempt, at=at)
    if attempt.session_id is None:
        _open_page(attempt, at=at)
        attempt.refresh_from_db(fields=["session_id", "url"])
        if attempt.keeps_card == auto_renew:
            return states.OPEN
    if attempt.keeps_card != auto_renew:
        return converging.close(attempt, at=at).status
    return converging.look(attempt, at=at).status


def _open_page(attempt: Attempt, *, at: datetime) -> None:
    invoice = Invoice.objects.select_related("person").get(pk=attempt.invoice_id)
    back = settings.BASE_URL + reverse("invoice_return", args=[invoice.number])
    session = gateway.start_session(
        key=attempt.key,
        money=invoice.money,
        name=converging.title_of(invoice, attempt.language),
        email=attempt.email,
        language=attempt.language,
        expires_at=attempt.expires_at,
        metadata=converging.metadata_of(invoice, attempt),
        success_url=back,
        cancel_url=f"{back}?cancelled=1",
        keep_card=attempt.keeps_card,
    )
    if not attempts.store_page(attempt.pk, session):
        converging.tend(attempt.pk, at=at)
        raise RuleBroken("invoice.void")
