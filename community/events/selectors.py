"""Named lists and figures about events and seats, and the answers to members' ports; each with bounded queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from community.events import rules, states
from community.events.models import Event, Seat, SeatHold, Signup
from community.kernel.days import end_of, start_of, week_of
from community.members import selectors as members
from community.members.rules import CLOCK_DAYS, Chance

READ_MOST, NAMES_MOST = 200, 60
OTHER_DATES = 3
REMINDED_OF = 5


# What members asks (its ports).


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
    """R6: the qualifying events that began in [since, until), as this person met them; three queries.

    Judged by what was known at `until`: cancelled by then, an event was not offered; what happened later is not
    looked at, so that the answer never changes.
    """
    events = list(
        Event.objects.filter(
            kind__in=rules.QUALIFYING, published_at__lt=until, starts_at__gte=since, starts_at__lt=until
        ).exclude(cancelled_at__lte=until)
    )
    chairs = Seat.objects.filter(event__in=events, made_at__lt=until).values_list(
        "pk", "event_id", "made_at", "removed_at"
    )
    holds: dict[int, list[tuple[datetime, datetime | None]]] = {}
    mine: set[int] = set()
    taken = SeatHold.objects.filter(seat__event__in=events, taken_at__lt=until)
    for seat_id, event_id, whose, taken_at, freed_at in taken.values_list(
        "seat_id", "seat__event_id", "signup__person_id", "taken_at", "freed_at"
    ):
        holds.setdefault(seat_id, []).append((taken_at, freed_at))
        if whose == person_id and (freed_at is None or freed_at > since):
            mine.add(event_id)
    of: dict[int, list[rules.Chair]] = {}
    for pk, event_id, made_at, removed_at in chairs:
        of.setdefault(event_id, []).append(rules.Chair(made_at, removed_at, tuple(holds.get(pk, ()))))
    return [
        Chance(event.pk in mine, tuple(rules.free_periods(of.get(event.pk, ()), event.published_at, event.starts_at)))
        for event in events
        if event.published_at is not None
    ]


def qualifying_events(since: datetime, until: datetime, at: datetime) -> list[dict[str, Any]]:
    """R7: open qualifying events with seats left in [since, until), soonest first, at most five."""
    events = with_seats_left(open_events(at)).filter(
        kind__in=rules.QUALIFYING, starts_at__gte=since, starts_at__lt=until, seats_left__gt=0
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


# For everybody.


def with_seats_left(events: QuerySet[Event]) -> QuerySet[Event]:
    """Annotate `seats_left`: chairs in use less chairs held, two counts by index and no join.

    A chair that is held is in use: whoever sat on one taken out of the room was moved.
    """
    chairs = Seat.objects.filter(event=OuterRef("pk"), removed_at=None)
    held = Signup.objects.filter(event=OuterRef("pk"), seat__isnull=False)
    return events.annotate(seats_left=_how_many(chairs) - _how_many(held))


def _how_many(rows: QuerySet[Any]) -> Coalesce:
    count = rows.order_by().values("event").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def open_events(at: datetime) -> QuerySet[Event]:
    """Events that take signups, soonest first."""
    return Event.objects.filter(status=states.OPEN, starts_at__gt=at).select_related("city").order_by("starts_at", "pk")


def upcoming(at: datetime, *, kind: str = "", city: Any = None) -> QuerySet[Event]:
    """The public list: everything published that isn't over, soonest first, with seats left."""
    events = Event.objects.filter(status=states.OPEN, ends_at__gt=at).select_related("city")
    if kind:
        events = events.filter(kind=kind)
    if city:
        events = events.filter(city=city)
    return with_seats_left(events).order_by("starts_at", "pk")


def by_week(events: Iterable[Event]) -> list[tuple[date, list[Event]]]:
    """Events in order of time as (Monday, events) of community weeks."""
    return [(monday, list(group)) for monday, group in groupby(events, key=lambda event: week_of(event.starts_at))]


def next_with_seats(at: datetime, limit: int = 2) -> list[Event]:
    """The next events with seats, for the landing page."""
    return list(with_seats_left(open_events(at)).filter(seats_left__gt=0)[:limit])


def other_dates(event: Event, at: datetime) -> list[Event]:
    """Where to go instead of a full, past or cancelled event: the next ones with seats, the same kind first."""
    others = with_seats_left(open_events(at)).filter(seats_left__gt=0).exclude(pk=event.pk)
    if event.qualifying:
        others = others.filter(kind__in=rules.QUALIFYING)
    soonest = list(others[: OTHER_DATES * 2])
    return sorted(soonest, key=lambda other: other.kind != event.kind)[:OTHER_DATES]


def for_page(public_id: str) -> Event | None:
    return Event.objects.filter(public_id=public_id).select_related("city").first()


@dataclass(frozen=True)
class Room:
    """Who is in the room, as far as a page needs to know: read in one query."""

    mine: Signup | None
    coming: list[Signup]
    coming_count: int
    seats_left: int

    @property
    def host(self) -> Any:
        return next((signup.person for signup in self.coming if signup.is_host), None)


def room_of(event: Event, person: Any) -> Room:
    """The reader's own signup with its `table_number`, the first 200 of those coming, and how many seats are left."""
    own = Q(person_id=person.pk)
    rows = list(
        Signup.objects.filter(Q(seat__isnull=False) | own, event=event)
        .select_related("person")
        .only("public_id", "event_id", "status", "is_host", "confirmed_at", "seat_id", "person__email",
              "person__full_name", "person__hide_me")
        .annotate(
            table_number=F("seat__table__number"),
            held=Window(Count("seat")),
            coming=Window(Count("pk", filter=Q(status__in=states.COMING))),
        )
        .order_by(Case(When(own, then=0), default=1), "-is_host", "confirmed_at", "pk")[:READ_MOST]
    )  # fmt: skip
    if not rows:
        return Room(None, [], 0, event.capacity)
    coming = [row for row in rows if row.status in states.COMING]
    coming.sort(key=lambda row: (not row.is_host, row.confirmed_at, row.pk))
    mine = rows[0] if rows[0].person_id == person.pk else None
    return Room(mine, coming, rows[0].coming, max(event.capacity - rows[0].held, 0))


def events_held_by(person: Any, events: Iterable[Event]) -> set[int]:
    """Of these events, the ids of those where the person has a seat."""
    if not person.is_authenticated:
        return set()
    signups = Signup.objects.filter(person=person, event__in=list(events), status__in=states.COMING)
    return set(signups.values_list("event_id", flat=True))


def seats_of(person: Any, at: datetime) -> list[Signup]:
    """My seats at what is to come or going on, soonest first, at most ten."""
    signups = Signup.objects.filter(person=person, status__in=states.COMING, event__ends_at__gt=at)
    return list(signups.select_related("event__city").order_by("event__starts_at")[:10])


@dataclass(frozen=True)
class Company:
    """Who is coming, as far as a reader may know: industries for all, names for confirmed people."""

    industries: list[str]
    names: list[str] = field(default_factory=list)
    unnamed: int = 0

    @property
    def total(self) -> int:
        return len(self.names) + self.unnamed


def company_in(room: Room, *, with_names: bool) -> Company:
    """Industries of those coming; with names of those who don't hide (product.md §5)."""
    industries = members.teaser_industries(signup.person_id for signup in room.coming) if room.coming else []
    if not with_names:
        return Company(industries)
    names = [signup.person.name for signup in room.coming if not signup.person.hide_me][:NAMES_MOST]
    return Company(industries, names, room.coming_count - len(names))


# For the desk.


@dataclass
class Figures:
    """Four figures of an event, and two for after it."""

    signed_up: int = 0
    here: int = 0
    waiting: int = 0
    on_clock: int = 0
    missed: int = 0
    withdrawn: int = 0


def figures(events: Iterable[Event], at: datetime) -> dict[int, Figures]:
    """The figures of some events in one query, by event id."""
    ids = [event.pk for event in events]
    clocks = Q(status__in=states.COMING, person_id__in=members.running_clocks(at).values("person_id"))
    rows = Signup.objects.filter(event_id__in=ids).order_by().values_list("event_id", "status")
    counts: Counter[tuple[int, str]] = Counter()
    on_clock: Counter[int] = Counter()
    for event_id, status, n, running in rows.annotate(n=Count("pk"), running=Count("pk", filter=clocks)):
        counts[event_id, status] = n
        on_clock[event_id] += running
    return {
        pk: Figures(
            signed_up=sum(counts[pk, status] for status in states.OCCUPYING),
            here=counts[pk, states.ATTENDED],
            waiting=counts[pk, states.WAITING],
            on_clock=on_clock[pk],
            missed=counts[pk, states.MISSED],
            withdrawn=counts[pk, states.WITHDRAWN],
        )
        for pk in ids
    }


def clocks_running(signups: Iterable[Signup], at: datetime) -> set[int]:
    """Of these signups, the person ids of those whose three weeks are running."""
    people = [signup.person_id for signup in signups]
    return set(members.running_clocks(at).filter(person_id__in=people).values_list("person_id", flat=True))


@dataclass(frozen=True)
class ClockSeats:
    """Seats that running clocks need against free ones published for the next three weeks."""

    needed: int
    left: int

    @property
    def short(self) -> int:
        return max(self.needed - self.left, 0)


def seats_for_clocks(at: datetime) -> ClockSeats:
    """Two queries: people on the clock without a seat at an offline event to come, and free seats at those events."""
    booked = Signup.objects.filter(
        person_id=OuterRef("person_id"),
        status__in=states.COMING,
        event__status=states.OPEN,
        event__kind__in=rules.QUALIFYING,
        event__starts_at__gt=at,
        event__starts_at__lt=OuterRef("clock_ends_at"),
    )
    needed = members.running_clocks(at).exclude(Exists(booked)).count()
    soon = open_events(at).filter(kind__in=rules.QUALIFYING, starts_at__lt=at + timedelta(days=CLOCK_DAYS))
    left = with_seats_left(soon).aggregate(n=Sum("seats_left"))["n"] or 0
    return ClockSeats(needed, left)


DESK_LISTS = ("upcoming", "past", "draft", "cancelled")


def desk_list(which: str, at: datetime) -> QuerySet[Event]:
    """One of `DESK_LISTS`: what is to come and drafts soonest first, the rest newest first."""
    events = with_seats_left(Event.objects.select_related("city", "host"))
    if which == "draft":
        return events.filter(status=states.DRAFT).order_by("starts_at", "pk")
    if which == "cancelled":
        return events.filter(status=states.CANCELLED).order_by("-starts_at", "-pk")
    if which == "past":
        over = Q(status=states.HELD) | Q(status=states.OPEN, ends_at__lte=at)
        return events.filter(over).order_by("-starts_at", "-pk")
    return events.filter(status=states.OPEN, ends_at__gt=at).order_by("starts_at", "pk")


def this_week(at: datetime) -> list[Event]:
    """The organizer's week: everything published in it, at most fifty."""
    monday = week_of(at)
    week = Q(starts_at__gte=start_of(monday), starts_at__lt=end_of(monday + timedelta(days=6)))
    events = Event.objects.filter(week, status__in=[states.OPEN, states.HELD]).select_related("city", "host")
    return list(with_seats_left(events).order_by("starts_at", "pk")[:50])


def for_desk(public_id: str) -> QuerySet[Event]:
    return Event.objects.filter(public_id=public_id).select_related(
        "city", "host", "created_by", "published_by", "cancelled_by", "roster_closed_by"
    )


def roster(event: Event, text: str = "") -> QuerySet[Signup]:
    """Everybody with a seat, and who missed it, by name. `text` searches names and e-mails."""
    signups = (
        Signup.objects.filter(event=event, status__in=states.OCCUPYING)
        .select_related("person", "seat__table")
        .only("public_id", "event_id", "status", "is_host", "person__full_name", "person__email", "seat__number",
              "seat__table__number")
    )  # fmt: skip
    if text:
        signups = signups.filter(Q(person__full_name__icontains=text) | Q(person__email__icontains=text))
    return signups.order_by("person__name_key", "pk")


def roster_row(public_id: str) -> Signup | None:
    return Signup.objects.filter(public_id=public_id).select_related("event", "person", "seat__table").first()


def hosts(text: str, on: date) -> list[Any]:
    """Members in good standing on a day whose e-mail or name is, or else contains, what was typed; at most nine."""
    people = members.members_in_good_standing(on)
    exactly = list(people.filter(Q(email__iexact=text) | Q(full_name=text))[:9])
    return exactly or list(people.filter(Q(full_name__icontains=text) | Q(email__istartswith=text))[:9])


def last_of_kind(kind: str) -> Event | None:
    """What "copy the last one" copies."""
    return Event.objects.filter(kind=kind).exclude(status=states.CANCELLED).order_by("-starts_at", "-pk").first()


# For `manage.py verify`.


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """Invariants 1 and 2 on the live data (reliability.md): name → public ids of what breaks it."""
    over = at - rules.ROSTER_OPEN - timedelta(days=1)
    astray = Signup.objects.filter(seat__isnull=False).exclude(seat__event_id=F("event_id"))
    return {
        "seat_of_another_event": list(astray.values_list("public_id", flat=True)),
        "seat_without_hold": list(
            Signup.objects.filter(seat__isnull=False)
            .exclude(holds__in=SeatHold.objects.filter(freed_at=None))
            .values_list("public_id", flat=True)
        ),
        "roster_left_open": list(
            Event.objects.filter(status=states.OPEN, ends_at__lt=over).values_list("public_id", flat=True)
        ),
    }
