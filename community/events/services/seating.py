"""Chairs under lock: the one way to take and to free one, and the locks everything else here stands on."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from community.events import rules, states
from community.events.models import Event, Guest, Seat, SeatHold, Signup, StaffHold, Table
from community.events.selectors import lists
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.prepared import Given, Prepared
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person

T = TypeVar("T")
TRIES = 5
ONE_PER_SEAT = ("signup_one_per_seat", "hold_one_per_seat", "guest_one_per_seat")  # the database's last word
LOCKED = Prepared(
    lambda: Event.objects.select_for_update(of=("self",), no_key=True).select_related("city").filter(pk=Given("event"))
)
SHARED = "SELECT * FROM events_event WHERE id = %s FOR SHARE"
LOOK = """
SELECT e.allots_at IS NOT NULL AND e.allotted_at IS NULL OR NOT EXISTS (
    SELECT 1 FROM events_seat c WHERE c.event_id = e.id AND c.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM events_signup s WHERE s.seat_id = c.id)
    AND NOT EXISTS (
        SELECT 1 FROM events_seathold k LEFT JOIN events_staffhold f ON f.id = k.staff_hold_id
        WHERE k.seat_id = c.id AND k.freed_at IS NULL AND (k.for_guest OR f.ends_at > %(at)s)
    )
) AND NOT EXISTS (
    SELECT 1 FROM events_signup o WHERE o.event_id = e.id AND o.status = 'offered' AND o.offer_ends_at <= %(at)s
), (SELECT m.id FROM events_signup m WHERE m.event_id = e.id AND m.person_id = %(person)s),
e.status = 'open' AND e.allots_at <= %(at)s AND e.allotted_at IS NULL FROM events_event e WHERE e.id = %(event)s
"""


def lock_event(event_id: int) -> Event:
    """The event's row, locked until the transaction ends. The persons concerned are locked before it, always.

    Raises RuleBroken("event.gone") when there is none.
    """
    event = LOCKED.first(event=event_id)
    if event is None:
        raise RuleBroken("event.gone")
    return event


def lock_events(event_ids: Collection[int]) -> dict[int, Event]:
    """Several events by key, always in that order. Raises RuleBroken("event.gone") when one is missing."""
    locked = Event.objects.select_for_update(of=("self",), no_key=True).select_related("city")
    found = {event.pk: event for event in locked.filter(pk__in=event_ids).order_by("pk")}
    if len(found) < len(set(event_ids)):
        raise RuleBroken("event.gone")
    return found


def share_event(event_id: int) -> Event:
    """The event's row beside others who only join its list: while any of them reads, nobody takes or frees a chair.

    Raises RuleBroken("event.gone") when there is none.
    """
    event = Event.objects.raw(SHARED, [event_id])
    for found in event:
        return found
    raise RuleBroken("event.gone")


@dataclass(frozen=True)
class Look:
    """At an instant: whether all one can do is join the list (signups only collect; no chair is free and no offer has
    ended), the person's own signup, if any, and whether the seats are due to be allotted."""

    full: bool
    own_id: int | None
    due: bool | None


def look(event_id: int, person_id: int, at: datetime) -> Look:
    """One statement, no lock: what decides whether somebody can only join the list."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"event": event_id, "person": person_id, "at": at})
        row = cursor.fetchone()
    return Look(*row) if row else Look(False, None, False)


def lock_with_everybody(event_id: int) -> tuple[Event, list[Signup]] | None:
    """Everybody who is coming or waits (by key), then the event; with their signups as they stand under the locks.

    None when somebody signed up between the reading of the list and the lock: nothing is done yet, begin afresh.
    """
    live = Signup.objects.filter(event_id=event_id, status__in=states.LIVE)
    ids = set(live.values_list("person_id", flat=True))
    people.lock_people(ids)
    event = lock_event(event_id)
    signups = list(live.select_related("person", "seat").order_by("pk"))
    return (event, signups) if {signup.person_id for signup in signups} <= ids else None


def insist(attempt: Callable[[], T | None]) -> T:
    """Repeat an attempt, each in its own transaction, that found `lock_with_everybody` overtaken by a signup."""
    for _ in range(TRIES):
        done = attempt()
        if done is not None:
            return done
    raise RuleBroken("busy")


def free_seats(event_id: int) -> QuerySet[Seat]:
    """Chairs in use that nobody has, no guest either, and the office doesn't keep back; what has ended is let go before (`end_holds`)."""
    return lists.free_seats(event_id=event_id)


def next_free(event_id: int) -> Seat | None:
    """The chair that is given next, under the event's lock."""
    return free_seats(event_id).select_related("table").order_by("table__number", "number").first()


def chairs_for(event_id: int, *, pair: bool) -> list[Seat]:
    """The chair that is given next, or two for a pair; none when there are not so many, under the event's lock."""
    if pair:
        return side_by_side(list(free_seats(event_id).select_related("table").order_by("table__number", "number")))
    seat = next_free(event_id)
    return [seat] if seat else []


def side_by_side(chairs: Sequence[Seat]) -> list[Seat]:
    """Two of these chairs, at one table where a table has two, in order of tables; none when there are not two."""
    together = ([one, other] for one, other in pairwise(chairs) if one.table_id == other.table_id)
    return next(together, list(chairs[:2]) if len(chairs) > 1 else [])


def take(signup: Signup, seat: Seat, *, at: datetime) -> None:
    """Remember when the chair was taken; the signup's own row is written by the caller."""
    SeatHold.objects.create(seat=seat, signup=signup, taken_at=at)


def take_for_guest(signup: Signup, seat: Seat, *, at: datetime) -> None:
    """The second chair, for the signup's guest."""
    SeatHold.objects.create(seat=seat, signup=signup, taken_at=at, for_guest=True)
    Guest.objects.filter(signup=signup).update(seat=seat)


def free(signup: Signup, *, at: datetime) -> None:
    """The chair, and the guest's."""
    _freed(SeatHold.objects.filter(signup=signup), at)
    if signup.with_guest:
        Guest.objects.filter(signup=signup).update(seat=None)


def free_own(signup: Signup, *, at: datetime) -> None:
    """The person's chair; their guest keeps the other."""
    _freed(SeatHold.objects.filter(signup=signup, for_guest=False), at)


def free_guests(signup_id: int, *, at: datetime) -> None:
    """The guest's chair; the person keeps theirs."""
    _freed(SeatHold.objects.filter(signup=signup_id, for_guest=True), at)
    Guest.objects.filter(signup=signup_id).update(seat=None)


def _freed(holds: QuerySet[SeatHold], at: datetime) -> None:
    # Who waited for the lock brings a time from before it: a chair is never freed before it was taken.
    holds.filter(freed_at=None).update(freed_at=Greatest(F("taken_at"), Value(at)))


def end_holds(event: Event, *, at: datetime) -> None:
    """Under the event's lock: chairs kept back are free from the very instant their time is over, swept or not."""
    for hold in holds_over(event, at=at).order_by("pk"):
        let_go(hold, by=None, at=hold.ends_at)


def holds_over(event: Event, *, at: datetime) -> QuerySet[StaffHold]:
    """Those whose time is over and that nobody has ended yet."""
    return StaffHold.objects.filter(event=event, ended_at=None, ends_at__lte=at)


def let_go(hold: StaffHold, *, by: "Person | None", at: datetime) -> None:
    """End a hold that runs, under the event's lock. The caller offers the chairs."""
    _freed(SeatHold.objects.filter(staff_hold=hold), at)
    hold.ended_at, hold.ended_by = max(hold.made_at, at), by
    hold.save(update_fields=["ended_at", "ended_by"])
    audit.record("hold.end", hold, by=by, at=at)


def make_seats(event: Event, *, at: datetime) -> None:
    """Lay the event's tables and chairs as its plan says; chairs that are there already stay.

    Raises RuleBroken("seats.occupied") when the plan has fewer chairs than are held, and the codes of
    `rules.seat_plan`.
    """
    plan = seat_plan(event)
    tables = {table.number: table for table in event.tables.all()}
    for number in sorted({table for table, _ in plan if table is not None} - tables.keys()):
        tables[number] = Table.objects.create(event=event, number=number)
    there = {(seat.table and seat.table.number, seat.number): seat for seat in _seats(event)}
    wanted = set(plan)
    Seat.objects.bulk_create(
        Seat(event=event, table=tables[table] if table else None, number=number, made_at=at)
        for table, number in plan
        if (table, number) not in there
    )
    back = [seat.pk for place, seat in there.items() if place in wanted and seat.removed_at]
    Seat.objects.filter(pk__in=back).update(removed_at=None, made_at=at)
    _remove([seat.pk for place, seat in there.items() if place not in wanted and not seat.removed_at], event, at=at)


def seat_plan(event: Event) -> list[tuple[int | None, int]]:
    try:
        return rules.seat_plan(event.kind, event.table_count, event.seats_each)
    except ValueError as error:
        raise RuleBroken(str(error)) from None


def _seats(event: Event) -> Iterable[Any]:
    return event.seats.select_related("table")


def _remove(ids: list[int], event: Event, *, at: datetime) -> None:
    """Take chairs out of the room; whoever sits on one of them, and what the office keeps, moves to one that stays."""
    moving = list(Signup.objects.filter(seat_id__in=ids).order_by("pk"))
    kept = list(lists.kept_or_guests(seat_id__in=ids).select_related("signup").order_by("pk"))
    chairs = list(free_seats(event.pk).exclude(pk__in=ids)[: len(moving) + len(kept)])
    if len(chairs) < len(moving) + len(kept):
        raise RuleBroken("seats.occupied")
    for hold in kept:
        _freed(SeatHold.objects.filter(pk=hold.pk), at)
        if hold.signup is not None:
            take_for_guest(hold.signup, chairs.pop(), at=at)
        else:
            SeatHold.objects.create(seat=chairs.pop(), staff_hold_id=hold.staff_hold_id, taken_at=at)
    for signup, seat in zip(moving, chairs, strict=True):
        free_own(signup, at=at)
        Signup.objects.filter(pk=signup.pk).update(seat=seat)
        take(signup, seat, at=at)
    Seat.objects.filter(pk__in=ids).update(removed_at=at)
