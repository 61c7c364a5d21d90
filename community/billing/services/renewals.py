"""The yearly invoice (R15, R16): issued thirty days before a term's end, told about four times, void when it is over.

Everything here works in batches with bounded memory, finds what is due in the database, and may run late or twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Exists, OuterRef, QuerySet

from community.billing import notifications, rules, states
from community.billing.models import Invoice, Price
from community.billing.services import charging, coupons, invoicing, ledger
from community.kernel import audit, outbox
from community.kernel.conflicts import settled
from community.kernel.days import day_of, start_of
from community.kernel.money import Money
from community.members import rules as member_rules
from community.members import selectors as members
from community.members.services import people, renewing

if TYPE_CHECKING:
    from community.members.models import Person, Term

log = structlog.get_logger()
RENEWAL = Invoice.Purpose.RENEWAL


def run(*, at: datetime) -> int:
    """What the hourly task does: issue, remind, and void what is over; how many in all."""
    return issue_all_due(at=at) + remind_all_due(at=at) + void_all_over(at=at)


def issue_all_due(*, at: datetime) -> int:
    """R15: the invoice of everybody whose term ends within thirty days and who has none yet; how many."""
    return sum(_issue(keys, at=at) for keys in _batches(_without_invoice(at)))


@settled({"invoice_one_open_per_purpose": "busy", "invoice_one_live_per_renewal": "busy"})
def _issue(term_ids: list[int], *, at: datetime) -> int:
    """One transaction for a few hundred people, locked in key order; under the locks it is asked again who is due."""
    due = _without_invoice(at).filter(pk__in=term_ids)
    people.lock_people(list(due.values_list("person_id", flat=True)))
    terms = list(due.select_related("tier", "next_tier").order_by("ends_on", "pk"))
    priced = _priced(terms, _Prices(at))
    if len(priced) < len(terms):
        log.error("renewal_without_price", terms=len(terms) - len(priced))
    numbers = invoicing.next_numbers(len(priced), at=at) if priced else []
    invoices = Invoice.objects.bulk_create(
        _invoice(number, term, tier, money, at)
        for number, (term, tier, money) in zip(numbers, priced, strict=True)
    )  # fmt: skip
    ledger.invoices_issued(invoices, at=at)
    audit.record_all("invoice.issue", invoices, by=None, at=at, new=states.OPEN)
    return len(invoices)


def issue_anew(term_id: int, *, by: "Person", at: datetime) -> None:
    """R17: another tier was wished for after the renewal's invoice was issued: that one is void, and there is a new one
    at the price of today, with the same code if it is good for it. In the caller's transaction, with the person locked; nothing while there is none."""
    unpaid = Invoice.objects.select_for_update().filter(renews=term_id, purpose=RENEWAL, status=states.OPEN).first()
    if unpaid is not None:
        invoicing.void(unpaid, by=by, at=at, reason="another tier was wished for")
        _issue([term_id], at=at)
        if unpaid.coupon is not None:
            coupons.carry(unpaid.coupon, Invoice.objects.get(renews=term_id, status=states.OPEN), at=at)


def _priced(terms: "list[Term]", prices: "_Prices") -> "list[tuple[Term, Any, Money]]":
    """Each term with the tier that follows and its price of the day (R13), asked once per tier. Who was a trainee and
    showed a company is invoiced as a member; who wished for another tier in that (R17)."""
    members_tier = next((tier for tier in members.tiers() if not tier.for_trainees), None)
    since = members.members_since([term.person_id for term in terms])
    priced = []
    for term in terms:
        tier = members_tier if term.tier.for_trainees else term.tier
        if term.next_tier is not None and term.next_tier.active:
            tier = term.next_tier
        money = prices.of(tier, since[term.person_id]) if tier is not None else None
        if money is not None:
            priced.append((term, tier, money))
    return priced


class _Prices:
    """The prices of one day, asked once per tier."""

    def __init__(self, at: datetime) -> None:
        self.on = day_of(at)
        self.known: dict[int, list[rules.Offered]] = {}

    def of(self, tier: Any, joined_on: date) -> Money | None:
        if tier.pk not in self.known:
            self.known[tier.pk] = [price.offered for price in Price.objects.filter(tier=tier)]
        return rules.price_of_day(self.known[tier.pk], self.on, joined_on)


def _invoice(number: str, term: "Term", tier: Any, money: Money, at: datetime) -> Invoice:
    return Invoice(
        number=number, person_id=term.person_id, purpose=RENEWAL, renews=term, tier=tier, tier_name_zh=tier.name_zh,
        tier_name_en=tier.name_en, amount=money.amount, currency=money.currency, issued_at=at,
        due_at=start_of(member_rules.renewable_until(term.ends_on)),
    )  # fmt: skip


def _without_invoice(at: datetime) -> "QuerySet[Term]":
    """A refunded renewal is not asked for again; a void one is."""
    known = Invoice.objects.filter(renews=OuterRef("pk"), purpose=RENEWAL).exclude(status=states.VOID)
    return members.terms_to_renew(day_of(at)).exclude(Exists(known))


def _batches(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """The keys of what is due, a few hundred at a time, each key once whatever a batch does to it."""
    last = 0
    while keys := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[: rules.BATCH]):
        yield keys
        last = keys[-1]


# Telling -----------------------------------------------------------------------------------------


def remind_all_due(*, at: datetime) -> int:
    """R15: the notice of the ladder that is current, once each; nobody who said "no more"; how many are new."""
    unpaid = Invoice.objects.filter(
        purpose=RENEWAL, status=states.OPEN, renews__reminders_off_at=None, renews__ends_early_on=None,
        renews__ends_on__gt=day_of(at) - timedelta(days=member_rules.GRACE_DAYS),
    )  # fmt: skip
    return sum(_remind(keys, at=at) for keys in _batches(unpaid))


@settled()
def _remind(invoice_ids: list[int], *, at: datetime) -> int:
    invoices = Invoice.objects.filter(pk__in=invoice_ids, status=states.OPEN).select_related("renews").order_by("pk")
    due = [
        (invoice, step)
        for invoice in invoices
        if invoice.renews and (step := member_rules.renewal_step(invoice.renews.ends_on, day_of(at))) is not None
    ]
    late = [one for one in due if _over_when_known(*one)]
    with outbox.passing_over():
        notifications.renewal_notices(late, at=at)
    due = [one for one in due if one not in late]
    charging.announce(notifications.untold(due), at=at)
    return notifications.renewal_notices(due, at=at, charges=charging.planned([invoice for invoice, _ in due]))


def _over_when_known(invoice: Invoice, step: int) -> bool:
    """R51: the notice's day came before the term was recorded, as after an import: it counts as passed."""
    term = invoice.renews
    assert term is not None
    return term.ends_on - timedelta(days=step) < day_of(term.recorded_at)


def stop_reminders(invoice: Invoice, *, at: datetime) -> None:
    """R15: "no more reminders" of the renewal an invoice is for, by whoever holds its signed link."""
    assert invoice.renews_id is not None
    renewing.stop_reminders(invoice.renews_id, by=None, at=at)


# Ending ------------------------------------------------------------------------------------------


def void_all_over(*, at: datetime) -> int:
    """Renewals nobody paid until the last day of revival, quoted ways up nobody took; one transaction a person."""
    over = Invoice.objects.filter(
        purpose__in=[RENEWAL, Invoice.Purpose.UPGRADE], status=states.OPEN, due_at__lte=at
    ).order_by("pk")
    return sum(_void_over(pk, person_id, at=at) for pk, person_id in list(over.values_list("pk", "person_id")))


@settled()
def _void_over(invoice_id: int, person_id: int, *, at: datetime) -> bool:
    people.lock_person(person_id)
    invoice = Invoice.objects.select_for_update().filter(pk=invoice_id, status=states.OPEN, due_at__lte=at).first()
    if invoice is None:
        return False
    invoicing.void(invoice, by=None, at=at, reason="the time to pay it is over")
    return True
