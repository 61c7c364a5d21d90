"""At the door (R25): chairs of people who didn't come, and walk-ins on free ones. Lock order: person, event, signup."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import policies, selectors, states
from community.events.models import Event, Guest, Signup
from community.events.selectors import prices
from community.events.services import allotting, booking, checking_in, seating, waivers
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


def release(event_id: int, *, by: "Person", at: datetime) -> int:
    """From the start on: whoever isn't here has missed it, and their chairs are free; the record of the miss stays.

    A guest who isn't here frees a chair too; one who is keeps it. The host keeps theirs. Pressed twice, nothing more happens. How many chairs. Raises RuleBroken: "release.early",
    "event.begun" (the roster is closed), "busy".
    """
    return len(seating.insist(lambda: _release(event_id, by=by, at=at)))


@settled()
def _release(event_id: int, *, by: "Person", at: datetime) -> list[Signup | Guest] | None:
    locked = seating.lock_with_everybody(event_id)
    if locked is None:
        return None
    event, signups = locked
    policies.may_release(event, at=at).insist()
    absent = [signup for signup in signups if signup.status == states.CONFIRMED and not signup.is_host]
    for signup in absent:
        lifecycle.move(states.SIGNUP, signup, "miss", by=by, at=at, missed_at=at, seat=None)
        seating.free_own(signup, at=at)
    brought = Guest.objects.filter(signup__in=signups, seat__isnull=False, checked_in_at=None)
    missing = list(brought.order_by("pk"))
    for guest in missing:
        seating.free_guests(guest.signup_id, at=at)
    return [*absent, *missing]


def seat(
    event_id: int, person_id: int, *, by: "Person", at: datetime, reason: str = "", accepts: bool = False
) -> Signup:
    """Seat somebody at the door on a free chair and check them in. Who waits comes first; another needs a reason.

    Somebody whose own chair was released comes back the same way, without a reason. Seats whose allotment is due, with
    no worker to run it, are given to whoever waits for them before. `accepts`: they read the event's conditions here and
    accept them, which is written down. Raises RuleBroken: "walk_in.reason", "walk_in.unpaid" (it costs something: coming
    without paying needs a reason), "walk_in.waiver", "seat.full", "signup.overlap", "signup.stale", the codes of check-in
    and of `members.policies.may_book`.
    """
    allotting.run_if_due(event_id, at=at)
    return _seat(event_id, person_id, by=by, at=at, reason=reason, accepts=accepts)


@settled(booking.CONFLICTS)
def _seat(event_id: int, person_id: int, *, by: "Person", at: datetime, reason: str, accepts: bool) -> Signup:
    person = people.lock_person(person_id)
    event = seating.lock_event(event_id)
    seating.end_holds(event, at=at)
    policies.may_walk_in(person, event, at=at).insist()
    signup = Signup.objects.filter(event=event, person=person).first()
    if signup is not None and signup.status == states.ATTENDED:
        return signup
    known = signup is not None and signup.status in (states.WAITING, states.CONFIRMED, states.MISSED)
    if not known and not reason.strip() and selectors.waiting(event).exists():
        raise RuleBroken("walk_in.reason")
    if not reason.strip() and _unpaid(event, signup, at):
        raise RuleBroken("walk_in.unpaid")
    booking.refuse_overlap(person_id, event, "signup.overlap")
    if accepts and event.waiver_version:
        waivers.write(event, person_id, by=by, at=at)
    waivers.insist(event, person_id, "walk_in.waiver")
    signup = _on_a_chair(event, person, signup, by=by, at=at, reason=reason.strip())
    return checking_in.check_in(signup.public_id, by=by, at=at, event_id=event.public_id)


def _unpaid(event: Event, signup: Signup | None, at: datetime) -> bool:
    """Whether this seat costs something and nobody paid for it; whoever was confirmed once is not asked again."""
    if prices.price_of(event, at) is None:
        return False
    return signup is None or (signup.status == states.WAITING and not booking.is_paid(signup))


def _on_a_chair(
    event: Event, person: "Person", signup: Signup | None, *, by: "Person", at: datetime, reason: str
) -> Signup:
    if signup is not None and (signup.seat_id is not None or signup.status == states.MISSED):
        return signup  # whose chair was released gets another by checking in
    pair = signup is not None and signup.with_guest
    chairs = seating.chairs_for(event.pk, pair=pair) or seating.chairs_for(event.pk, pair=False)
    if not chairs:  # of one chair the member has it; the guest gets theirs with a tap of their own, if there is one
        raise RuleBroken("seat.full")
    return booking.confirm(
        event, person, signup, chairs[0], by=by, at=at, reason=reason, told=False, beside=chairs[1:]
    )  # fmt: skip
