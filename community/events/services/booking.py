"""Signing up for an event, accepting an offer and withdrawing (R10, R22, R24, R26). Lock order: person, event, signup."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.events import notifications, policies, ports, rules, selectors, states
from community.events.models import Event, Seat, Signup
from community.events.selectors import prices
from community.events.services import allotting, guests, offering, openings, seating, waivers
from community.events.services.guests import NewGuest
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person

NO_EXCUSE: dict[str, Any] = {"excuse": "", "excused_at": None, "excused_by": None}  # who comes back has none to give
CONFLICTS = dict.fromkeys(seating.ONE_PER_SEAT, "seat.taken") | {"signup_once_per_person": "signup.stale"}


def sign_up(event_id: int, person: "Person", *, by: "Person", at: datetime, guest: NewGuest | None = None) -> Signup:
    """Give `person` the next free chair, or a place on the waitlist while anybody waits or no chair is free (R24).

    With a `guest` it takes two chairs, or waits until two are free (R12); whoever is signed up already adds the guest.
    A chair that costs something is offered, and theirs once it is paid. Pressed twice, the second answer is the first
    one's. Raises RuleBroken: "waiver.missing", "signup.overlap", "seat.pay_closed", "event.begun", "event.cancelled", an
    "opening." code before the person's class may, the codes of `members.policies.may_book`, and with a guest those of
    `policies.may_bring` and `guests.join`.
    """
    try:
        seen = seating.look(event_id, person.pk, at)
        if seen.due and allotting.run_if_due(event_id, at=at):
            seen = seating.look(event_id, person.pk, at)
        joined = None
        if seen.full:
            joined = _join(event_id, person.pk, by=by, at=at, guest=guest)
        return joined or _sign_up(event_id, person.pk, by=by, at=at, guest=guest)
    except RuleBroken as refused:
        if refused.code == "booking.clock_over":
            # The refusal followed from the time; the lapse behind it is written down now, swept or not (R9).
            clock.lapse_if_due(person.pk, at=at)
        raise


@settled(CONFLICTS)
def _join(event_id: int, person_id: int, *, by: "Person", at: datetime, guest: NewGuest | None) -> Signup | None:
    """Join the list of an event that is full or only collects. A crowd does it side by side: nobody gives or frees a chair meanwhile.

    None when that is not all there is to do: a chair is free after all, an offer has ended, the person has been here.
    """
    person = people.lock_person(person_id)
    event = seating.share_event(event_id)
    seen = seating.look(event_id, person_id, at)
    if seen.own_id is not None and guest is not None:
        return None
    if seen.own_id is not None:
        return Signup.objects.exclude(status=states.WITHDRAWN).filter(pk=seen.own_id).first()
    if not seen.full:
        return None
    policies.may_sign_up(person, event, at=at).insist()
    openings.insist(event, person, at=at)
    policies.may_still_pay(event, prices.price_of(event, at), at=at).insist()
    waivers.insist(event, person_id)
    if guest is not None:
        guests.insist(event, person, at=at)
    return _new_in_line(event, person, by=by, at=at, guest=guest)


@settled(CONFLICTS)
def _sign_up(event_id: int, person_id: int, *, by: "Person", at: datetime, guest: NewGuest | None) -> Signup:
    person = people.lock_person(person_id)
    event = seating.lock_event(event_id)
    somebody_waits = offering.settle(event, at=at)
    signup = Signup.objects.filter(event_id=event_id, person_id=person_id).first()
    live = signup if signup is not None and signup.status != states.WITHDRAWN else None
    if live is not None and (guest is None or live.with_guest):
        return live
    policies.may_sign_up(person, event, at=at).insist()
    if live is None:
        openings.insist(event, person, at=at)
    waivers.insist(event, person_id)
    if guest is not None:
        guests.insist(event, person, at=at)
        if live is not None:
            guests.join(event, live, guest, somebody_waits=somebody_waits, by=by, at=at)
            return live
    price = prices.price_of(event, at)
    policies.may_still_pay(event, price, at=at).insist()
    wait = price is not None or selectors.must_wait(event, person_id, somebody_waits=somebody_waits, at=at)
    chairs = [] if wait else seating.chairs_for(event_id, pair=guest is not None)
    if not chairs:
        return _wait(event, person, signup, by=by, at=at, guest=guest)
    refuse_overlap(person_id, event, "signup.overlap")
    return confirm(event, person, signup, chairs[0], by=by, at=at, guest=guest, beside=chairs[1:])


def _wait(
    event: Event, person: "Person", signup: Signup | None, *, by: "Person", at: datetime, guest: NewGuest | None
) -> Signup:
    """Join the list; an overlap doesn't matter until a seat is accepted. A chair nobody before them may have is theirs."""
    if signup is None:
        signup = _new_in_line(event, person, by=by, at=at, guest=guest)
    else:
        lifecycle.move(
            states.SIGNUP, signup, "wait", by=by, at=at, signed_up_at=at, confirmed_at=None, withdrawn_at=None,
            withdrawn_late=False, **NO_EXCUSE,
        )  # fmt: skip
        guests.write(signup, event, guest, by=by, at=at)
    if offering.offer_free_seats(event, at=at):
        signup.refresh_from_db()
    return signup


def _new_in_line(event: Event, person: "Person", *, by: "Person", at: datetime, guest: NewGuest | None) -> Signup:
    status = states.SIGNUP.after(states.NEW, "wait")
    signup = Signup.objects.create(event=event, person=person, status=status, signed_up_at=at)
    audit.record("signup.wait", signup, by=by, at=at, old=states.NEW, new=status)
    guests.write(signup, event, guest, by=by, at=at)
    return signup


def accept(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    """Take the offered chair; in the last 3 hours whoever waits and taps first has a free one. Tapped twice: one seat.

    Raises RuleBroken: "offer.none", "offer.over", "signup.none", "signup.overlap", "seat.full", "visit.window", "seat.to_pay" (it
    costs something and is not paid), "guest.two" (a pair finds one free chair), and what signing up would refuse.
    """
    try:
        allotting.run_if_due(event_id, at=at)
        return _accept(event_id, person.pk, by=by, at=at)
    except RuleBroken as refused:
        if refused.code == "offer.over":  # over at the very instant: the chair goes on now, swept or not
            offering.settle_event(event_id, at=at)
        raise


@settled(CONFLICTS)
def _accept(event_id: int, person_id: int, *, by: "Person", at: datetime) -> Signup:
    person = people.lock_person(person_id)
    event = seating.lock_event(event_id)
    signup = Signup.objects.filter(event_id=event_id, person_id=person_id).first()
    if signup is not None and signup.status in states.COMING:
        return signup
    policies.still_open(event, at=at).insist()
    first_tap = signup is not None and signup.status == states.WAITING and rules.in_last_hours(event.starts_at, at)
    if not first_tap:
        policies.may_accept(signup, at=at).insist()
    assert signup is not None
    policies.may_sign_up(person, event, at=at).insist()
    waivers.insist(event, person_id)
    if signup.with_guest:
        guests.insist(event, person, at=at)
    if rules.in_window(event.releases_at, at):
        there = bool(selectors.checked_in_before(event, [person_id]))
        policies.may_be_confirmed(event, was_there=there, at=at).insist()
    if prices.price_of(event, at) is not None and not is_paid(signup):
        raise RuleBroken("seat.to_pay")
    refuse_overlap(person_id, event, "signup.overlap")
    if first_tap:
        offering.settle(event, at=at)
        return _first_tap(event, person, signup, by=by, at=at)
    lifecycle.move(states.SIGNUP, signup, "accept", by=by, at=at, confirmed_at=at, offer_ends_at=None)
    signup.event, signup.person = event, person
    notifications.seat_confirmed(signup, event, at=at)
    return signup


def _first_tap(event: Event, person: "Person", signup: Signup, *, by: "Person", at: datetime) -> Signup:
    chairs = seating.chairs_for(event.pk, pair=signup.with_guest)
    if not chairs and signup.with_guest and seating.next_free(event.pk):
        raise RuleBroken("guest.two")
    return confirm(event, person, signup, chairs[0] if chairs else None, by=by, at=at, beside=chairs[1:])


def confirm(
    event: Event, person: "Person", signup: Signup | None, seat: Seat | None, *, by: "Person", at: datetime,
    is_host: bool = False, reason: str = "", told: bool = True, guest: NewGuest | None = None,
    beside: Sequence[Seat] = (),
) -> Signup:  # fmt: skip
    """Seat somebody under the locks of the person and the event, and write to them. Raises RuleBroken("seat.full").

    `signup` is the place the person had and gave up, if any: one place per person and event (invariant 2); `seat` is
    `seating.next_free`. `guest`: whom they bring now; `beside`: the chair for their guest. `reason`: why out of order; `told`: by letter, which nobody needs who stands at the door.
    """
    if seat is None:
        raise RuleBroken("seat.full")
    if signup is None:
        signup = _new(event, person, seat, by=by, at=at, is_host=is_host, reason=reason)
    else:
        lifecycle.move(
            states.SIGNUP, signup, "confirm", by=by, at=at, reason=reason, seat=seat, is_host=is_host, confirmed_at=at,
            signed_up_at=signup.signed_up_at if signup.status == states.WAITING else at,
            withdrawn_at=None, withdrawn_late=False, **NO_EXCUSE,
        )  # fmt: skip
    signup.event, signup.person = event, person
    seating.take(signup, seat, at=at)
    guests.write(signup, event, guest, by=by, at=at)
    for chair in beside:
        seating.take_for_guest(signup, chair, at=at)
    if told:
        notifications.seat_confirmed(signup, event, at=at)
    return signup


def _new(
    event: Event, person: "Person", seat: Seat, *, by: "Person", at: datetime, is_host: bool, reason: str
) -> Signup:
    status = states.SIGNUP.after(states.NEW, "confirm")
    signup = Signup.objects.create(
        event=event, person=person, status=status, seat=seat, is_host=is_host, signed_up_at=at, confirmed_at=at
    )
    audit.record("signup.confirm", signup, by=by, at=at, old=states.NEW, new=status, reason=reason)
    return signup


def withdraw(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    """Give back the chair, the offer or the place in line, until the start; sent twice it frees one chair.

    Giving back a confirmed chair late is recorded as a fact (R26); the chair goes to the next in line at once (R24).

    Raises RuleBroken: "signup.none", "signup.host", "signup.stale", "event.begun", "event.cancelled".
    """
    allotting.run_if_due(event_id, at=at)
    return _withdraw(event_id, person, by=by, at=at)


@settled()
def _withdraw(event_id: int, person: "Person", *, by: "Person", at: datetime) -> Signup:
    people.lock_person(person.pk)
    event = seating.lock_event(event_id)
    signup = Signup.objects.filter(event=event, person=person).first()
    if signup is None:
        raise RuleBroken("signup.none")
    if signup.status == states.WITHDRAWN:
        return signup
    policies.may_withdraw(signup, event, at=at).insist()
    late = signup.status == states.CONFIRMED and rules.is_late(event.starts_at, at)
    give_up(signup, event, "withdraw", by=by, at=at, late=late, refund=not rules.is_late(event.starts_at, at))
    offering.settle(event, at=at)
    return signup


@settled()
def remove(signup_id: str, *, event_id: str, by: "Person", at: datetime, reason: str) -> Signup:
    """The office takes somebody off the waitlist or takes an offer back, with a reason on record. Keys are public ids.

    Raises Signup.DoesNotExist, RuleBroken: "line.reason", "line.stale".
    """
    if not reason.strip():
        raise RuleBroken("line.reason")
    found = Signup.objects.get(public_id=signup_id, event__public_id=event_id)
    people.lock_person(found.person_id)
    event = seating.lock_event(found.event_id)
    signup = Signup.objects.select_related("person").get(pk=found.pk)
    if signup.status not in (states.WAITING, states.OFFERED):
        raise RuleBroken("line.stale")
    give_up(signup, event, "withdraw", by=by, at=at, reason=reason.strip())
    notifications.taken_off(signup, event, reason=reason.strip(), at=at)
    offering.settle(event, at=at)
    return signup


def is_paid(signup: Signup) -> bool:
    """Whether this seat was paid: also one that was given back too late for a refund, and is wanted again."""
    bill = ports.seat_bill(signup.pk)
    return bill is not None and bill.paid


def give_up(
    signup: Signup, event: Event, action: str, *, by: "Person | None", at: datetime, reason: str = "",
    late: bool = False, refund: bool = True,
) -> None:  # fmt: skip
    """End a signup and free its chair and its guest's, if it has any, under the event's lock; what was paid goes back,
    unless its own person comes too late for that. `late`: it goes on record (R26). The caller offers the chairs."""
    lifecycle.move(
        states.SIGNUP, signup, action, by=by, at=at, reason=reason, seat=None, withdrawn_at=at, withdrawn_late=late,
        offered_at=None, offer_ends_at=None, moved_up_at=None,
    )  # fmt: skip
    seating.free(signup, at=at)
    if signup.with_guest:
        guests.forget_row(signup)
    if event.traits.may_cost:
        ports.give_back_money(signup.pk, refund=refund, by=by, at=at, reason=reason or action)


def sign_up_under_lock(event_id: int, person_id: int, *, by: "Person", at: datetime) -> Signup:
    """`sign_up` inside the caller's transaction."""
    return _sign_up(event_id, person_id, by=by, at=at, guest=None)


def accept_under_lock(event_id: int, person_id: int, *, by: "Person", at: datetime) -> Signup:
    """`accept` inside the caller's transaction."""
    return _accept(event_id, person_id, by=by, at=at)


def refuse_overlap(person_id: int, event: Event, code: str) -> None:
    """product.md §5: nobody is confirmed at two events at overlapping times. Raises RuleBroken(`code`)."""
    for signup in selectors.at_the_same_time(event.pk, person_id, period=event.period)[:1]:
        raise RuleBroken(code, topic=signup.event.topic)
