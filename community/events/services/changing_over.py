"""Giving up a seat for another one at the same time (product.md §5): both in one act, or neither."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import policies, rules, selectors, states
from community.events.models import Event, Signup
from community.events.services import allotting, booking, offering, seating
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


def change_over(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    """Take the seat at this event that is free or offered, and give back what the person holds at the same time.

    When no seat is to be had here, everything stays as it was. Giving back late is recorded as ever (R26), and the
    chairs go to the next in line (R24). Pressed twice, nothing more happens. Raises RuleBroken: "change_over.full",
    "seat.to_pay" (that one costs something), "change_over.host", "change_over.begun", and the codes of `booking.sign_up` and `booking.accept`.
    """
    for due in [event_id, *(signup.event_id for signup in selectors.at_the_same_time(event_id, person.pk))]:
        allotting.run_if_due(due, at=at)
    return _change_over(event_id, person, by=by, at=at)


@settled(booking.CONFLICTS)
def _change_over(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    people.lock_person(person.pk)
    given_up = selectors.at_the_same_time(event_id, person.pk)
    locked = seating.lock_events({event_id, *(signup.event_id for signup in given_up)})
    for signup in given_up:
        _give_back(signup, locked[signup.event_id], by=by, at=at)
    own = Signup.objects.filter(event_id=event_id, person=person).first()
    last_hours = rules.in_last_hours(locked[event_id].starts_at, at)
    asked = own is not None and (own.status == states.OFFERED or (own.status == states.WAITING and last_hours))
    try:
        taken = (booking.accept_under_lock if asked else booking.sign_up_under_lock)(event_id, person.pk, by=by, at=at)
    except RuleBroken as refused:
        raise RuleBroken("change_over.full") if refused.code == "seat.full" else refused from None
    if taken.status not in states.COMING:
        raise RuleBroken("seat.to_pay" if taken.status == states.OFFERED else "change_over.full")
    return taken


def _give_back(signup: Signup, event: Event, *, by: "Person", at: datetime) -> None:
    if signup.is_host:
        raise RuleBroken("change_over.host", topic=event.topic)
    if not policies.may_withdraw(signup, event, at=at):
        raise RuleBroken("change_over.begun", topic=event.topic)
    late = rules.is_late(event.starts_at, at)
    booking.give_up(signup, event, "withdraw", by=by, at=at, late=late, refund=not late)
    offering.settle(event, at=at)
