"""One function for webhook, return page, sweeper and the treasurer's button: ask the provider, then write once.

A message only says which object to look at. Facts are fetched, compared with our own record, and booked under
the locks person → invoice → payment; whoever comes second finds the work done.
"""

from datetime import datetime

import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from community.billing import gateway, rules, states
from community.billing.models import Attempt, CardCharge, Channel, Invoice
from community.billing.services import attempts, auto_renewals, charging, disputes, receiving, refunds

log = structlog.get_logger()


def converge(object_id: str, *, at: datetime) -> None:
    """Bring our record to what the provider says about a page (cs_), a payment (pi_), a refund (re_) or a dispute (du_).

    What isn't ours is ignored. Raises gateway.Unreachable.
    """
    kind = object_id.partition("_")[0]
    try:
        if kind == "cs":
            _converge_session(gateway.fetch_session(object_id), at=at)
        elif kind == "pi":
            _converge_intent(object_id, at=at)
        elif kind in ("re", "pyr"):
            refunds.record(gateway.fetch_refund(object_id), at=at)
        elif kind in ("du", "dp"):
            _converge_dispute(gateway.fetch_dispute(object_id), at=at)
    except gateway.Refused as refused:
        log.info("not_ours", object=object_id, code=refused.code)


def _converge_dispute(fact: gateway.Disputed, *, at: datetime) -> None:
    """A dispute may be told before its payment was: then the payment is fetched first."""
    if not disputes.known(fact.intent_id):
        _converge_intent(fact.intent_id, at=at)
    disputes.record(fact, at=at)


def look(attempt: Attempt, *, at: datetime) -> gateway.Session:
    """Fetch the page of an attempt and converge: complete → booked, expired → closed, open → left alone.

    Raises gateway.Unreachable, gateway.Refused.
    """
    assert attempt.session_id is not None
    session = gateway.fetch_session(attempt.session_id)
    _converge_session(session, at=at)
    return session


def look_at_invoice(invoice: Invoice, *, at: datetime) -> None:
    """The return page: whatever became of this invoice's page. An unreachable provider is left to the sweeper."""
    attempt = Attempt.objects.filter(invoice=invoice, status=states.OPEN, session_id__isnull=False).first()
    if attempt is None:
        return
    try:
        look(attempt, at=at)
    except (gateway.Unreachable, gateway.Refused) as error:
        log.warning("return_page_without_answer", invoice=invoice.number, error=str(error))


def tend(attempt_id: int, *, at: datetime) -> None:
    """What the sweeper does with one open attempt: look at its page; close the page of a void invoice; ask what became of
    a card that was charged.

    Raises gateway.Unreachable.
    """
    attempt = Attempt.objects.select_related("invoice").get(pk=attempt_id)
    if attempt.status != states.OPEN:
        return
    if attempt.charge_id is not None:
        press(attempt, at=at)
        return
    if attempt.session_id is None:
        # The answer was lost or is still on its way. Money that comes all the same is found by its metadata.
        if at >= attempt.expires_at:
            attempts.end(attempt_id, "close", at=at, reason="no page was opened")
        return
    try:
        if not attempt.invoice.is_open:
            _converge_session(gateway.expire_session(attempt.session_id), at=at)
            return
    except gateway.Refused:
        pass  # complete or expired already: looking tells which
    try:
        look(attempt, at=at)
    except gateway.Refused as refused:
        attempts.end(attempt_id, "close", at=at, reason=f"the provider refused: {refused.code}")


def press(attempt: Attempt, *, at: datetime, fresh: bool = False) -> str:
    """Charge the saved card a try is for, or find out what became of it (`fresh`: nobody can have called before). The
    status the try has then. Raises gateway.Unreachable."""
    assert attempt.charge_id is not None
    charge = CardCharge.objects.select_related("auto_renewal", "invoice__person").get(pk=attempt.charge_id)
    card = charge.auto_renewal
    try:
        intent = None if fresh else gateway.charged_before(card.customer_id, attempt.key)
        if intent is None and not charging.wanted(attempt):
            charging.give_up(attempt, rules.WITHDRAWN, at=at)
        elif intent is None and at >= attempt.expires_at:
            charging.give_up(attempt, "no_answer", at=at)  # its key is forgotten: the same call might charge anew
        else:
            intent = intent or gateway.charge_card(
                key=attempt.key, money=charge.invoice.money, customer_id=card.customer_id, method_id=card.method_id,
                name=title_of(charge.invoice, attempt.language), metadata=metadata_of(charge.invoice, attempt),
            )  # fmt: skip
            _take(intent, at=at)
    except gateway.Refused as refused:
        charging.give_up(attempt, refused.code, at=at)
    return Attempt.objects.values_list("status", flat=True).get(pk=attempt.pk)


def close(attempt: Attempt, *, at: datetime) -> gateway.Session:
    """Close the page of an attempt; one that is complete already is taken as it is. Raises gateway.Unreachable, Refused."""
    assert attempt.session_id is not None
    try:
        session = gateway.expire_session(attempt.session_id)
    except gateway.Refused:
        return look(attempt, at=at)
    _converge_session(session, at=at)
    return session


def title_of(invoice: Invoice, language: str) -> str:
    """What the payer reads at the provider and on the card's statement."""
    with translation.override(language):
        what = (
            _("Seat: %(tier)s (%(number)s)")
            if invoice.purpose == Invoice.Purpose.SEAT
            else _("%(tier)s membership, 12 months (%(number)s)")
        )
        return what % {"tier": invoice.tier_name, "number": invoice.number}


def metadata_of(invoice: Invoice, attempt: Attempt) -> dict[str, str]:
    """What we write on the provider's objects to know our own again; never matched by e-mail."""
    return {
        "attempt": attempt.key,
        "invoice": invoice.number,
        "person": invoice.person.public_id,
        "purpose": invoice.purpose,
    }


def _converge_session(session: gateway.Session, *, at: datetime) -> None:
    if session.intent_id and session.status == "complete":
        _converge_intent(session.intent_id, at=at, page_complete=True)
    elif session.status == "expired":
        attempt = Attempt.objects.filter(session_id=session.id).first()
        if attempt is not None:
            attempts.end(attempt.pk, "close", at=at, reason="the page expired")


def _converge_intent(intent_id: str, *, at: datetime, page_complete: bool = False) -> None:
    _take(gateway.fetch_intent(intent_id), at=at, page_complete=page_complete)


def _take(intent: gateway.Intent, *, at: datetime, page_complete: bool = False) -> None:
    attempt = Attempt.objects.select_related("invoice__person").filter(key=intent.metadata.get("attempt", "")).first()
    if attempt is None:
        return  # another system of the same account
    if not intent.succeeded:
        if attempt.charge_id is not None and intent.dead:
            charging.give_up(attempt, intent.code or "declined", at=at)
        elif page_complete and intent.dead:  # on an open page a declined card may be followed by another
            attempts.end(attempt.pk, "close", at=at, reason="the payment failed")
        return
    invoice = attempt.invoice
    expected = metadata_of(invoice, attempt)
    receipt = receiving.Receipt(
        channel=Channel.STRIPE,
        external_id=intent.id,
        money=intent.received,
        received_at=intent.captured_at,
        method=intent.method,
        ours=all(intent.metadata.get(name) == value for name, value in expected.items()),
        charge_id=attempt.charge_id,
    )
    payment = receiving.receive(invoice.pk, receipt, at=at)
    if intent.kept is not None:
        auto_renewals.keep(attempt, intent.kept, counts=payment.status == states.APPLIED, at=at)
    if attempt.charge_id is not None:
        charging.paid(attempt.charge_id, at=at)
    attempts.end(attempt.pk, "complete", at=at)
