"""Seats that cost something (R28): the invoice of an offered seat, and the money when the seat is given up (R27)."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.billing.models import Invoice, Refund
from community.billing.selectors import seats as bills
from community.billing.services import invoicing, ledger, refunds
from community.events.services import paying
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.money import Money
from community.members.services import people

if TYPE_CHECKING:
    from community.events.models import Event, Signup
    from community.members.models import Person


@settled({"invoice_one_open_per_seat": "busy"})
def bill(event: "Event", person: "Person", *, shown: int | None, at: datetime) -> Invoice:
    """The open invoice of the person's offered seat, at the price of the day it is issued (R13). `shown`: the price the
    page said, in minor units.

    Raises RuleBroken: "seat.price_changed", "seat.paid" and what `events.services.paying.to_pay` says.
    """
    locked = people.lock_person(person.pk)
    signup, event, money = paying.to_pay(event.pk, locked, at=at)
    unpaid = bills.live_invoices([signup.pk]).select_for_update(of=("self",)).first()
    if unpaid is not None and not unpaid.is_open:
        raise RuleBroken("seat.paid")
    if shown != (unpaid.amount if unpaid else money.amount):
        raise RuleBroken("seat.price_changed")
    return unpaid or _issue(locked, signup, event, money, at)


def _issue(person: "Person", signup: "Signup", event: "Event", money: Money, at: datetime) -> Invoice:
    invoice = Invoice.objects.create(
        number=invoicing.next_number(at=at), person=person, purpose=Invoice.Purpose.SEAT, signup=signup,
        tier_name_zh=event.topic, tier_name_en=event.topic, amount=money.amount, currency=money.currency,
        issued_at=at, due_at=signup.offer_ends_at,
    )  # fmt: skip
    ledger.invoice_issued(invoice, at=at)
    audit.record("invoice.issue", invoice, by=person, at=at, new=invoice.status, data={"number": invoice.number})
    return invoice


@settled()
def give_back_money(signup_id: int, *, refund: bool, by: "Person | None", at: datetime, reason: str) -> None:
    """Port of events: the seat is given up. Void what is open; with `refund` all that was paid for it goes back.

    In the caller's transaction, under the event's lock. Pages are closed and refunds sent after commit; money that
    arrives all the same goes back by itself (`rules.for_a_seat`).
    """
    for invoice in Invoice.objects.select_for_update().filter(signup=signup_id).order_by("pk"):
        if invoice.is_open:
            invoicing.void(invoice, by=by, at=at, reason=reason)
    if refund:
        refunds.refund_all(by=by, at=at, reason=reason, origin=Refund.Origin.SEAT, signup=signup_id)
