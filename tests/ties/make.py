"""Meetings for tests: facts as history, straight into the tables where a service would only cost time."""

from datetime import date, datetime
from typing import Any

from community.events.models import Event, Seat, Signup, Table
from community.members.models import City, Person
from community.ties.models import OneToOne
from community.ties.services import one_to_ones
from tests import make
from tests.events.make import HOUR
from tests.make import NOON


def together(*people: Person, at: datetime = NOON, kind: str = "roundtable", tables: int = 1) -> Event:
    """An event at which these people were checked in; of a roundtable, round one table, or dealt out to several."""
    event = Event.objects.create(
        kind=kind, status="held", topic="旧的一场", city=City.objects.first(), starts_at=at, ends_at=at + 2 * HOUR,
        created_by=people[0], created_at=at, published_at=at, published_by=people[0], roster_closed_at=at,
    )  # fmt: skip
    rooms = [Table.objects.create(event=event, number=n + 1) for n in range(tables)] if kind == "roundtable" else [None]
    for place, who in enumerate(people):
        table = rooms[place % len(rooms)]
        seat = Seat.objects.create(event=event, table=table, number=place // len(rooms) + 1, made_at=at)
        Signup.objects.create(
            event=event, person=who, seat=seat, status="attended", signed_up_at=at, confirmed_at=at, attended_at=at,
            checked_in_at=at, checked_in_by=who,
        )  # fmt: skip
    return event


def met(one: Person, other: Person, *, on: date, at: datetime = NOON) -> OneToOne:
    """A confirmed one-to-one, through both services."""
    made = one_to_ones.log(one, other.pk, met_on=on, at=at)
    return one_to_ones.answer(made, yes=True, by=other, at=at)


def members(*names: str, **more: Any) -> list[Person]:
    return [make.member(name, **more) for name in names]
