"""What a week brings to many people at once: each answer is one query for a whole batch of them, by their keys."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from community.events import rules, states
from community.events.models import Event, MeetAgain, Opinion, Signup
from community.events.rules import after
from community.events.selectors.lists import open_events
from community.events.selectors.waitlist import History, histories
from community.members import selectors as members
from community.members.selectors import stages


@dataclass(frozen=True)
class OwnSeat:
    """Somebody's seat at an event of the week."""

    event: Event
    is_host: bool


@dataclass(frozen=True)
class Chance:
    """An event somebody could book, and the class (R22) they would be in."""

    event: Event
    code: str


def seats_between(person_ids: Collection[int], since: datetime, until: datetime) -> dict[int, list[OwnSeat]]:
    """Confirmed seats at events that begin in [since, until), soonest first."""
    rows = Signup.objects.filter(
        person_id__in=person_ids, status=states.CONFIRMED, event__status=states.OPEN,
        event__starts_at__gte=since, event__starts_at__lt=until,
    )  # fmt: skip
    found: dict[int, list[OwnSeat]] = defaultdict(list)
    for row in rows.select_related("event").order_by("event__starts_at", "pk"):
        found[row.person_id].append(OwnSeat(row.event, row.is_host))
    return found


def open_between(at: datetime, until: datetime) -> list[Event]:
    """Events that begin before `until` and have a free chair or collect signups, soonest first; with `seats_left`."""
    events = open_events(at).filter(starts_at__lt=until).select_related("city").order_by("starts_at", "pk")
    return [event for event in events if event.collecting or event.seats_left > 0]


def chances(
    person_ids: Collection[int], homes: dict[int, int], events: Collection[Event], at: datetime, *, each: int
) -> dict[int, list[Chance]]:
    """Of these events, those each person could book now or sign up for: not signed up yet, in their own city,
    for their stage, and a visit only for whom its window is open (R23). The soonest first; six queries, however many
    people."""
    known = set(
        Signup.objects.filter(person_id__in=person_ids, event__in=events)
        .exclude(status=states.WITHDRAWN)
        .values_list("event_id", "person_id")
    )
    there = _checked_in_before([event for event in events if rules.in_window(event.releases_at, at)], person_ids)
    clocks = set(members.running_clocks(at).filter(person_id__in=person_ids).values_list("person_id", flat=True))
    past = histories(person_ids, at)
    told = stages.stages_of(person_ids) if any(event.stages for event in events) else {}
    found: dict[int, list[Chance]] = {}
    for person in person_ids:
        mine = [
            event
            for event in events
            if (event.pk, person) not in known
            and rules.fits_stage(event.stages, told.get(person, ""))
            and event.city_id == homes.get(person, event.city_id)
            and (not rules.in_window(event.releases_at, at) or (event.pk, person) in there)
        ][:each]
        found[person] = [
            Chance(event, _class(person, past[person], person in clocks, (event.pk, person) in there, at))
            for event in mine
        ]
    return found


def _class(person: int, past: History, clock_runs: bool, was_there: bool, at: datetime) -> str:
    asker = rules.Asker(
        person, at, was_there=was_there, clock_runs=clock_runs, last_seat_at=past.last_seat_at,
        offences=tuple(past.offences),
    )  # fmt: skip
    return rules.class_of(asker, at)


def _checked_in_before(visits: Collection[Event], person_ids: Collection[int]) -> set[tuple[int, int]]:
    """R23: (visit, person) of whoever was checked in at a table one of these visits follows; two queries."""
    pairs = Event.follows.through.objects.filter(from_event__in=visits).values_list("to_event_id", "from_event_id")
    followed: dict[int, list[int]] = defaultdict(list)
    for table, visit in pairs:
        followed[table].append(visit)
    rows = Signup.objects.filter(event__in=followed, status=states.ATTENDED, person_id__in=person_ids)
    return {(visit, person) for table, person in rows.values_list("event_id", "person_id") for visit in followed[table]}


def to_meet_again(person_ids: Collection[int]) -> dict[int, list[tuple[object, Event]]]:
    """R29: (other, where they met) of mutual wishes of people who have not been at one event since, the newest first."""
    back = MeetAgain.objects.filter(person=OuterRef("other"), other=OuterRef("person"))
    again = Signup.objects.filter(
        person=OuterRef("other"), status=states.ATTENDED, event__starts_at__gt=OuterRef("event__starts_at"),
        event__in=Signup.objects.filter(person=OuterRef(OuterRef("person")), status=states.ATTENDED).values("event"),
    )  # fmt: skip
    wishes = MeetAgain.objects.filter(Exists(back), ~Exists(again), person_id__in=person_ids, other__is_active=True)
    found: dict[int, list[tuple[object, Event]]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for wish in wishes.select_related("other", "event").order_by("-event__starts_at", "-pk"):
        if (wish.person_id, wish.other_id) not in seen:
            seen.add((wish.person_id, wish.other_id))
            found[wish.person_id].append((wish.other, wish.event))
    return found


def unanswered(person_ids: Collection[int], at: datetime) -> dict[int, Event]:
    """R29: the last event each was at and has not answered about, while they are asked."""
    answered = Opinion.objects.filter(event=OuterRef("event"), person=OuterRef("person"))
    asked = Q(event__ends_at__lte=at, event__ends_at__gt=at - after.ASKED_FOR)
    rows = Signup.objects.filter(asked, ~Exists(answered), person_id__in=person_ids, status=states.ATTENDED)
    return {row.person_id: row.event for row in rows.select_related("event").order_by("event__ends_at", "pk")}
