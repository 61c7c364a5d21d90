"""Named lists and figures about money; each with a bounded number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now

from community.billing import rules, states
from community.billing.models import (
    AutoRenewal,
    CardCharge,
    Channel,
    Invoice,
    Leaving,
    Payment,
    Price,
    ReceivingEntity,
    Refund,
)
from community.billing.selectors import treasury
from community.billing.selectors.invariants import broken_invariants
from community.billing.selectors.treasury import (
    disputes,
    latest_payments,
    money_open,
    money_until,
    refunds_to_watch,
    todays_work,
    unmatched,
)
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members import rules as member_rules
from community.members import selectors as members
from community.members.policies import last_term

__all__ = [
    "broken_invariants",
    "disputes",
    "latest_payments",
    "money_open",
    "money_until",
    "refunds_to_watch",
    "todays_work",
    "unmatched",
]

if TYPE_CHECKING:
    from community.members.models import Application, Person


@dataclass(frozen=True)
class Offer:
    """A tier at the price of the day, and the next price announced for it: from which day, and how much.
    `by_transfer`: whether the club has an account that takes it by bank transfer."""

    tier: Any
    price: Money | None
    next_on: date | None = None
    next_price: Money | None = None
    by_transfer: bool = False


def fee_card(at: datetime) -> list[Offer]:
    """R12: every tier of today with its price, in the administrators' order."""
    return offers(members.tiers(), day_of(at))


def offers(tiers: Iterable[Any], on: date, joined_on: date | None = None) -> list[Offer]:
    """R13: these tiers at the price of a community day, for a member since `joined_on` (None: a newcomer)."""
    tiers = list(tiers)
    prices: dict[int, list[rules.Offered]] = {}
    account = ReceivingEntity.objects.filter(is_current=True, currency=OuterRef("currency"))
    rows = list(Price.objects.filter(tier__in=[tier.pk for tier in tiers]).annotate(by_transfer=Exists(account)))
    for price in rows:
        prices.setdefault(price.tier_id, []).append(price.offered)
    takes = {price.tier_id for price in rows if price.by_transfer}
    return [_offer(tier, prices.get(tier.pk, []), on, joined_on, tier.pk in takes) for tier in tiers]


def _offer(tier: Any, prices: list[rules.Offered], on: date, joined_on: date | None, by_transfer: bool) -> Offer:
    later = min((p.valid_from_on for p in prices if p.valid_from_on > on and p.joined_before_on is None), default=None)
    coming = rules.price_of_day(prices, later, joined_on) if later else None
    return Offer(tier, rules.price_of_day(prices, on, joined_on), later, coming, by_transfer)


@dataclass(frozen=True)
class Preview:
    """What a price from a day on touches and what not."""

    open_invoices: int
    renewing: int


def price_preview(tier: Any, valid_from_on: date, at: datetime) -> Preview:
    """How many unpaid invoices of the tier keep their price, and how many running years are invoiced from that day on."""
    unpaid = Invoice.objects.filter(tier=tier, status=states.OPEN).count()
    return Preview(unpaid, members.renewing_from(tier, max(valid_from_on, day_of(at))))


def prices_of(tier: Any) -> list[Price]:
    """Every price a tier ever had or will have, the newest first; at most 50."""
    return list(Price.objects.filter(tier=tier).order_by("-valid_from_on", "pk")[:50])


def invoices_of(person: "Person") -> QuerySet[Invoice]:
    return Invoice.objects.filter(person=person)


def invoice_of(person: "Person", number: str) -> Invoice | None:
    """One's own invoice by its number; None for somebody else's, as for one that doesn't exist."""
    own = Invoice.objects.filter(person=person, number=number)
    return own.select_related("application", "tier", "person", "coupon", "signup__event").first()


def open_invoice(person: "Person") -> Invoice | None:
    """The fee the person should pay now; a seat that waits for its money stands at its event."""
    return invoices_of(person).filter(status=states.OPEN, signup=None).first()


def open_renewal(person: "Person") -> Invoice | None:
    """R15: the unpaid invoice for the next year."""
    unpaid = invoices_of(person).filter(status=states.OPEN, purpose=Invoice.Purpose.RENEWAL)
    return unpaid.select_related("renews", "tier", "coupon").first()


def auto_renewal_of(person: "Person") -> AutoRenewal | None:
    """The consent that is on."""
    return AutoRenewal.objects.filter(person=person, status=states.ON).first()


def planned_charge(invoice: Invoice) -> CardCharge | None:
    """The announced charge of a renewal that is still to come."""
    found = CardCharge.objects.filter(invoice=invoice, status=states.PLANNED, auto_renewal__status=states.ON)
    return found.select_related("auto_renewal", "invoice").first()


def next_charge(person: "Person", at: datetime) -> dict[str, object]:
    """Auto-renewal as its owner sees it: the card, and what is taken from it when."""
    renewal, term = auto_renewal_of(person), last_term(person)
    if renewal is None:
        return {}
    if term is None:  # paid, and not admitted yet
        return {"auto_renewal": renewal, "card_lasts": True}
    unpaid = open_renewal(person)
    opens_on = max(member_rules.renewal_opens_on(term.ends_on), day_of(at))
    on = rules.charge_on(term.ends_on, member_rules.grace_ends_on(term.ends_on), opens_on)
    return {
        "auto_renewal": renewal,
        "charge": planned_charge(unpaid) if unpaid else None,
        "over": unpaid is not None and CardCharge.objects.filter(invoice=unpaid, status=states.ENDED).exists(),
        "charges_on": on,
        "card_lasts": on is None or rules.card_lasts(renewal.exp_year or 0, renewal.exp_month or 0, on),
    }


def payee_of(invoice: Invoice) -> str:
    """Who receives the money of an invoice; empty until somebody named an entity of its currency."""
    named = ReceivingEntity.objects.filter(currency=invoice.currency, named_at__lte=invoice.paid_at or Now())
    return named.order_by("-named_at").values_list("payee", flat=True).first() or ""


def leavings() -> QuerySet[Leaving]:
    """R17, R18: who left with paid days or asked for less in a paid year, what is to decide first."""
    undecided = F("decided_at").asc(nulls_first=True)
    return Leaving.objects.select_related("person", "decided_by", "wants", "term__tier").order_by(
        undecided, "left_at", "pk"
    )


def fee_due_at(application: "Application | None") -> datetime | None:
    """R8: when the fee of an approved, unpaid application is due; before attendance its clock's end is near enough."""
    if application is None or application.clock_ends_at is None or application.paid_at is not None:
        return None
    if application.attended_at is None:
        return application.clock_ends_at
    return member_rules.fee_due_at(application.clock_ends_at, application.attended_at)


def payments_for(invoice: Invoice) -> list[Payment]:
    """What came in for an invoice, with the refunds; at most 20."""
    return list(invoice.payments.prefetch_related("refunds").order_by("received_at", "pk")[:20])


def accounts_to_name(person: "Person") -> list[Refund]:
    """Refunds that wait for this person to say the account; at most 20."""
    waiting = Refund.objects.filter(channel=Channel.BANK, status=states.REQUESTED, case__told_at=None)
    return list(waiting.filter(payment__person=person)[:20])


def kept_for(person: "Person") -> list[Payment]:
    """Money of this person that fits nothing yet; at most 20."""
    return list(treasury.kept().filter(person=person).select_related("invoice").prefetch_related("refunds")[:20])
