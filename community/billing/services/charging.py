"""Charges of saved cards for the next year (R15, R16, R19): announced, begun once, and what a decline leads to.

Nothing here speaks to the provider. A charge is a try like a payment page is one: a row stored before the call, one open
for an invoice, so that a card and a page are never at work for the same invoice at once.
"""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from community.billing import notifications, policies, rules, states
from community.billing.models import Attempt, AutoRenewal, CardCharge, Invoice
from community.billing.services import attempts, effects
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.states import move
from community.members import rules as member_rules
from community.members.services import people

if TYPE_CHECKING:
    from collections.abc import Sequence


def announce(invoices: "Sequence[Invoice]", *, at: datetime) -> None:
    """A letter about each of these open renewals is being written now: the ones that a card will pay have their day from
    here on, once. In the caller's transaction."""
    running = {
        one.person_id: one
        for one in AutoRenewal.objects.filter(status=states.ON, person__in=[i.person_id for i in invoices])
    }
    planned = []
    for invoice in invoices:
        renewal, term = running.get(invoice.person_id), invoice.renews
        if renewal is None or term is None:
            continue
        on = rules.charge_on(term.ends_on, member_rules.grace_ends_on(term.ends_on), day_of(at))
        if on is None or not rules.card_lasts(renewal.exp_year or 0, renewal.exp_month or 0, on):
            continue
        planned.append(
            CardCharge(
                invoice=invoice, auto_renewal=renewal, charge_on=on, announced_at=at, look_at=rules.charge_at(on)
            )
        )
    CardCharge.objects.bulk_create(planned, ignore_conflicts=True)
    made = CardCharge.objects.filter(invoice__in=[charge.invoice for charge in planned], announced_at=at)
    audit.record_all("charge.announce", list(made.select_related("auto_renewal")), by=None, at=at, new=states.PLANNED)


def planned(invoices: "Sequence[Invoice]") -> dict[int, CardCharge]:
    """The charges that are still to come, by invoice."""
    found = CardCharge.objects.filter(invoice__in=invoices, status=states.PLANNED, auto_renewal__status=states.ON)
    return {charge.invoice_id: charge for charge in found.select_related("auto_renewal")}


@settled({"attempt_one_open_per_invoice": "busy"})
def begin(charge_id: int, *, at: datetime) -> Attempt | None:
    """The try of a charge whose hour has come, stored before anybody is called; None when there is nothing to try: it is
    paid, it is off, it is too late, or the member is on a payment page this minute."""
    charge = CardCharge.objects.select_related("invoice", "auto_renewal").get(pk=charge_id)
    person = people.lock_person(charge.auto_renewal.person_id)
    effects.lock(Invoice.objects.filter(pk=charge.invoice_id))
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("renews").get(pk=charge.invoice_id)
    charge = CardCharge.objects.select_for_update(of=("self",)).select_related("auto_renewal").get(pk=charge_id)
    if charge.status != states.PLANNED or charge.look_at > at:
        return None
    if (why := _why_not(charge, invoice, at)) or not policies.may_pay(person, invoice, at=at):
        _end(charge, why or rules.TOO_OLD, at=at)
        return None
    CardCharge.objects.filter(pk=charge.pk).update(look_at=at + rules.LOOK_EVERY)
    if Attempt.objects.filter(invoice=invoice, status=states.OPEN).exists():
        return None
    CardCharge.objects.filter(pk=charge.pk).update(tries=charge.tries + 1)
    attempt = Attempt.objects.create(
        key=uuid.uuid4().hex, invoice=invoice, charge=charge, language=person.language, email=person.email,
        started_at=at, expires_at=at + rules.KEY_LIVES, look_at=at + rules.LOOK_EVERY,
    )  # fmt: skip
    audit.record("attempt.start", attempt, by=None, at=at, person_id=person.pk, new=attempt.status)
    return attempt


def _why_not(charge: CardCharge, invoice: Invoice, at: datetime) -> str:
    """Why this charge is over, whoever asks; "" while it may be made."""
    if not invoice.is_open:
        return rules.BY_HAND if invoice.status in states.WAS_PAID else rules.WITHDRAWN
    if charge.auto_renewal.status != states.ON:
        return rules.WITHDRAWN
    assert invoice.renews is not None
    in_grace = day_of(at) < member_rules.grace_ends_on(invoice.renews.ends_on)
    return "" if in_grace and charge.tries < rules.CHARGE_TRIES else rules.TOO_OLD


def wanted(attempt: Attempt) -> bool:
    """Asked once more right before the call: the try is open, its invoice unpaid, the consent stands."""
    return Attempt.objects.filter(
        pk=attempt.pk, status=states.OPEN, invoice__status=states.OPEN, charge__auto_renewal__status=states.ON
    ).exists()


@settled()
def give_up(attempt: Attempt, code: str, *, at: datetime) -> None:
    """Nothing was taken. The member is told with the ordinary link and, if it helps, the card is tried once more; the
    running year is untouched (R16). `code` is the provider's word, or ours. Once, however often told."""
    people.lock_person(attempt.invoice.person_id)
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("renews").get(pk=attempt.invoice_id)
    if not attempts.end(attempt.pk, "close", at=at, reason=code):
        return
    assert attempt.charge_id is not None
    charge = CardCharge.objects.select_for_update(of=("self",)).select_related("auto_renewal").get(pk=attempt.charge_id)
    off = not invoice.is_open or charge.auto_renewal.status != states.ON
    again = None if off else _again_on(charge, invoice, code, at)
    if charge.status == states.PLANNED and again is None:
        _end(charge, rules.WITHDRAWN if off else code, at=at)
    elif again is not None:
        CardCharge.objects.filter(pk=charge.pk).update(look_at=rules.charge_at(again))
    if not off:
        notifications.card_declined(attempt, charge, code, again, at=at)


def _again_on(charge: CardCharge, invoice: Invoice, code: str, at: datetime) -> date | None:
    assert invoice.renews is not None
    day = rules.charge_again_on(code, charge.tries, day_of(at))
    in_grace = day is not None and day < member_rules.grace_ends_on(invoice.renews.ends_on)
    return day if in_grace and charge.status == states.PLANNED else None


@settled()
def paid(charge_id: int, *, at: datetime) -> None:
    """The charge came through, whatever became of the money. Once, however many tell it at the same time."""
    waiting = CardCharge.objects.filter(pk=charge_id, status=states.PLANNED)
    charge = waiting.select_for_update(of=("self",)).select_related("auto_renewal").first()
    if charge is not None:
        _end(charge, "paid", at=at)


def _end(charge: CardCharge, outcome: str, *, at: datetime) -> None:
    move(
        states.CHARGE, charge, "end", by=None, at=at, reason=outcome, person_id=charge.auto_renewal.person_id,
        outcome=outcome[:60], ended_at=at,
    )  # fmt: skip
