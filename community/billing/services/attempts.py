"""Tries to pay: one open per invoice, stored before the provider is called."""

import uuid
from datetime import datetime

from community.billing import gateway, policies, rules, states
from community.billing.models import Attempt, Invoice
from community.billing.services import auto_renewals, effects
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.states import move
from community.members.services import people


@settled({"attempt_one_open_per_invoice": "busy"})
def open_attempt(invoice_id: int, *, person_id: int, language: str, auto_renew: bool = False, at: datetime) -> Attempt:
    """The invoice's open attempt, or a new one with its key and end stored before anybody is called; with `auto_renew`
    and the consent to it."""
    person = people.lock_person(person_id)
    effects.lock(Invoice.objects.filter(pk=invoice_id))
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    policies.may_pay(person, invoice, at=at).insist()
    running = Attempt.objects.filter(invoice=invoice, status=states.OPEN).first()
    if running is not None:
        return running
    attempt = Attempt.objects.create(
        key=uuid.uuid4().hex,
        invoice=invoice,
        language=language,
        email=person.email,
        started_at=at,
        expires_at=rules.session_expiry(at, invoice.due_at),
        look_at=at + rules.LOOK_EVERY,
    )
    audit.record("attempt.start", attempt, by=person, at=at, person_id=person.pk, new=attempt.status)
    if auto_renew and invoice.purpose in rules.AUTO_PURPOSES:
        auto_renewals.ask(attempt, at=at)
    return attempt


@settled()
def store_page(attempt_id: int, session: gateway.Session) -> bool:
    """Keep the page's address. False when the invoice was voided while we called: the page must be closed again."""
    attempt = Attempt.objects.get(pk=attempt_id)
    invoice = Invoice.objects.select_for_update().get(pk=attempt.invoice_id)
    Attempt.objects.filter(pk=attempt_id).update(session_id=session.id, url=session.url)
    return invoice.is_open


@settled()
def end(attempt_id: int, action: str, *, at: datetime, reason: str = "") -> bool:
    """`complete` (paid) or `close` (can no longer be paid) an attempt; False when it has ended already."""
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("invoice").get(pk=attempt_id)
    if attempt.status != states.OPEN:
        return False
    move(states.ATTEMPT, attempt, action, by=None, at=at, reason=reason, person_id=attempt.invoice.person_id)
    if action == "close":
        auto_renewals.drop(attempt, at=at)
    return True
