"""Who is to be reminded of what: seats to come, offers that run, visits that wait for their table. Bounded queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from community.events import rules, states
from community.events.models import Event, Signup
from community.events.rules import reminders
from community.events.selectors.lists import with_seats_left
from community.events.selectors.weekly import chances
from community.kernel.days import day_of
from community.members import selectors as members
from community.members.selectors import chapters, stages

TOLD_WITHIN = timedelta(days=1)  # after its release; a run that is later says nothing, the letter of the week does
BATCH = 500


@dataclass(frozen=True)
class Coming:
    """A confirmed seat whose step of the ladder is current."""

    signup_id: int
    person_id: int
    event: Event
    step: str
    is_host: bool
    with_guest: bool


def coming(at: datetime) -> list[Coming]:
    """Two queries, however many seats there are."""
    soon = Q(event__status=states.OPEN, event__starts_at__gt=at, event__starts_at__lte=at + reminders.AHEAD)
    rows = list(
        Signup.objects.filter(soon, status=states.CONFIRMED, person__is_active=True)
        .order_by("event__starts_at", "pk")
        .values_list("pk", "person_id", "event_id", "is_host", "with_guest", "confirmed_at", "signed_up_at")
    )
    events = Event.objects.select_related("city").in_bulk({row[2] for row in rows})
    return [
        Coming(pk, person_id, event, step, is_host, with_guest)
        for pk, person_id, event_id, is_host, with_guest, confirmed_at, signed_up_at in rows
        if (event := events.get(event_id))
        and (step := reminders.step_due(event.starts_at, confirmed_at or signed_up_at, at))
    ]


def offers_ending(at: datetime) -> list[Signup]:
    """Offers whose reminder is due; one query."""
    running = Signup.objects.filter(status=states.OFFERED, offer_ends_at__gt=at, event__status=states.OPEN)
    rows = running.select_related("event__city").order_by("offer_ends_at", "pk")
    return [
        row
        for row in rows
        if row.offered_at
        and row.offer_ends_at
        and (due := reminders.offer_due_at(row.offered_at, row.offer_ends_at)) is not None
        and due <= at
    ]


def first_right(at: datetime) -> Iterator[tuple[int, Event, Event]]:
    """R23: (person, visit, table) of everybody checked in at a table that is over, whose visit isn't open to everybody
    yet, is for their stage, has a chair left, and who hasn't signed up for it. Five queries at most."""
    visits = with_seats_left(Event.objects.filter(kind=rules.VISIT, status=states.OPEN, releases_at__gt=at))
    by_key = visits.select_related("city").filter(seats_left__gt=0).in_bulk()
    follows = Event.follows.through.objects.filter(from_event__in=by_key).values_list("from_event_id", "to_event_id")
    pairs = list(follows.order_by("from_event_id", "to_event_id"))
    tables = Event.objects.filter(pk__in={table for _, table in pairs}, ends_at__lte=at).in_bulk()
    there: dict[int, list[int]] = {}
    rows = Signup.objects.filter(event__in=tables, status=states.ATTENDED, person__is_active=True).order_by("pk")
    for table, person in rows.values_list("event_id", "person_id"):
        there.setdefault(table, []).append(person)
    known = set(Signup.objects.filter(event__in=by_key).values_list("event_id", "person_id"))
    people = {person for came in there.values() for person in came}
    told = stages.stages_of(people) if any(visit.stages for visit in by_key.values()) else {}
    for visit, table in pairs:
        for person in there.get(table, ()):
            fits = rules.fits_stage(by_key[visit].stages, told.get(person, ""))
            if fits and (visit, person) not in known:
                known.add((visit, person))
                yield person, by_key[visit], tables[table]


def just_released(at: datetime) -> list[Event]:
    """R23: visits that have become open to everybody, whose list has been served and that still have chairs left."""
    rows = Event.objects.filter(
        kind=rules.VISIT, status=states.OPEN, releases_at__lte=at, releases_at__gt=at - TOLD_WITHIN, starts_at__gt=at
    )
    visits = with_seats_left(rows).select_related("city").filter(seats_left__gt=0).order_by("starts_at", "pk")
    return [visit for visit in visits if not visit.collecting]


def who_may_come(visit: Event, at: datetime) -> Iterator[int]:
    """Members in good standing today and on the visit's day who could book it now and have not signed up. Whoever was at its
    table heard of it while it was theirs. A fixed number of queries for each batch."""
    today = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    people = members.members_in_good_standing(day_of(visit.starts_at)).filter(pk__in=today).order_by("pk")
    table = Signup.objects.filter(event__in=visit.follows.all(), status=states.ATTENDED).values("person")
    last = 0
    while ids := list(people.exclude(pk__in=table).filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = ids[-1]
        open_to = chances(ids, chapters.homes_of(ids), [visit], at, each=1)
        yield from (person for person in ids if open_to[person])
