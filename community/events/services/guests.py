"""Guests of members (R12): added to a signup, let go again, checked in at the door, forgotten. Lock order as ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from community.events import policies, rules, states
from community.events.models import Event, Guest, Signup
from community.events.services import offering, seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@dataclass(frozen=True)
class NewGuest:
    """Whom somebody brings, and how to reach them: a telephone number or an e-mail."""

    name: str
    contact: str


def insist(event: Event, person: "Person", *, at: datetime) -> None:
    """Raises RuleBroken with a "guest." code when this person may not bring anybody here."""
    policies.may_bring(person, event, at=at).insist()


def write(signup: Signup, event: Event, guest: NewGuest | None, *, by: "Person", at: datetime) -> None:
    """Put a guest beside a signup, under the event's lock; the caller takes a chair for them. No name in the trail."""
    if guest is None:
        return
    Signup.objects.filter(pk=signup.pk).update(with_guest=True)
    signup.with_guest = True
    Guest.objects.create(event=event, signup=signup, name=guest.name, contact=guest.contact, added_at=at)
    audit.record("signup.guest", signup, by=by, at=at, old=signup.status, new=signup.status)


def join(event: Event, signup: Signup, guest: NewGuest, *, somebody_waits: bool, by: "Person", at: datetime) -> None:
    """A guest for somebody who is signed up already: who waits becomes a pair at the same place in line, who has a seat
    needs one more that is free and nobody waits for. Raises RuleBroken: "guest.offered", "guest.no_chair", "signup.stale".
    """
    if signup.status == states.OFFERED:
        raise RuleBroken("guest.offered")
    if signup.status == states.WAITING:
        return write(signup, event, guest, by=by, at=at)
    if signup.status != states.CONFIRMED:
        raise RuleBroken("signup.stale")
    chair = None if somebody_waits else _beside(signup)
    if chair is None:
        raise RuleBroken("guest.no_chair")
    write(signup, event, guest, by=by, at=at)
    return seating.take_for_guest(signup, chair, at=at)


def _beside(signup: Signup) -> "seating.Seat | None":
    """A free chair at the member's table, or elsewhere in the room."""
    chairs = list(seating.free_seats(signup.event_id).order_by("table__number", "number"))
    own = signup.seat.table_id if signup.seat is not None else None
    return next((chair for chair in chairs if chair.table_id == own), chairs[0] if chairs else None)


@settled(dict.fromkeys(seating.ONE_PER_SEAT, "busy"))
def drop(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    """Come alone after all, until the start: the second chair goes to the next in line at once (R24), and who waited as
    a pair waits alone at the same place. Pressed twice, nothing more happens.

    Raises RuleBroken: "signup.none", "signup.stale", "event.begun", "event.cancelled", "guest.here".
    """
    people.lock_person(person.pk)
    event = seating.lock_event(event_id)
    signup = Signup.objects.filter(event=event, person=person).first()
    if signup is None or signup.status == states.WITHDRAWN:
        raise RuleBroken("signup.none")
    if not signup.with_guest:
        return signup
    policies.still_open(event, at=at).insist()
    if signup.guest.checked_in_at is not None:
        raise RuleBroken("guest.here")
    seating.free_guests(signup.pk, at=at)
    forget_row(signup)
    audit.record("signup.guest_off", signup, by=by, at=at, old=signup.status, new=signup.status)
    offering.settle(event, at=at)
    signup.refresh_from_db()
    return signup


def forget_row(signup: Signup) -> None:
    """Whoever doesn't come leaves nothing behind: the row goes with the mark on the signup."""
    Guest.objects.filter(signup=signup).delete()
    Signup.objects.filter(pk=signup.pk).update(with_guest=False)
    signup.with_guest = False


@settled(dict.fromkeys(seating.ONE_PER_SEAT, "seat.taken"))
def check_in(guest_id: str, *, event_id: str, by: "Person", at: datetime, reason: str = "") -> Guest:
    """Record that a guest is here, with a tap of their own; tapped twice, nothing more happens. Keys are public ids.

    Whose chair was released gets another that is free. Raises Guest.DoesNotExist for one of another roster, RuleBroken:
    the codes of `policies.may_check_in`, "seat.full", "guest.alone" when the member has no seat here.
    """
    guest = _lock(guest_id, event_id)
    if guest.checked_in_at is not None:
        return guest
    signup = guest.signup
    policies.may_check_in(guest.event, at=at, reason=reason).insist()
    if signup.status not in (*states.COMING, states.MISSED):
        raise RuleBroken("guest.alone")
    if guest.seat_id is None:
        seating.end_holds(seating.lock_event(guest.event_id), at=at)
        chair = _beside(signup)
        if chair is None:
            raise RuleBroken("seat.full")
        seating.take_for_guest(signup, chair, at=at)
        guest.seat = chair
    guest.checked_in_at, guest.checked_in_by = at, by
    guest.save(update_fields=["checked_in_at", "checked_in_by"])
    audit.record("signup.guest_here", signup, by=by, at=at, reason=reason.strip(), old=signup.status, new=signup.status)
    return guest


@settled()
def undo(guest_id: str, *, event_id: str, by: "Person", at: datetime, reason: str) -> Guest:
    """Take a guest's check-in back, with a reason. Raises Guest.DoesNotExist, RuleBroken("check_in.undo_reason")."""
    if not reason.strip():
        raise RuleBroken("check_in.undo_reason")
    guest = _lock(guest_id, event_id)
    if guest.checked_in_at is None:
        return guest
    guest.checked_in_at = guest.checked_in_by = None
    guest.save(update_fields=["checked_in_at", "checked_in_by"])
    signup = guest.signup
    audit.record("signup.guest_undo", signup, by=by, at=at, reason=reason.strip(), old=signup.status, new=signup.status)
    return guest


def _lock(guest_id: str, event_id: str) -> Guest:
    """The guest as they stand under the lock of whoever brought them."""
    found = Guest.objects.filter(public_id=guest_id, event__public_id=event_id)
    people.lock_person(found.values_list("signup__person_id", flat=True).get())
    return found.select_related("event", "signup__seat", "seat__table", "signup__person").get()


def forget_all_due(*, at: datetime) -> int:
    """Thirty days after an event the club no longer knows who was brought along; that somebody was, it does. How many."""
    due = Guest.objects.filter(forgotten_at=None, event__ends_at__lte=at - rules.GUEST_KEPT)
    return due.update(name="", contact="", forgotten_at=at)


def forget(person_id: int, *, at: datetime) -> int:
    """Whoever brought them is erased: their names go too, in the same transaction (R52). How many."""
    return Guest.objects.filter(signup__person_id=person_id, forgotten_at=None).update(
        name="", contact="", forgotten_at=at
    )
