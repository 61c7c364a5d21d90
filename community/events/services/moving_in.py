"""Past events and who was there, from before the club moved in (R51): written as held and closed, nobody is asked or told.

Called by the import inside its one transaction; every row that has a status has its audit entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, rules, states
from community.events.models import Event, Seat, SeatHold, Signup, Table
from community.events.rules import after
from community.kernel import audit, outbox

if TYPE_CHECKING:
    from community.members.models import Person

AT_ONCE = 1000


@dataclass(frozen=True)
class Past:
    """An occasion with the people who were there as (person, table); table 0 where there are none."""

    kind: str
    topic: str
    city_id: int
    starts_at: datetime
    ends_at: datetime
    there: tuple[tuple[int, int], ...]


def take_in(found: Sequence[Past], *, by: "Person", at: datetime, reason: str) -> dict[str, list[int]]:
    """Events, tables, chairs and check-ins; label → keys of what was made. A chair for everybody who was there (R22)."""
    events = Event.objects.bulk_create([_event(one, by, at) for one in found], AT_ONCE)
    tables = Table.objects.bulk_create(
        [
            Table(event=event, number=number)
            for event, one in zip(events, found, strict=True)
            if event.traits.at_tables
            for number in range(1, event.table_count + 1)
        ],
        AT_ONCE,
    )
    by_number = {(table.event_id, table.number): table for table in tables}
    seats, signups = [], []
    for event, one in zip(events, found, strict=True):
        numbers: dict[int, int] = {}
        for person_id, table in one.there:
            numbers[table] = numbers.get(table, 0) + 1
            seat = Seat(event=event, table=by_number.get((event.pk, table)), number=numbers[table], made_at=at)
            seats.append(seat)
            signups.append(_signup(event, seat, person_id, by, one.starts_at))
    Seat.objects.bulk_create(seats, AT_ONCE)
    for signup, seat in zip(signups, seats, strict=True):
        signup.seat = seat  # its key is known only now
    Signup.objects.bulk_create(signups, AT_ONCE)
    holds = SeatHold.objects.bulk_create(
        [SeatHold(seat=signup.seat, signup=signup, taken_at=signup.signed_up_at) for signup in signups], AT_ONCE
    )
    audit.record_all("event.import", events, by=by, at=at, reason=reason, new=states.HELD, of_people=False)
    audit.record_all("signup.import", signups, by=by, at=at, reason=reason, new=states.ATTENDED, of_people=False)
    made: dict[str, Sequence[Event | Table | Seat | Signup | SeatHold]] = {
        "events.Event": events, "events.Table": tables, "events.Seat": seats, "events.Signup": signups,
        "events.SeatHold": holds,
    }  # fmt: skip
    keys = {label: [row.pk for row in rows] for label, rows in made.items()}
    return keys | {"kernel.Message": _passed(events, signups, at)}


def _event(one: Past, by: "Person", at: datetime) -> Event:
    kind = rules.KINDS[one.kind]
    tables = max((table for _, table in one.there), default=1) if kind.at_tables else 1
    return Event(
        kind=one.kind, status=states.HELD, topic=one.topic, city_id=one.city_id, starts_at=one.starts_at,
        ends_at=one.ends_at, table_count=tables,
        seats_each=rules.SEATS_AT_A_TABLE if kind.at_tables else len(one.there), created_at=at, created_by=by,
        published_at=at, published_by=by, roster_closed_at=at, roster_closed_by=by,
    )  # fmt: skip


def _signup(event: Event, seat: Seat, person_id: int, by: "Person", began_at: datetime) -> Signup:
    return Signup(
        event=event, person_id=person_id, status=states.ATTENDED, seat=seat, signed_up_at=began_at,
        confirmed_at=began_at, attended_at=began_at, checked_in_at=began_at, checked_in_by=by,
    )  # fmt: skip


def _passed(events: Sequence[Event], signups: Sequence[Signup], at: datetime) -> list[int]:
    """R29: the two questions of events that are over; asked about one's old club nobody would know why."""
    lately = {event.pk: event for event in events if after.asked_until(event.ends_at) > at}
    with outbox.passing_over() as passed:
        for pk, event in lately.items():
            there = [signup for signup in signups if signup.event_id == pk]
            notifications.two_questions(there, event, until=after.asked_until(event.ends_at), at=at)
    return passed
