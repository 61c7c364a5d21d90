"""Lists of events as everybody sees them, with the seats left."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any, TypeVar

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from community.events import rules, states
from community.events.models import Event, Guest, Opinion, Seat, SeatHold, Signup
from community.kernel.days import week_of

Cities = Iterable[int] | None
Row = TypeVar("Row", bound=Model)
OTHER_DATES = 3
CALENDAR_BACK = timedelta(days=90)


def free_seats(**of: Any) -> QuerySet[Seat]:
    """Chairs in use that nobody has, no guest either, and the office doesn't keep back."""
    kept = kept_or_guests(seat=OuterRef("pk"))
    return Seat.objects.filter(~Exists(kept), removed_at=None, signups=None, **of)


def kept_or_guests(**of: Any) -> QuerySet[SeatHold]:
    """What holds a chair now that is no member's own: the office, or a member's guest."""
    return SeatHold.objects.filter(Q(staff_hold__isnull=False) | Q(for_guest=True), freed_at=None, **of)


def kept_back() -> CombinedExpression:
    """How many chairs of an event the office keeps back (product.md §5) or guests sit on, as an annotation."""
    kept = SeatHold.objects.filter(staff_hold__event=OuterRef("pk"), freed_at=None)
    guests = Guest.objects.filter(event=OuterRef("pk"), seat__isnull=False)
    return how_many(kept, by="staff_hold__event") + how_many(guests)


def in_cities(rows: QuerySet[Row], cities: Cities, path: str = "city") -> QuerySet[Row]:
    """Only those of some cities; None leaves them all."""
    return rows if cities is None else rows.filter(**{f"{path}__in": cities})


def with_seats_left(events: QuerySet[Event]) -> QuerySet[Event]:
    """Annotate `seats_left`: chairs in use less chairs held, kept back and with a guest on them, counted by index.

    A chair that is held is in use: whoever sat on one taken out of the room was moved.
    """
    chairs = Seat.objects.filter(event=OuterRef("pk"), removed_at=None)
    held = Signup.objects.filter(event=OuterRef("pk"), seat__isnull=False)
    return events.annotate(seats_left=how_many(chairs) - how_many(held) - kept_back())


@cache
def listed() -> QuerySet[Event]:
    """What lists of events read, put together once: a crowd reads them all at the same time."""
    return with_seats_left(Event.objects.select_related("city"))


def how_many(rows: QuerySet[Any], by: str = "event") -> Coalesce:
    """How many of `rows`, which name their event by an OuterRef, as an annotation."""
    count = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def open_events(at: datetime) -> QuerySet[Event]:
    """Events that take signups, with seats left, soonest first."""
    return listed().filter(status=states.OPEN, starts_at__gt=at).order_by("starts_at", "pk")


def upcoming(at: datetime, *, kind: str = "", city: Any = None) -> QuerySet[Event]:
    """The public list: everything published that isn't over, soonest first, with seats left."""
    events = listed().filter(status=states.OPEN, ends_at__gt=at)
    if kind:
        events = events.filter(kind=kind)
    if city:
        events = events.filter(city=city)
    return events.order_by("starts_at", "pk")


def cities_ahead(at: datetime) -> set[int]:
    """The cities that have events to come."""
    ahead = Event.objects.filter(status=states.OPEN, ends_at__gt=at).order_by()
    return set(ahead.values_list("city_id", flat=True).distinct())


def by_week(events: Iterable[Event]) -> list[tuple[date, list[Event]]]:
    """Events in order of time as (Monday, events) of community weeks."""
    return [(monday, list(group)) for monday, group in groupby(events, key=lambda event: week_of(event.starts_at))]


def next_with_seats(at: datetime, limit: int = 2) -> list[Event]:
    """The next events with seats, for the landing page."""
    return list(open_events(at).filter(seats_left__gt=0)[:limit])


def other_dates(event: Event, at: datetime) -> list[Event]:
    """Where to go instead of a full, past or cancelled event: the next ones with seats, the same kind first."""
    others = open_events(at).filter(Exists(free_seats(event=OuterRef("pk")))).exclude(pk=event.pk)
    if event.qualifying:
        others = others.filter(kind__in=rules.QUALIFYING)
    soonest = list(others[: OTHER_DATES * 2])
    return sorted(soonest, key=lambda other: other.kind != event.kind)[:OTHER_DATES]


def events_held_by(person: Any, events: Iterable[Event]) -> set[int]:
    """Of these events, the ids of those where the person has a seat."""
    if not person.is_authenticated:
        return set()
    signups = Signup.objects.filter(person=person, event__in=list(events), status__in=states.COMING)
    return set(signups.values_list("event_id", flat=True))


def at_the_same_time(event_id: int, person_id: int, *, period: tuple[datetime, datetime] | None = None) -> list[Signup]:
    """The person's seats at other events that overlap with this one (back to back is no overlap), soonest first.

    `period`: the event's, where it is known; a new time is asked about before it is saved.
    """
    since, until = period or Event.objects.values_list("starts_at", "ends_at").get(pk=event_id)
    others = Signup.objects.filter(
        person=person_id, status__in=states.COMING, event__status=states.OPEN,
        event__starts_at__lt=until, event__ends_at__gt=since,
    )  # fmt: skip
    return list(
        others.exclude(event=event_id).select_related("event__city", "person").order_by("event__starts_at", "pk")
    )


def seats_of(person: Any, at: datetime) -> list[Signup]:
    """My seats at what is to come or going on, soonest first, at most ten."""
    signups = Signup.objects.filter(person=person, status__in=states.COMING, event__ends_at__gt=at)
    return list(signups.select_related("event__city").order_by("event__starts_at")[:10])


def ahead_of(person: Any, at: datetime) -> tuple[list[Signup], list[Signup], list[Signup]]:
    """The same seats; offers and places in line at what is to come; and what one hosts, with what of the last seven
    days still waits. One query; soonest first, ten of each.

    What one hosts has `unmarked` (seats nobody has marked yet, one's own too: R26), `guests` (who was there) and `answers` (theirs).
    """
    held = Q(status__in=states.COMING, event__ends_at__gt=at)
    waits = Q(status__in=[states.WAITING, states.OFFERED], event__starts_at__gt=at) & ~Q(event__status=states.CANCELLED)
    hosted = Q(status__in=states.COMING, is_host=True, event__ends_at__gt=at - rules.ROSTER_OPEN)
    rows = Signup.objects.filter(held | waits | hosted & ~Q(event__status=states.CANCELLED), person=person)
    at_it = Signup.objects.filter(event=OuterRef("event"))
    rows = rows.annotate(
        unmarked=_if_host(how_many(at_it.filter(status=states.CONFIRMED))),
        guests=_if_host(how_many(at_it.filter(status=states.ATTENDED, is_host=False))),
        answers=_if_host(how_many(_answers_of_guests())),
    ).select_related("event__city", "seat__table")
    found = list(rows.order_by("event__starts_at")[:40])
    ahead = [signup for signup in found if signup.event.ends_at > at]
    seats = [signup for signup in ahead if signup.status in states.COMING]
    places = [signup for signup in ahead if signup.status not in states.COMING]
    hosting = [signup for signup in found if signup.is_host and (signup.event.ends_at > at or _still_waits(signup))]
    return seats[:10], places[:10], hosting[:10]


def _if_host(figure: Coalesce) -> Case:
    return Case(When(is_host=True, then=figure), default=0, output_field=IntegerField())


def _answers_of_guests() -> QuerySet[Opinion]:
    """Answers of people who were there and didn't host."""
    there = Signup.objects.filter(
        event=OuterRef("event"), person=OuterRef("person"), status=states.ATTENDED, is_host=False
    )
    return Opinion.objects.filter(Exists(there), event=OuterRef("event"))


def _still_waits(signup: Any) -> bool:
    """Of an event that is over: its roster is open, or somebody who was there hasn't answered."""
    return signup.event.status == states.OPEN or signup.answers < signup.guests


def seats_for_calendar(person: Any, at: datetime) -> list[Signup]:
    """My seats from three months back on, also at events the club cancelled: the calendar strikes them out."""
    had = Q(status__in=[*states.COMING, states.MISSED]) | Q(
        status=states.WITHDRAWN, confirmed_at__isnull=False, event__status=states.CANCELLED,
        withdrawn_at=F("event__cancelled_at"),
    )  # fmt: skip
    signups = Signup.objects.filter(had, person=person, event__starts_at__gt=at - CALENDAR_BACK)
    return list(signups.select_related("event__city").order_by("event__starts_at", "pk")[:500])
