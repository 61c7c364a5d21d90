"""Tiers one may change to, what each costs today and next year (R17), and what a term's tier rests on."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.billing import rules, selectors, states
from community.billing.models import Invoice, Leaving
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members import selectors as members

if TYPE_CHECKING:
    from community.members.models import Person, Term


@dataclass(frozen=True)
class Choice:
    """Another tier: its price for a year, and what moving up to it costs today; `now` is None where it is not higher."""

    tier: Any
    price: Money
    now: Money | None
    difference: Money


def choices(person: "Person", term: "Term", at: datetime) -> list[Choice]:
    """R17: the other tiers that have a price today, against the price of today of the term's own (R13); the founding
    price for founders in both. Nothing while the term's own has none."""
    on = day_of(at)
    wanted = [tier for tier in members.tiers_to_choose() if tier.pk != term.tier_id]
    own, *others = selectors.offers([term.tier, *wanted], on, members.member_since(person))
    if own.price is None:
        return []
    found = []
    for offer in others:
        if offer.price is not None:
            now = rules.upgrade(own.price, offer.price, term.starts_on, term.ends_on, on)
            found.append(Choice(offer.tier, offer.price, now if now else None, offer.price - own.price))
    return found


def open_upgrade(person: "Person") -> Invoice | None:
    """R17: the quoted way up that waits for its money."""
    return Invoice.objects.filter(person=person, status=states.OPEN, purpose=Invoice.Purpose.UPGRADE).first()


def open_request(term: "Term") -> Leaving | None:
    """R17: the paid year is asked for in a lower tier; the treasurer has not decided yet."""
    return Leaving.objects.filter(term=term, decided_at=None).select_related("wants").first()


def tier_paid_for(term: "Term", *, besides: Invoice | None = None) -> int | None:
    """The tier a term holds by its paid ways up: that of the latest, else what it was before the first; None for a
    term without any. `besides`: one whose money has gone back."""
    ways = Invoice.objects.filter(term=term, purpose=Invoice.Purpose.UPGRADE, status__in=states.WAS_PAID).order_by("pk")
    first = ways.first()
    if first is None:
        return None
    kept = ways.filter(status=states.PAID).exclude(pk=besides.pk if besides else None).last()
    return kept.tier_id if kept else first.from_tier_id
