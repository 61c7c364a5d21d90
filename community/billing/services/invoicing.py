"""Issuing and voiding invoices: the price of the day (R13), numbers without gaps (R20), one open at a time."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from community.billing import rules, states
from community.billing.models import Attempt, Invoice, InvoiceNumber, Price
from community.billing.services import ledger
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import Money
from community.kernel.ring import ring
from community.kernel.states import move
from community.members import policies as members
from community.members import selectors as member_lists
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person


def choose_tier(person: "Person", tier_code: str, *, at: datetime) -> Invoice:
    """R8: choosing a tier issues the admission invoice; another tier voids the unpaid one and issues anew.

    Raises RuleBroken: what `may_pay_fee` says, "tier.not_yours", "fee.no_price".
    """
    clock.lapse_if_due(person.pk, at=at)
    return issue_admission_invoice(person, tier_code, at=at)


@settled({"invoice_one_open_per_purpose": "busy"})
def issue_admission_invoice(person: "Person", tier_code: str, *, at: datetime) -> Invoice:
    """The open admission invoice of a person for a tier, at the price of the day it is issued (R8, R13)."""
    locked = people.lock_person(person.pk)
    members.may_pay_fee(locked, at=at).insist()
    application = member_lists.live_application(locked)
    tier = next((tier for tier in member_lists.tiers_for(locked) if tier.code == tier_code), None)
    if application is None or tier is None:
        raise RuleBroken("tier.not_yours")
    money = price_of(tier.pk, at=at)
    for unpaid in Invoice.objects.select_for_update().filter(
        person=locked, purpose=Invoice.Purpose.ADMISSION, status=states.OPEN
    ):
        if (unpaid.application_id, unpaid.tier_id) == (application.pk, tier.pk):
            return unpaid
        void(unpaid, by=locked, at=at, reason="another tier was chosen")
    return _issue(locked, application=application, tier=tier, money=money, at=at)


def _issue(person: "Person", *, application: Any, tier: Any, money: Money, at: datetime) -> Invoice:
    invoice = Invoice.objects.create(
        number=next_number(at=at),
        person=person,
        purpose=Invoice.Purpose.ADMISSION,
        application=application,
        tier=tier,
        tier_name_zh=tier.name_zh,
        tier_name_en=tier.name_en,
        amount=money.amount,
        currency=money.currency,
        issued_at=at,
    )
    ledger.invoice_issued(invoice, at=at)
    audit.record("invoice.issue", invoice, by=person, at=at, new=invoice.status, data={"number": invoice.number})
    return invoice


def price_of(tier_id: int, *, at: datetime, joined_on: date | None = None) -> Money:
    """R13: a tier's price on the community day of an instant, for a member since `joined_on` (None: a newcomer).

    Raises RuleBroken("fee.no_price").
    """
    offered = (price.offered for price in Price.objects.filter(tier_id=tier_id))
    money = rules.price_of_day(offered, day_of(at), joined_on)
    if money is None:
        raise RuleBroken("fee.no_price")
    return money


def next_number(*, at: datetime) -> str:
    """The next number of the community year, e.g. 2026-000123. The counter stays locked until commit: no gaps,
    because a number whose invoice is rolled back was never taken."""
    return next_numbers(1, at=at)[0]


def next_numbers(count: int, *, at: datetime) -> list[str]:
    """So many next numbers at once, in order; the counter's row is locked once."""
    year = day_of(at).year
    InvoiceNumber.objects.bulk_create([InvoiceNumber(year=year)], ignore_conflicts=True)
    counter = InvoiceNumber.objects.select_for_update().get(pk=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [f"{year}-{number:06d}" for number in range(first, counter.last + 1)]


def void(invoice: Invoice, *, by: "Person | None", at: datetime, reason: str) -> None:
    """Cancel an open, locked invoice; its payment page is closed after commit."""
    move(states.INVOICE, invoice, "void", by=by, at=at, reason=reason, voided_at=at)
    ledger.invoice_voided(invoice, at=at)
    for attempt in Attempt.objects.filter(invoice=invoice, status=states.OPEN):
        Attempt.objects.filter(pk=attempt.pk).update(look_at=at)
        ring("billing.tend_attempt", attempt.pk)
