"""A seat that costs something (R28): offered, paid, confirmed. Called from above with the person and the event locked."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, policies, states
from community.events.models import Event, Signup
from community.events.selectors import prices
from community.events.services import booking, offering, seating, waivers
from community.kernel import states as lifecycle
from community.kernel.errors import RuleBroken
from community.kernel.money import Money

if TYPE_CHECKING:
    from community.members.models import Person


def lock_events(event_ids: list[int]) -> None:
    """The events whose seats are paid or refunded, by key, after the persons and before the invoices."""
    seating.lock_events(set(event_ids))


def to_pay(event_id: int, person: "Person", *, at: datetime) -> tuple[Signup, Event, Money]:
    """The offered seat that the person may begin to pay now, and its price of the day.

    Raises RuleBroken: "offer.none", "offer.over", "signup.none", "seat.pay_late", "seat.free", "signup.overlap",
    "waiver.missing" and what signing up would refuse.
    """
    event = seating.lock_event(event_id)
    signup = Signup.objects.filter(event=event, person=person).first()
    policies.may_pay_seat(signup, at=at).insist()
    policies.may_sign_up(person, event, at=at).insist()
    waivers.insist(event, person.pk)
    booking.refuse_overlap(person.pk, event, "signup.overlap")
    money = prices.price_of(event, at)
    if money is None or signup is None:
        raise RuleBroken("seat.free")
    return signup, event, money


def take(signup_id: int, *, by: "Person | None", at: datetime) -> bool:
    """The money is there: the held seat is the person's. False when it can't be theirs any more; then nothing changes."""
    signup = Signup.objects.select_related("event__city", "person").get(pk=signup_id)
    event = signup.event
    if signup.status != states.OFFERED or event.status != states.OPEN:
        return False
    try:
        booking.refuse_overlap(signup.person_id, event, "signup.overlap")
    except RuleBroken:
        return False
    lifecycle.move(states.SIGNUP, signup, "accept", by=by, at=at, confirmed_at=at, offer_ends_at=None)
    notifications.seat_confirmed(signup, event, at=at)
    return True


def lose(signup_id: int, *, by: "Person | None", at: datetime, reason: str) -> None:
    """The money is not there after all: a seat that is still ahead goes to the next in line (R24)."""
    signup = Signup.objects.select_related("event__city", "person").get(pk=signup_id)
    event = signup.event
    if signup.status != states.CONFIRMED or event.status != states.OPEN or at >= event.starts_at:
        return
    booking.give_up(signup, event, "withdraw", by=by, at=at, reason=reason)
    notifications.seat_unpaid(signup, event, at=at)
    offering.settle(event, at=at)
