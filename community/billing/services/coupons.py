"""Codes that take something off a fee (R12, R13): made and ended by the treasurer, used on an invoice nobody paid yet."""

import secrets
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.billing import policies, rules
from community.billing.models import Coupon, Invoice
from community.billing.selectors import coupons as lists
from community.billing.services import invoicing, ledger, receiving
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.ids import ALPHABET
from community.kernel.money import Money
from community.members import selectors as members
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person

MADE_UP = 8  # letters and digits of a code nobody thought of
CARRIED = ("person_id", "purpose", "application_id", "renews_id", "tier_id", "tier_name_zh", "tier_name_en", "currency",
           "due_at")  # fmt: skip


# The treasurer's side ----------------------------------------------------------------------------


@settled({"billing_coupon_code_key": "coupon.taken"})
def create(*, code: str, tiers: list[Any], by: "Person", at: datetime, **limits: Any) -> Coupon:
    """A code with its limits; made up here when none is named. Nothing of it is ever edited (`Coupon`).

    Raises RuleBroken: "coupon.past" for one that would be over already, "coupon.taken".
    """
    last_on = limits.get("last_on")
    if last_on is not None and last_on < day_of(at):
        raise RuleBroken("coupon.past")
    code = rules.coupon_code(code) or "".join(secrets.choice(ALPHABET) for _ in range(MADE_UP)).upper()
    coupon = Coupon.objects.create(code=code, created_at=at, created_by=by, **limits)
    coupon.tiers.set(tiers)
    said = {name: ["", str(value)] for name, value in limits.items() if value not in (None, "")}
    audit.record("coupon.create", coupon, by=by, at=at, data={"code": ["", code], **said})
    return coupon


@settled()
def end(coupon: Coupon, *, by: "Person", at: datetime) -> None:
    """No invoice takes the code from now on; those that have it keep it (R13). Raises RuleBroken("coupon.stale")."""
    if not Coupon.objects.filter(pk=coupon.pk, ended_at=None).update(ended_at=at, ended_by=by):
        raise RuleBroken("coupon.stale")
    audit.record("coupon.end", coupon, by=by, at=at)


# The payer's side --------------------------------------------------------------------------------


def use(invoice: Invoice, code: str, *, person: "Person", at: datetime) -> Invoice:
    """The invoice that takes the place of an unpaid one, with the code taken off the price that one was issued at
    (R13); when nothing is left to pay, it is settled at once. The same code again is the same invoice.

    Raises RuleBroken: what `may_pay` says, what `rules.coupon_refusal` says, "coupon.unknown", "coupon.money_came".
    """
    clock.lapse_if_due(person.pk, at=at)
    return _use(invoice.pk, code, person_id=person.pk, at=at)


@settled({"coupon_uses": "coupon.used_up", "coupon_uses_each": "coupon.used_by_you"})
def _use(invoice_id: int, code: str, *, person_id: int, at: datetime) -> Invoice:
    person = people.lock_person(person_id)
    unpaid = Invoice.objects.select_for_update().get(pk=invoice_id)
    policies.may_pay(person, unpaid, at=at).insist()
    # Locked after the invoice and before the counter of numbers: who asks for the last use next, waits here.
    coupon = Coupon.objects.select_for_update().filter(code=rules.coupon_code(code)).first()
    if coupon is None:
        raise RuleBroken("coupon.unknown")
    if unpaid.coupon_id == coupon.pk:
        return unpaid
    used = lists.uses_of(coupon, person)
    refusal = rules.coupon_refusal(
        coupon.limits, on=day_of(at), purpose=unpaid.purpose, tier_id=unpaid.tier_id, currency=unpaid.currency,
        joined_on=members.member_since(person), used=used.all, used_by_person=used.own,
    )  # fmt: skip
    if refusal:
        raise RuleBroken(refusal)
    return _instead(unpaid, coupon, by=person, at=at)


def carry(coupon: Coupon, invoice: Invoice, *, at: datetime) -> None:
    """The code of an invoice that is void counts for the one in its place, unless that is no longer right."""
    with suppress(RuleBroken):
        _use(invoice.pk, coupon.code, person_id=invoice.person_id, at=at)


@settled()
def take_off(invoice: Invoice, *, person: "Person", at: datetime) -> Invoice:
    """The price without the code again; its use is free for somebody else. Raises RuleBroken: what `may_pay` says,
    "coupon.money_came"."""
    locked = people.lock_person(person.pk)
    unpaid = Invoice.objects.select_for_update().get(pk=invoice.pk)
    policies.may_pay(locked, unpaid, at=at).insist()
    return _instead(unpaid, None, by=locked, at=at) if unpaid.coupon_id else unpaid


def _instead(unpaid: Invoice, coupon: Coupon | None, *, by: "Person", at: datetime) -> Invoice:
    """An issued invoice never changes: this one is void, and another stands in its place."""
    if receiving.waiting_parts(unpaid).exists():
        raise RuleBroken("coupon.money_came")
    off = coupon.off(unpaid.price) if coupon else Money(0, unpaid.currency)
    invoicing.void(unpaid, by=by, at=at, reason="a code was used" if coupon else "the code was taken off")
    invoice = Invoice.objects.create(
        number=invoicing.next_number(at=at), amount=(unpaid.price - off).amount, discount=off.amount,
        coupon=coupon if off else None, issued_at=at, **{name: getattr(unpaid, name) for name in CARRIED},
    )  # fmt: skip
    ledger.invoice_issued(invoice, at=at)
    audit.record(
        "invoice.issue", invoice, by=by, at=at, new=invoice.status,
        data={"number": invoice.number, "instead_of": unpaid.number, "code": coupon.code if coupon else ""},
    )  # fmt: skip
    if not invoice.amount:
        receiving.settle(invoice, by=by, at=at)
    return invoice
