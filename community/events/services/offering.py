"""The one path of a freed seat (R24): to the next in line, as an offer. Everything here stands under the event's lock.

Whoever frees a seat calls `offer_free_seats` in the same transaction; whoever writes calls `settle` first, so that an
offer that has ended is over whether or not a worker ran.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, F, Q

from community.events import notifications, policies, ports, rules, selectors, states
from community.events.models import Event, Seat, Signup, StaffHold
from community.events.selectors import prices
from community.events.services import seating
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.kernel.money import Money
    from community.members.models import Person


def settle(event: Event, *, at: datetime) -> bool:
    """End what has ended and offer what is free; whether anybody waits afterwards. One query when nobody does."""
    pending = Signup.objects.filter(Q(status=states.WAITING) | _over(at), event=event)
    holds_over = Exists(seating.holds_over(event, at=at))
    over, anybody = Event.objects.filter(pk=event.pk).values_list(holds_over, Exists(pending)).get()
    if over:
        seating.end_holds(event, at=at)
    if not anybody:
        return False
    for signup in _ended(event, at):
        _expire(signup, event, at=at)
    offer_free_seats(event, at=at)
    return selectors.waiting(event).exists()


def offer_free_seats(event: Event, *, at: datetime) -> int:
    """Offer every free chair to the next in line, the class judged at `at`; in the last hours tell all of them.

    Returns how many offers were made. Before a visit's release only people checked in before it are asked; passed over
    is whoever may not book any more, and a pair while one chair alone is free: no chair stays empty for a guest.
    """
    if event.collecting or not policies.still_open(event, at=at):
        return 0
    free = list(seating.free_seats(event.pk).select_related("table").order_by("table__number", "number"))
    if not free:
        return 0
    price = prices.price_of(event, at)
    if not policies.may_still_pay(event, price, at=at):
        return 0
    window = rules.in_window(event.releases_at, at)
    places = selectors.line(event, at)
    line = [place.signup for place in places if place.signup is not None and (place.was_there or not window)]
    if rules.in_last_hours(event.starts_at, at):
        notifications.seat_free(line, event, since=_free_since(free), at=at)
        return 0
    made = 0
    for signup in line:
        chairs = seating.side_by_side(free) if signup.with_guest else free[:1]
        if not free:
            break
        if chairs and _may_have(signup, event, at=at):
            _offer(signup, event, chairs, price, at=at)
            free = [seat for seat in free if seat not in chairs]
            made += 1
    return made


def _may_have(signup: Signup, event: Event, *, at: datetime) -> bool:
    if not policies.may_sign_up(signup.person, event, at=at):
        return False
    return not signup.with_guest or bool(policies.may_bring(signup.person, event, at=at))


def sweep(*, at: datetime) -> int:
    """Every minute: events where an offer or a hold has ended, or somebody waits beside a free chair. How many."""
    ended = Signup.objects.filter(_over(at), event__status=states.OPEN).values("event_id")
    idle = selectors.with_idle_seats(at).values_list("pk", flat=True)
    held = StaffHold.objects.filter(ended_at=None, ends_at__lte=at).values_list("event_id", flat=True)
    ids = sorted({row["event_id"] for row in ended} | set(idle) | set(held))
    return sum(_swept(event_id, at=at) for event_id in ids)


def _swept(event_id: int, *, at: datetime) -> bool:
    """One event's trouble (a crowd presses this second) holds up nobody else's."""
    try:
        settle_event(event_id, at=at)
    except RuleBroken:
        return False
    return True


@settled(dict.fromkeys(seating.ONE_PER_SEAT, "busy"))
def settle_event(event_id: int, *, at: datetime) -> None:
    """`settle` in a transaction of its own. Raises RuleBroken: "event.gone", "busy"."""
    settle(seating.lock_event(event_id), at=at)


@settled()
def move_up(signup_id: str, *, event_id: str, by: "Person", at: datetime, reason: str) -> Signup:
    """Put somebody first in line by hand: the next free chair is theirs. The reason stays on record (R24).

    Keys are public ids. Raises Signup.DoesNotExist, RuleBroken: "line.reason", "line.stale".
    """
    if not reason.strip():
        raise RuleBroken("line.reason")
    found = Signup.objects.get(public_id=signup_id, event__public_id=event_id)
    event = seating.lock_event(found.event_id)
    settle(event, at=at)
    line = {place.signup.pk: place for place in selectors.line(event, at) if place.signup is not None}
    if found.pk not in line:
        raise RuleBroken("line.stale")
    Signup.objects.filter(pk=found.pk, moved_up_at=None).update(moved_up_at=at)
    audit.record(
        "signup.move_up", found, by=by, at=at, reason=reason.strip(), old=found.status, new=found.status,
        data={"from": line[found.pk].number},
    )  # fmt: skip
    offer_free_seats(event, at=at)
    return found


def shorten(event: Event, *, by: "Person", at: datetime) -> None:
    """After a new time: offers end anew, 12 hours after they were made, and like holds never past 3 hours before the
    start."""
    latest = rules.hold_ends_by(event.starts_at)
    for hold in StaffHold.objects.filter(event=event, ended_at=None, ends_at__gt=latest).order_by("pk"):
        if latest <= at:
            seating.let_go(hold, by=by, at=at)
        else:
            StaffHold.objects.filter(pk=hold.pk).update(ends_at=latest)
    for signup in Signup.objects.filter(event=event, status=states.OFFERED).order_by("pk"):
        assert signup.offered_at is not None
        ends_at = rules.offer_ends_at(event.starts_at, signup.offered_at)
        if ends_at <= signup.offered_at:
            if not _being_paid(event, [signup]):
                _expire(signup, event, at=at)
        else:
            Signup.objects.filter(pk=signup.pk).update(offer_ends_at=ends_at)


def _over(at: datetime) -> Q:
    return Q(status=states.OFFERED, offer_ends_at__lte=at)


def _ended(event: Event, at: datetime) -> list[Signup]:
    """Offers that are over; one for which a payment page is open lasts as long as that (product.md §5)."""
    over = list(Signup.objects.filter(_over(at), event=event).order_by("pk"))
    paying = _being_paid(event, over)
    return [signup for signup in over if signup.pk not in paying]


def _being_paid(event: Event, signups: list[Signup]) -> set[int]:
    return ports.payment_open([signup.pk for signup in signups]) if signups and event.traits.may_cost else set()


def _offer(signup: Signup, event: Event, chairs: list[Seat], price: "Money | None", *, at: datetime) -> None:
    ends_at = rules.offer_ends_at(event.starts_at, at)
    lifecycle.move(
        states.SIGNUP, signup, "offer", by=None, at=at, seat=chairs[0], offered_at=at, offer_ends_at=ends_at,
        data={"until": ends_at.isoformat()},
    )  # fmt: skip
    seating.take(signup, chairs[0], at=at)
    for chair in chairs[1:]:
        seating.take_for_guest(signup, chair, at=at)
    notifications.seat_offered(signup, event, price=price, at=at)


def _expire(signup: Signup, event: Event, *, at: datetime) -> None:
    """The chair was free again from the very instant the offer ended, even if this is written down later."""
    ended_at = min(signup.offer_ends_at or at, at)
    lifecycle.move(states.SIGNUP, signup, "expire", by=None, at=at, seat=None, offer_ends_at=None, moved_up_at=None)
    seating.free(signup, at=ended_at)
    if event.traits.may_cost:
        ports.give_back_money(signup.pk, refund=False, by=None, at=at, reason="the offer has ended")


def _free_since(free: list[Seat]) -> datetime:
    """When the last of these chairs became free: what everybody is told about once."""
    ids = [seat.pk for seat in free]
    rows = Seat.objects.filter(pk__in=ids).annotate(freed=F("holds__freed_at")).values_list("made_at", "freed")
    return max(moment for row in rows for moment in row if moment is not None)
