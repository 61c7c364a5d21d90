"""Seats, people and time behind the figures of events: facts of signups and of the audit trail."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from community.events import rules, states
from community.events.models import Event, Guest, Invitation, Opinion, Seat, Signup
from community.events.rules.after import LEAST_ANSWERS
from community.events.selectors.after import BY_WHO_WAS_THERE
from community.events.selectors.lists import Cities, in_cities
from community.kernel import audit
from community.kernel.access import ADMINISTRATOR, ORGANIZER
from community.members.selectors.measures import on_clock

# The time between two acts of one colleague for one event counts, to a most; the first act of a stretch counts the least.
MINUTES = """
WITH acts AS (
    SELECT coalesce(s.event_id, a.subject_id) AS event_id, a.actor_id, a.at FROM ({acts}) a
    LEFT JOIN events_signup s ON a.subject_type = 'events.Signup' AND s.id = a.subject_id
), gaps AS (
    SELECT event_id, at - lag(at) OVER (PARTITION BY event_id, actor_id ORDER BY at) AS gap FROM acts
    WHERE event_id = ANY(%s)
)
SELECT event_id, sum(CASE WHEN gap <= %s THEN gap ELSE %s END) FROM gaps GROUP BY event_id
"""
PAUSE, FIRST_ACT = timedelta(minutes=5), timedelta(minutes=1)
Period = tuple[int, int, datetime, datetime]  # key, person, half-open time


def held(since: datetime, until: datetime, at: datetime, cities: Cities = None) -> QuerySet[Event]:
    """Events of a period that are over and were not cancelled, the latest first."""
    rows = Event.objects.filter(status__in=[states.OPEN, states.HELD], starts_at__gte=since, starts_at__lt=until)
    return in_cities(rows.filter(ends_at__lte=at), cities).order_by("-starts_at", "-pk")


def chairs(events: QuerySet[Event]) -> QuerySet[Seat]:
    """Every chair that stood there."""
    return Seat.objects.filter(event__in=events.order_by().values("pk"), removed_at=None)


def taken(seats: QuerySet[Seat]) -> QuerySet[Seat]:
    """Those of them that somebody, or somebody's guest, had at the start, here or not."""
    guest = Guest.objects.filter(seat=OuterRef("pk"))
    missed = Signup.objects.filter(seat=OuterRef("pk"), status__in=states.OCCUPYING)
    return seats.filter(Exists(missed) | Exists(guest))


def expected(events: QuerySet[Event]) -> QuerySet[Signup]:
    """Whoever had a seat to the end: came or missed it; the latest event first."""
    rows = Signup.objects.filter(event__in=events.order_by().values("pk"), status__in=[states.ATTENDED, states.MISSED])
    return rows.order_by("-event__starts_at", "pk")


def booked(events: QuerySet[Event]) -> QuerySet[Signup]:
    """Whoever had a seat less than 24 hours before the start: those, and late cancellations."""
    kept = Q(status__in=[states.ATTENDED, states.MISSED]) | Q(withdrawn_late=True)
    rows = Signup.objects.filter(kept, event__in=events.order_by().values("pk"))
    return rows.order_by("-event__starts_at", "pk")


def came(events: QuerySet[Event]) -> QuerySet[Signup]:
    """Everybody who was there on a member's chair, hosts left out."""
    return expected(events).filter(status=states.ATTENDED, is_host=False)


DEADLINE = on_clock("person", "event__starts_at")
_before = Signup.objects.filter(
    person=OuterRef("person"), status__in=[states.ATTENDED, states.MISSED],
    event__starts_at__lt=OuterRef("event__starts_at"),
    event__starts_at__gte=OuterRef("event__starts_at") - rules.QUIET_SEATS,
)  # fmt: skip
QUIET = ~Exists(_before)


def first_timers(since: datetime, until: datetime, cities: Cities = None) -> QuerySet[Any]:
    """The keys of people checked in at an offline event for the first time in a period."""
    return _visits(cities).filter(first__gte=since, first__lt=until).values("person")


def came_again(cities: Cities = None) -> QuerySet[Any]:
    """The keys of people checked in at two offline events or more."""
    return _visits(cities).filter(n__gt=1).values("person")


def _visits(cities: Cities) -> QuerySet[Any]:
    been = Signup.objects.filter(status=states.ATTENDED, event__kind__in=rules.QUALIFYING).order_by()
    people = in_cities(been, cities, "event__city").values("person")
    return people.annotate(first=Min("event__starts_at"), n=Count("pk"))


def first_booking() -> Subquery:
    """When the person of an outer application first took or asked for a seat at an event of R5 after the approval."""
    rows = Signup.objects.filter(
        person=OuterRef("person"), signed_up_at__gte=OuterRef("approved_at"), event__kind__in=rules.QUALIFYING
    )
    return Subquery(rows.order_by("signed_up_at").values("signed_up_at")[:1])


def with_people(events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of them somebody besides the hosts was at: they are asked afterwards."""
    there = Signup.objects.filter(event=OuterRef("pk"), status=states.ATTENDED, is_host=False)
    return events.filter(Exists(there))


def answers(events: QuerySet[Event]) -> QuerySet[Opinion]:
    """What those who were there and didn't host said to the first question."""
    return Opinion.objects.filter(BY_WHO_WAS_THERE, event__in=events.order_by().values("pk"))


def told(answers: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """Those of them that may be counted together: of events with enough of them (see rules.after.total)."""
    enough = answers.order_by().values("event").annotate(n=Count("pk")).filter(n__gte=LEAST_ANSWERS)
    return answers.filter(event__in=enough.values("event"))


WORTH_IT = Q(worth=Opinion.Worth.YES)


def seat_in(since: datetime, until: datetime) -> Q:
    """Of people: who had a seat at an event of a stretch of time, whatever became of it."""
    held = {"confirmed_at__isnull": False, "event__starts_at__gte": since, "event__starts_at__lt": until}
    return Q(pk__in=Signup.objects.filter(**held).values("person"))


def offered_in(since: datetime, until: datetime) -> Q:
    """Of people: who was offered a seat, or invited by name."""
    offered = Signup.objects.filter(offered_at__gte=since, offered_at__lt=until)
    asked = Invitation.objects.filter(invited_at__gte=since, invited_at__lt=until)
    return Q(pk__in=offered.values("person")) | Q(pk__in=asked.values("person"))


def seats_by_person(since: datetime, until: datetime, people: QuerySet[Any]) -> dict[int, int]:
    """How many seats at offline events each of them had, of those with any; one query."""
    rows = Signup.objects.filter(
        status__in=[states.ATTENDED, states.MISSED], event__kind__in=rules.QUALIFYING, event__starts_at__gte=since,
        event__starts_at__lt=until, person__in=people.order_by().values("pk"),
    )  # fmt: skip
    return dict(rows.order_by().values_list("person").annotate(n=Count("pk")))


def seats_of(periods: Iterable[Period]) -> dict[int, int]:
    """How many events the person of each period was checked in at, by key; one query."""
    keys, people, begins, ends = (list(column) for column in zip(*periods, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.key, count(*) FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])"
            " AS p(key, person, begins, ends) JOIN events_signup s ON s.person_id = p.person AND s.status = %s"
            " JOIN events_event e ON e.id = s.event_id AND e.starts_at >= p.begins AND e.starts_at < p.ends GROUP BY 1",
            [keys, people, begins, ends, states.ATTENDED],
        )
        return dict(cursor.fetchall())


def desk_minutes(events: QuerySet[Event]) -> dict[int, float]:
    """Minutes colleagues spent on each event at the desk, by their acts in the audit trail (docs/decisions/0028); two
    queries. What they did elsewhere is on no record."""
    keys = list(events.values_list("pk", flat=True))
    if not keys:
        return {}
    signups = Signup.objects.filter(event__in=keys).values("pk")
    acts = audit.acts_of(ORGANIZER, ADMINISTRATOR).filter(
        Q(subject_type="events.Event", subject_id__in=keys) | Q(subject_type="events.Signup", subject_id__in=signups)
    )
    sql, given = acts.values("actor_id", "at", "subject_type", "subject_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(MINUTES.format(acts=sql), [*given, keys, PAUSE, FIRST_ACT])
        return {pk: took / timedelta(minutes=1) for pk, took in cursor.fetchall()}
