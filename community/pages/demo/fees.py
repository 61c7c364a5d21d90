"""What founders paid, in bulk: an invoice for each year, numbered in order of time and booked by the ledger itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from community.billing.services import invoicing, ledger
from community.kernel.days import day_of, start_of
from community.members import rules
from community.pages.demo.tables import row, table

HOUR = timedelta(hours=1)
ISSUED_BEFORE = timedelta(days=30)  # the end of a year (R15)
BY_CARD = 6


@dataclass(frozen=True)
class Bill:
    """A fee asked for; `over_at`: when it was void because nobody paid it."""

    term: Any  # the year it is for; of a renewal nobody paid, the year before
    issued_at: datetime
    paid_at: datetime | None = None
    renews: Any = None
    over_at: datetime | None = None


def paid_at(term: Any) -> datetime:
    """When the year after this one was paid: some days before its end, not all on the same."""
    day = term.ends_on.toordinal()
    return start_of(term.ends_on) - timedelta(days=3 + day % 17) + (9 + day % 9) * HOUR


def book(terms: list[Any], in_vain: list[Any]) -> dict[int, Any]:
    """A paid invoice for each year; and for each of the years `in_vain`, after which nobody paid, one that is void: these by
    the year's key."""
    before = {(term.person_id, term.ends_on): term for term in terms}
    bills = [_bill(term, before.get((term.person_id, term.starts_on))) for term in terms]
    bills += [
        Bill(term, _asked_at(term), renews=term, over_at=start_of(rules.renewable_until(term.ends_on)))
        for term in in_vain
    ]
    invoices = _invoices(sorted(bills, key=lambda bill: bill.issued_at))
    table("billing.Invoice").bulk_create(invoices, batch_size=1000)
    paid = [invoice for invoice in invoices if invoice.paid_at]
    payments = [_payment(invoice, _way(number, len(paid))) for number, invoice in enumerate(paid)]
    table("billing.Payment").bulk_create(payments, batch_size=1000)
    table("billing.Allocation").bulk_create(
        (
            row("billing.Allocation", payment=p, invoice=p.invoice, amount=p.amount, allocated_at=p.recorded_at)
            for p in payments
        ),
        batch_size=1000,
    )
    _written_down(invoices, payments)
    return {invoice.renews_id: invoice for invoice in invoices if invoice.voided_at}


def _bill(term: Any, before: Any) -> Bill:
    if before is None:
        return Bill(term, term.recorded_at - 2 * HOUR, paid_at=term.recorded_at)
    return Bill(term, _asked_at(before), paid_at=term.recorded_at, renews=before)


def _asked_at(term: Any) -> datetime:
    return start_of(term.ends_on) - ISSUED_BEFORE + 6 * HOUR


def _invoices(bills: list[Bill]) -> list[Any]:
    counters: dict[int, Any] = {}
    price_on = cache(lambda tier_id, on: invoicing.price_of(tier_id, at=start_of(on)))
    invoices = []
    for bill in bills:
        term, tier, year = bill.term, bill.term.tier, day_of(bill.issued_at).year
        price = price_on(tier.pk, day_of(bill.issued_at))
        counter = counters.setdefault(year, row("billing.InvoiceNumber", year=year, last=0))
        counter.last += 1
        invoices.append(
            row(
                "billing.Invoice", number=str(counter), person_id=term.person_id, tier=tier, tier_name_zh=tier.name_zh,
                tier_name_en=tier.name_en, amount=price.amount, currency=price.currency, issued_at=bill.issued_at,
                purpose="renewal" if bill.renews else "admission", renews=bill.renews,
                application=None if bill.renews else term.application, paid_at=bill.paid_at, voided_at=bill.over_at,
                due_at=start_of(rules.renewable_until(bill.renews.ends_on)) if bill.renews else None,
                status="paid" if bill.paid_at else "void", term=term if bill.renews and bill.paid_at else None,
            )
        )  # fmt: skip
    table("billing.InvoiceNumber").bulk_create(counters.values())
    return invoices


def _payment(invoice: Any, way: dict[str, str]) -> Any:
    return row(
        "billing.Payment", **way, invoice=invoice, person_id=invoice.person_id, amount=invoice.amount,
        currency=invoice.currency, status="applied", received_at=invoice.paid_at, recorded_at=invoice.paid_at,
    )  # fmt: skip


def _way(number: int, of: int) -> dict[str, str]:
    """Six in the middle paid by card, the others by transfer."""
    if of // 2 <= number < of // 2 + BY_CARD:
        return {"channel": "stripe", "external_id": f"pi_demo{number}", "method": "card"}
    return {"channel": "bank", "external_id": f"DEMO-{number}"}


def _written_down(invoices: list[Any], payments: list[Any]) -> None:
    steps = [(one, "invoice.issue", one.issued_at, "", "open") for one in invoices]
    steps += [(one, "invoice.void", one.voided_at, "open", "void") for one in invoices if one.voided_at]
    for payment in payments:
        steps.append((payment, "payment.receive", payment.recorded_at, "", "applied"))
        steps.append((payment.invoice, "invoice.pay", payment.recorded_at, "open", "paid"))
    table("kernel.AuditEntry").bulk_create(
        (
            row(
                "kernel.AuditEntry", at=at, person_id=subject.person_id, action=action,
                subject_type=subject._meta.label, subject_id=subject.pk, old=old, new=new,
            )
            for subject, action, at, old, new in steps
        ),
        batch_size=1000,
    )  # fmt: skip
    for invoice in invoices:
        ledger.invoice_issued(invoice, at=invoice.issued_at)
        if invoice.voided_at:
            ledger.invoice_voided(invoice, at=invoice.voided_at)
    for payment in payments:
        ledger.payment_received(payment, applied=True, at=payment.recorded_at)
