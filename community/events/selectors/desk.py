"""The organizer's lists, figures and rosters."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import (
    Count,
    F,
    Q,
    QuerySet,
)

from community.events import rules, states
from community.events.models import Event, Guest, Signup, StaffHold, WaiverAcceptance
from community.events.selectors.lists import Cities, free_seats, in_cities, listed
from community.kernel.days import end_of, start_of, week_of
from community.kernel.prepared import INSTANT, TEXT, Given, IsOneOf, Prepared
from community.members import selectors as members


@dataclass
class Figures:
    """Four figures of an event, and two for after it. Guests with a chair are counted among who signed up and is here;
    `on_roster` are the rows of the roster, without them."""

    signed_up: int = 0
    on_roster: int = 0
    here: int = 0
    waiting: int = 0
    on_clock: int = 0
    missed: int = 0
    withdrawn: int = 0


def _counts() -> QuerySet[Signup, tuple[Any, ...]]:
    """How many of each status there are at some events, and how many of those coming have a clock running."""
    clocks = members.running_clocks(Given("at", INSTANT)).values("person_id")
    rows = Signup.objects.filter(IsOneOf(F("event"), Given("events", many=True))).order_by()
    running = Count("pk", filter=Q(status__in=states.COMING, person_id__in=clocks))
    return rows.values_list("event_id", "status").annotate(
        n=Count("pk"), running=running, brought=Count("guest__seat"), came=Count("guest__checked_in_at")
    )


COUNTS = Prepared(_counts)


def figures(events: Iterable[Event], at: datetime) -> dict[int, Figures]:
    """The figures of some events in one query, by event id."""
    ids = [event.pk for event in events]
    counts: Counter[tuple[int, str]] = Counter()
    on_clock: Counter[int] = Counter()
    guests: Counter[int] = Counter()
    guests_here: Counter[int] = Counter()
    for event_id, status, n, running, brought, came in COUNTS(events=ids, at=at):
        counts[event_id, status] = n
        on_clock[event_id] += running
        guests[event_id] += brought
        guests_here[event_id] += came
    seated = {pk: sum(counts[pk, status] for status in states.OCCUPYING) for pk in ids}
    return {
        pk: Figures(
            signed_up=seated[pk] + guests[pk],
            on_roster=seated[pk],
            here=counts[pk, states.ATTENDED] + guests_here[pk],
            waiting=counts[pk, states.WAITING],
            on_clock=on_clock[pk],
            missed=counts[pk, states.MISSED],
            withdrawn=counts[pk, states.WITHDRAWN],
        )
        for pk in ids
    }


def clocks_running(signups: Iterable[Signup], at: datetime) -> set[int]:
    """Of these signups, the person ids of those whose three weeks are running."""
    return set(CLOCKS(people=[signup.person_id for signup in signups], at=at))


CLOCKS = Prepared(
    lambda: (
        members.running_clocks(Given("at", INSTANT))
        .filter(IsOneOf(F("person"), Given("people", many=True)))
        .values_list("person_id", flat=True)
    )
)


DESK_LISTS = ("upcoming", "past", "draft", "cancelled")


@cache
def _rows() -> QuerySet[Event]:
    """What a row of the desk shows, put together once."""
    return (
        listed()
        .select_related("city", "host")
        .only("public_id", "kind", "status", "topic", "starts_at", "ends_at", "seats_each", "table_count",
              "city__name_zh", "city__name_en", "host__full_name", "host__email")
    )  # fmt: skip


def desk_list(which: str, at: datetime, cities: Cities = None) -> QuerySet[Event]:
    """One of `DESK_LISTS`: what is to come and drafts soonest first, the rest newest first."""
    events = in_cities(_rows(), cities)
    if which == "draft":
        return events.filter(status=states.DRAFT).order_by("starts_at", "pk")
    if which == "cancelled":
        return events.filter(status=states.CANCELLED).order_by("-starts_at", "-pk")
    if which == "past":
        over = Q(status=states.HELD) | Q(status=states.OPEN, ends_at__lte=at)
        return events.filter(over).order_by("-starts_at", "-pk")
    return events.filter(status=states.OPEN, ends_at__gt=at).order_by("starts_at", "pk")


def this_week(at: datetime, cities: Cities = None) -> list[Event]:
    """The organizer's week: everything published in it, at most fifty."""
    monday = week_of(at)
    week = Q(starts_at__gte=start_of(monday), starts_at__lt=end_of(monday + timedelta(days=6)))
    events = in_cities(_rows(), cities).filter(week, status__in=[states.OPEN, states.HELD])
    return list(events.order_by("starts_at", "pk")[:50])


AT_DESK = Prepared(
    lambda: Event.objects.filter(public_id=Given("public_id", TEXT)).select_related(
        "city", "host", "company", "created_by", "published_by", "cancelled_by", "roster_closed_by"
    )
)


def for_desk(public_id: str) -> Event | None:
    return AT_DESK.first(public_id=public_id)


def roster(event: Event, text: str = "") -> QuerySet[Signup]:
    """Everybody with a seat, and who missed it, by name, with their guests. `text` searches names and e-mails."""
    signups = (
        Signup.objects.filter(event=event, status__in=states.OCCUPYING)
        .select_related("person", "seat__table", "guest__seat__table")
        .only("public_id", "event_id", "status", "is_host", "with_guest", "person__public_id", "person__full_name", "person__email",
              "seat__number", "seat__table__number", "guest__public_id", "guest__name", "guest__checked_in_at",
              "guest__seat__number", "guest__seat__table__number")
    )  # fmt: skip
    if text:
        signups = signups.filter(
            Q(person__full_name__icontains=text) | Q(person__email__icontains=text) | Q(guest__name__icontains=text)
        )
    return signups.order_by("person__name_key", "pk")


def names_at_door(event: Event) -> dict[str, str]:
    """Who may come in, by the public id of the signup, so that a scanner without a network can say the name."""
    rows = Signup.objects.filter(event=event, status__in=states.OCCUPYING).select_related("person")
    return {
        row.public_id: row.person.name for row in rows.only("public_id", "person__full_name", "person__email")[:2000]
    }


def free_chairs(event: Event) -> int:
    """Chairs in use that nobody holds."""
    return free_seats(event=event).count()


def holds(event: Event) -> list[StaffHold]:
    """The chairs kept back now, as `chairs` of each hold, the first to end first; one query."""
    return HOLDS(event=event.pk)


HOLDS = Prepared(
    lambda: (
        StaffHold.objects.filter(event_id=Given("event"), ended_at=None)
        .select_related("made_by")
        .annotate(chairs=Count("seats", filter=Q(seats__freed_at=None)))
    )
)


def absentees(event: Event) -> int:
    """How many have a seat and are not checked in, guests too; the host keeps theirs."""
    missing = Guest.objects.filter(event=event, seat__isnull=False, checked_in_at=None, signup__status__in=states.LIVE)
    return Signup.objects.filter(event=event, status=states.CONFIRMED, is_host=False).count() + missing.count()


def roster_row(public_id: str) -> Signup | None:
    return Signup.objects.filter(public_id=public_id).select_related("event", "person", "seat__table").first()


def accepted_by(event: Event) -> set[int] | None:
    """Who accepted the conditions as they stand, by the person's key; None where there are none (then no query)."""
    if not event.waiver_version:
        return None
    rows = WaiverAcceptance.objects.filter(event=event, version=event.waiver_version)
    return set(rows.values_list("person_id", flat=True))


def guest_row(public_id: str) -> Guest | None:
    return Guest.objects.filter(public_id=public_id).select_related("event", "signup__person", "seat__table").first()


def hosts(text: str, on: date) -> list[Any]:
    """Members in good standing on a day whose e-mail or name is, or else contains, what was typed; at most nine."""
    people = members.members_in_good_standing(on)
    exactly = list(people.filter(Q(email__iexact=text) | Q(full_name=text))[:9])
    return exactly or list(people.filter(Q(full_name__icontains=text) | Q(email__istartswith=text))[:9])


def followable(at: datetime, event: Event | None = None, cities: Cities = None) -> QuerySet[Event]:
    """Roundtables a visit can follow (R23): published, from three weeks ago on; and those it follows already."""
    recent = Q(status__in=[states.OPEN, states.HELD], starts_at__gt=at - timedelta(weeks=3))
    chosen = Q(followed_by=event.pk) if event is not None else Q(pk=None)
    near = recent if cities is None else recent & Q(city__in=cities)
    return Event.objects.filter(near | chosen, kind=rules.ROUNDTABLE).distinct().order_by("starts_at", "pk")


def last_of_kind(kind: str, cities: Cities = None) -> Event | None:
    """What "copy the last one" copies."""
    events = in_cities(Event.objects.filter(kind=kind), cities)
    return events.exclude(status=states.CANCELLED).order_by("-starts_at", "-pk").first()
