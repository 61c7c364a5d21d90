"""What members asks of seats: attendance, open rosters, chances (its ports), and the seats its clocks need."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Sum,
)
from django.db.models.functions import Coalesce

from community.events import rules, states
from community.events.models import Event, Seat, SeatHold, Signup
from community.events.selectors.lists import Cities, in_cities, open_events
from community.kernel.prepared import IsOneOf
from community.members import selectors as members
from community.members.rules import CLOCK_DAYS, Chance
from community.members.selectors import stages

REMINDED_OF = 5
FOR_ALL = Q(stages=[])


def earliest_attendance(person_id: int, since: datetime, until: datetime) -> datetime | None:
    """R5: the start of the first qualifying event in [since, until) the person was checked in at."""
    attended = Signup.objects.filter(
        person_id=person_id,
        status=states.ATTENDED,
        event__kind__in=rules.QUALIFYING,
        attended_at__gte=since,
        attended_at__lt=until,
    )
    return attended.aggregate(first=Min("attended_at"))["first"]


def roster_open(person_id: int, until: datetime, at: datetime) -> bool:
    """product.md §5: holds a seat at a qualifying event that began before `until` and whose roster isn't closed.

    A roster is closed by hand, or seven days after the end whether or not a worker ran.
    """
    return Signup.objects.filter(
        person_id=person_id,
        status=states.CONFIRMED,
        event__status=states.OPEN,
        event__kind__in=rules.QUALIFYING,
        event__starts_at__lt=until,
        event__starts_at__lte=at,
        event__ends_at__gt=at - rules.ROSTER_OPEN,
    ).exists()


def seat_chances(person_id: int, since: datetime, until: datetime) -> list[Chance]:
    """R6: the qualifying events that began in [since, until), as this person met them; three queries. One that is for
    other stages than theirs was never to be had.

    Judged by what was known before `until`: cancelled by then, an event was not offered; what happened later is not
    looked at, so that the answer never changes.
    """
    events = list(
        Event.objects.filter(
            FOR_ALL | Q(IsOneOf(stages.told_by(person_id), F("stages"))),
            kind__in=rules.QUALIFYING,
            published_at__lt=until,
            starts_at__gte=since,
            starts_at__lt=until,
        ).exclude(cancelled_at__lt=until)
    )
    chairs = Seat.objects.filter(event__in=events, made_at__lt=until).values_list(
        "pk", "event_id", "made_at", "removed_at"
    )
    holds: dict[int, list[tuple[datetime, datetime | None]]] = {}
    mine: set[int] = set()
    taken = SeatHold.objects.filter(seat__event__in=events, taken_at__lt=until)
    for seat_id, event_id, whose, taken_at, freed_at in taken.values_list(
        "seat_id", "seat__event_id", "signup__person_id", "taken_at", Coalesce("freed_at", "staff_hold__ends_at")
    ):
        holds.setdefault(seat_id, []).append((taken_at, freed_at))
        if whose == person_id and (freed_at is None or freed_at > since):
            mine.add(event_id)
    of: dict[int, list[rules.Chair]] = {}
    for pk, event_id, made_at, removed_at in chairs:
        of.setdefault(event_id, []).append(rules.Chair(made_at, removed_at, tuple(holds.get(pk, ()))))
    return [
        Chance(event.pk in mine, tuple(rules.free_periods(of.get(event.pk, ()), opened_at, event.starts_at)))
        for event in events
        # Until a visit's release its seats are for people who were at the table before it (R23): nobody on a clock was.
        if (opened_at := max(filter(None, [event.published_at, event.releases_at, event.allots_at]), default=None))
        is not None
    ]


def qualifying_events(since: datetime, until: datetime, at: datetime) -> list[dict[str, Any]]:
    """R7: open qualifying events with seats left in [since, until), soonest first, at most five; such as are for all
    stages, since everybody whose clock ends then reads them."""
    events = open_events(at).filter(
        FOR_ALL, kind__in=rules.QUALIFYING, starts_at__gte=since, starts_at__lt=until, seats_left__gt=0
    )
    return [
        {
            "topic": event.topic,
            "starts_at": event.starts_at,
            "seats_left": event.seats_left,
            "path": event.get_absolute_url(),
        }
        for event in events[:REMINDED_OF]
    ]


@dataclass(frozen=True)
class ClockSeats:
    """Seats that running clocks need against free ones published for the next three weeks."""

    needed: int
    left: int

    @property
    def short(self) -> int:
        return max(self.needed - self.left, 0)


def seats_for_clocks(at: datetime, cities: Cities = None) -> ClockSeats:
    """Two queries: people on the clock without a seat at an offline event to come, and free seats at those events that are
    for all stages.

    Of some cities: whose application names one of them, and the events there.
    """
    booked = Signup.objects.filter(
        person_id=OuterRef("person_id"),
        status__in=states.COMING,
        event__status=states.OPEN,
        event__kind__in=rules.QUALIFYING,
        event__starts_at__gt=at,
        event__starts_at__lt=OuterRef("clock_ends_at"),
    )
    needed = in_cities(members.running_clocks(at), cities).exclude(Exists(booked)).count()
    soon = in_cities(open_events(at), cities).filter(
        FOR_ALL, kind__in=rules.QUALIFYING, starts_at__lt=at + timedelta(days=CLOCK_DAYS)
    )
    left = soon.aggregate(n=Sum("seats_left"))["n"] or 0
    return ClockSeats(needed, left)
