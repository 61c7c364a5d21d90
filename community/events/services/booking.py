"""Signing up for an event and withdrawing (R10, R22, R26). Lock order: person, event, signup."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, policies, rules, states
from community.events.models import Event, Seat, Signup
from community.events.services import seating
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person

CONFLICTS = {
    "signup_one_per_seat": "seat.taken",
    "hold_one_per_seat": "seat.taken",
    "signup_once_per_person": "signup.stale",
}


def sign_up(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    """Give `person` the next free chair. Pressed twice, the second answer is the first one's chair.

    Raises RuleBroken: "seat.full", "signup.overlap", "event.begun", "event.cancelled" and the codes of
    `members.policies.may_book`. A crowd that finds no chair is turned away before any lock is taken.
    """
    if not seating.free_seats(event_id).exists() and not _has_place(event_id, person.pk):
        raise RuleBroken("seat.full")
    try:
        return _sign_up(event_id, person.pk, by=by, at=at)
    except RuleBroken as refused:
        if refused.code == "booking.clock_over":
            # The refusal followed from the time; the lapse behind it is written down now, swept or not (R9).
            clock.lapse_if_due(person.pk, at=at)
        raise


@settled(CONFLICTS)
def _sign_up(event_id: int, person_id: int, *, by: "Person", at: datetime) -> Signup:
    person = people.lock_person(person_id)
    event = seating.lock_event(event_id)
    signup = Signup.objects.filter(event_id=event_id, person_id=person_id).first()
    if signup is not None and signup.status in states.OCCUPYING:
        return signup
    policies.may_sign_up(person, event, at=at).insist()
    refuse_overlap(person_id, event, "signup.overlap")
    return confirm(event, person, signup, by=by, at=at)


def confirm(
    event: Event, person: "Person", signup: Signup | None, *, by: "Person", at: datetime, is_host: bool = False
) -> Signup:
    """Seat somebody under the locks of the person and the event, and write to them. Raises RuleBroken("seat.full").

    `signup` is the place the person had and gave up, if any: one place per person and event (invariant 2).
    """
    seat = seating.free_seats(event.pk).select_related("table").order_by("table__number", "number").first()
    if seat is None:
        raise RuleBroken("seat.full")
    if signup is None:
        signup = _new(event, person, seat, by=by, at=at, is_host=is_host)
    else:
        lifecycle.move(
            states.SIGNUP, signup, "confirm", by=by, at=at, seat=seat, is_host=is_host, signed_up_at=at,
            confirmed_at=at, withdrawn_at=None, withdrawn_late=False,
        )  # fmt: skip
    signup.event, signup.person = event, person
    seating.take(signup, seat, at=at)
    notifications.seat_confirmed(signup, event, at=at)
    return signup


def _new(event: Event, person: "Person", seat: Seat, *, by: "Person", at: datetime, is_host: bool) -> Signup:
    status = states.SIGNUP.after(states.NEW, "confirm")
    signup = Signup.objects.create(
        event=event, person=person, status=status, seat=seat, is_host=is_host, signed_up_at=at, confirmed_at=at
    )
    audit.record("signup.confirm", signup, by=by, at=at, old=states.NEW, new=status)
    return signup


@settled()
def withdraw(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    """Give the chair back, until the start; sent twice it frees one chair. Late ones are recorded as a fact (R26).

    Raises RuleBroken: "signup.none", "signup.host", "signup.stale", "event.begun", "event.cancelled".
    """
    people.lock_person(person.pk)
    event = seating.lock_event(event_id)
    signup = Signup.objects.filter(event=event, person=person).first()
    if signup is None:
        raise RuleBroken("signup.none")
    if signup.status == states.WITHDRAWN:
        return signup
    policies.may_withdraw(signup, event, at=at).insist()
    give_up(signup, "withdraw", by=by, at=at, late=rules.is_late(event.starts_at, at))
    return signup


def give_up(
    signup: Signup, action: str, *, by: "Person | None", at: datetime, reason: str = "", late: bool = False
) -> None:
    """Free a confirmed signup's chair under the locks of the person and the event."""
    lifecycle.move(
        states.SIGNUP, signup, action, by=by, at=at, reason=reason, seat=None, withdrawn_at=at, withdrawn_late=late
    )
    seating.free(signup, at=at)


def refuse_overlap(person_id: int, event: Event, code: str) -> None:
    """product.md §5: nobody is confirmed at two events at overlapping times. Raises RuleBroken(`code`)."""
    elsewhere = (
        Event.objects.filter(signups__person_id=person_id, signups__status__in=states.SEATED, status=states.OPEN)
        .filter(starts_at__lt=event.ends_at, ends_at__gt=event.starts_at)
        .exclude(pk=event.pk)
        .first()
    )
    if elsewhere is not None:
        raise RuleBroken(code, topic=elsewhere.topic)


def _has_place(event_id: int, person_id: int) -> bool:
    places = Signup.objects.filter(event_id=event_id, person_id=person_id, status__in=states.OCCUPYING)
    return places.exists()
