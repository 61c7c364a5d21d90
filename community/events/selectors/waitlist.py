"""Who waits for a seat, in which order and why (R22, R24, R26)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from community.events import policies, rules, states
from community.events.models import Event, Signup
from community.events.rules import allotment
from community.events.selectors.lists import open_events
from community.kernel.days import day_of, end_of, start_of
from community.members import selectors as members
from community.members.rules import RENEWED_BEFORE

# Far enough for sixty days and for the six months before the offence that makes somebody come last.
LOOKED_BACK = rules.LAST_FOR + timedelta(days=31 * rules.FORGIVEN_MONTHS)

COLLECTING = Q(allots_at__isnull=False, allotted_at=None)
# What counts as having had a seat: a late cancellation too (R26).
HAD_SEAT = Q(status__in=[*states.COMING, states.MISSED]) | Q(withdrawn_late=True)


@dataclass(frozen=True)
class Place:
    """A place in line: the number from 1, and the class that gives it."""

    number: int
    code: str
    signup: Signup | None = None
    was_there: bool = False  # R23: checked in at a roundtable this visit follows


def waiting(event: Event) -> QuerySet[Signup]:
    return Signup.objects.filter(event=event, status=states.WAITING)


def line(event: Event, at: datetime) -> list[Place]:
    """Everybody who waits, in order, as judged at an instant; three queries however many they are (a visit: four)."""
    signups = {signup.pk: signup for signup in waiting(event).select_related("person")}
    ordered = rules.in_order(_as_ordered(list(signups.values()), event, at), at)
    return [
        Place(number, rules.class_of(asker, at), signups[asker.key], asker.was_there)
        for number, asker in enumerate(ordered, start=1)
    ]


def checked_in_before(event: Event, person_ids: Iterable[int]) -> set[int]:
    """R23: of these people, who is checked in at a roundtable that the visit follows."""
    there = Signup.objects.filter(event__followed_by=event, status=states.ATTENDED, person_id__in=list(person_ids))
    return set(there.values_list("person_id", flat=True))


def must_wait(event: Event, person_id: int, *, somebody_waits: bool, at: datetime) -> bool:
    """R23, R24: whether a newcomer joins the list: while anybody waits who may have the seat, or a visit isn't open,
    or signups are collected for the fair allotment."""
    if event.collecting:
        return True
    if not rules.in_window(event.releases_at, at):
        return somebody_waits
    if not checked_in_before(event, [person_id]):
        return True
    return somebody_waits and any(place.was_there for place in line(event, at))


def offers(event: Event, at: datetime) -> list[Signup]:
    """The offers that run, the first to end first."""
    running = Signup.objects.filter(event=event, status=states.OFFERED, offer_ends_at__gt=at)
    return list(running.select_related("person").order_by("offer_ends_at", "pk"))


def places_of(person: Any, at: datetime) -> list[Signup]:
    """My offers and places in line at what is to come, soonest first, at most ten."""
    mine = Signup.objects.filter(person=person, status__in=[states.WAITING, states.OFFERED], event__starts_at__gt=at)
    mine = mine.exclude(event__status=states.CANCELLED)
    return list(mine.select_related("event__city").order_by("event__starts_at")[:10])


def unrenewed(at: datetime) -> list[Signup]:
    """Seats and offers at what begins within 24 hours, of people whose membership doesn't run on that day."""
    soon = Signup.objects.filter(
        status__in=[states.OFFERED, states.CONFIRMED], is_host=False, event__status=states.OPEN,
        event__starts_at__gt=at, event__starts_at__lte=at + RENEWED_BEFORE,
    )  # fmt: skip
    days = {day_of(starts_at) for starts_at in soon.values_list("event__starts_at", flat=True).distinct()}
    standing = [
        Q(event__starts_at__gte=start_of(day), event__starts_at__lt=end_of(day))
        & Q(person__in=members.members_in_good_standing(day).values("pk"))
        for day in sorted(days)
    ]
    for stands in standing:
        soon = soon.exclude(stands)
    rows = soon.select_related("event", "person").order_by("pk")
    return [signup for signup in rows if not policies.keeps_seat(signup.person, signup.event, at=at)]


def with_idle_seats(at: datetime) -> QuerySet[Event]:
    """Events to come where somebody waits beside a free chair."""
    waits = Signup.objects.filter(event=OuterRef("pk"), status=states.WAITING)
    return open_events(at).filter(Exists(waits), ~COLLECTING, seats_left__gt=0)


@dataclass
class History:
    """What the order looks at in somebody's past: the last seat, and unexcused no-shows and late cancellations."""

    last_seat_at: datetime | None = None
    offences: list[datetime] = field(default_factory=list)


def histories(person_ids: Iterable[int], at: datetime, *, apart_from: Event | None = None) -> dict[int, History]:
    """The pasts that R22 and R26 look at, one query. Online events need no chair, and this one's own is no past."""
    found: dict[int, History] = defaultdict(History)
    rows = Signup.objects.filter(HAD_SEAT, person_id__in=list(person_ids), event__starts_at__gt=at - LOOKED_BACK)
    for person_id, event_id, kind, status, starts_at, withdrawn_at, excused_at in rows.values_list(
        "person_id", "event_id", "event__kind", "status", "event__starts_at", "withdrawn_at", "excused_at"
    ):
        history = found[person_id]
        if kind in rules.QUALIFYING and (apart_from is None or event_id != apart_from.pk):
            history.last_seat_at = max(history.last_seat_at or starts_at, starts_at)
        offended_at = starts_at if status == states.MISSED else withdrawn_at
        if offended_at is not None and offended_at <= at and excused_at is None:
            history.offences.append(offended_at)
    return found


def last_until(person_id: int, at: datetime) -> datetime | None:
    """R26: until when this person comes last in line; None when they don't."""
    until = rules.last_until(histories([person_id], at)[person_id].offences)
    return until if until is not None and at < until else None


def absences(event: Event) -> QuerySet[Signup]:
    """R26: who missed an event or cancelled it late, by name, with what they say about it."""
    rows = Signup.objects.filter(Q(status=states.MISSED) | Q(withdrawn_late=True), event=event)
    return rows.select_related("person", "excused_by").order_by("person__name_key", "pk")


def _as_ordered(signups: list[Signup], event: Event, at: datetime) -> list[rules.Asker]:
    """Inside a class the earlier signup comes first, or under fair allotment the longer wait since the last seat."""
    return fair_askers(signups, event, at) if event.by_allotment else askers(signups, event, at)


def fair_askers(signups: Sequence[Signup], event: Event, at: datetime) -> list[rules.Asker]:
    """These signups with the wait since the last seat in the place of the time of signup; three queries or four."""
    people = {signup.person_id for signup in signups}
    last = dict(
        Signup.objects.filter(HAD_SEAT, person_id__in=people, event__kind__in=rules.QUALIFYING)
        .exclude(event=event)
        .order_by()
        .values("person_id")
        .annotate(last=Max("event__starts_at"))
        .values_list("person_id", "last")
    )
    by_key = {signup.pk: signup for signup in signups}
    found = []
    for asker in askers(list(signups), event, at):
        signup = by_key[asker.key]
        since = allotment.waits_since(last.get(signup.person_id), signup.person.joined_at, asker.offences)
        found.append(replace(asker, signed_up_at=since, tie=allotment.tie(event.public_id, signup.public_id)))
    return found


def askers(signups: list[Signup], event: Event, at: datetime) -> list[rules.Asker]:
    """These signups as the order sees them; two queries (a visit: three)."""
    people = [signup.person_id for signup in signups]
    if not people:
        return []
    clocks = set(members.running_clocks(at).filter(person_id__in=people).values_list("person_id", flat=True))
    there = checked_in_before(event, people) if event.releases_at is not None else set()
    past = histories(people, at, apart_from=event)
    return [
        rules.Asker(
            key=signup.pk,
            signed_up_at=signup.signed_up_at,
            was_there=signup.person_id in there,
            clock_runs=signup.person_id in clocks,
            last_seat_at=past[signup.person_id].last_seat_at,
            offences=tuple(past[signup.person_id].offences),
            asked_at=signup.offered_at,
            moved_up_at=signup.moved_up_at,
        )
        for signup in signups
    ]
