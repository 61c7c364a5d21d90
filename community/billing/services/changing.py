"""Another tier (R17): up at once for a quoted price, down with the next year."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import rules, states
from community.billing.models import Invoice, Leaving
from community.billing.selectors import changing as choosing
from community.billing.selectors import year
from community.billing.services import invoicing, ledger, renewals
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of, start_of
from community.kernel.errors import RuleBroken
from community.members import policies as members
from community.members import rules as member_rules
from community.members.services import changing, people

if TYPE_CHECKING:
    from community.members.models import Person, Term

UPGRADE = Invoice.Purpose.UPGRADE


@settled({"invoice_one_open_per_purpose": "busy"})
def move_up(person: "Person", tier_code: str, *, quoted: int, at: datetime) -> Invoice:
    """R17: the invoice of a way up for exactly what was quoted, in minor units; until it is paid nothing changes.
    The same way again is the same invoice; another voids it.

    Raises RuleBroken: what `may_move_up` says, "tier.not_up", "tier.quote_changed".
    """
    locked = people.lock_person(person.pk)
    members.may_move_up(locked, at=at).insist()
    term = members.running_term(locked, day_of(at))
    assert term is not None
    choice = next((choice for choice in choosing.choices(locked, term, at) if choice.tier.code == tier_code), None)
    if choice is None or choice.now is None:
        raise RuleBroken("tier.not_up")
    if choice.now.amount != quoted:
        raise RuleBroken("tier.quote_changed")
    way = {"term_id": term.pk, "from_tier_id": term.tier_id, "tier_id": choice.tier.pk, "amount": quoted}
    for unpaid in Invoice.objects.select_for_update().filter(person=locked, purpose=UPGRADE, status=states.OPEN):
        same = all(getattr(unpaid, name) == value for name, value in way.items())
        if same and unpaid.due_at is not None and at < unpaid.due_at:
            return unpaid
        invoicing.void(unpaid, by=locked, at=at, reason="another way up was chosen")
    return _issue(locked, term, choice, at)


def _issue(person: "Person", term: "Term", choice: choosing.Choice, at: datetime) -> Invoice:
    assert choice.now is not None
    opens_on = member_rules.renewal_opens_on(term.ends_on)
    ends_at = start_of(opens_on if day_of(at) < opens_on else term.ends_on)
    invoice = Invoice.objects.create(
        number=invoicing.next_number(at=at), person=person, purpose=UPGRADE, application=term.application, term=term,
        from_tier=term.tier, tier=choice.tier, tier_name_zh=choice.tier.name_zh, tier_name_en=choice.tier.name_en,
        amount=choice.now.amount, currency=choice.now.currency, issued_at=at, due_at=rules.upgrade_due(at, ends_at),
    )  # fmt: skip
    ledger.invoice_issued(invoice, at=at)
    audit.record("invoice.issue", invoice, by=person, at=at, new=invoice.status, data={"number": invoice.number})
    return invoice


@settled()
def wish(person: "Person", tier_code: str, *, at: datetime) -> Leaving | None:
    """R17: the tier of the next year; "" takes the wish back. The unpaid renewal is issued anew at the price of today.

    Where the next year is paid already, a lower tier in it is a case for the treasurer, which is returned.
    Raises RuleBroken: what `may_wish_tier` says, "tier.not_yours", "tier.paid_up", "tier.asked".
    """
    locked = people.lock_person(person.pk)
    members.may_wish_tier(locked, at=at).insist()
    term = members.last_term(locked)
    assert term is not None
    own = tier_code in ("", term.tier.code)
    choice = next((choice for choice in choosing.choices(locked, term, at) if choice.tier.code == tier_code), None)
    if choice is None and not own:
        raise RuleBroken("tier.not_yours")
    if term.starts_on > day_of(at):
        return _ask(locked, term, choice, at)
    if changing.wish(term, choice.tier.pk if choice else None, by=locked, at=at):
        renewals.issue_anew(term.pk, by=locked, at=at)
    return None


def _ask(person: "Person", term: "Term", choice: choosing.Choice | None, at: datetime) -> Leaving:
    """The next year is paid: the difference is for the treasurer to refund (product.md §5, Money)."""
    if choice is None or choice.difference.amount >= 0:
        raise RuleBroken("tier.paid_up")
    if choosing.open_request(term):
        raise RuleBroken("tier.asked")
    paid = year.paid_for(person, term)
    case = Leaving.objects.create(
        person=person, wants=choice.tier, term=term, left_at=at, paid=paid.amount,
        unused=max(paid.amount - choice.price.amount, 0), currency=paid.currency,
    )  # fmt: skip
    audit.record("leaving.case", case, by=person, at=at, reason="lower_tier")
    return case
