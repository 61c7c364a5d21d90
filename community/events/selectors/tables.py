"""Who has sat with whom, by check-in alone (R35), and what the table planner is asked about an event."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from community.events import ports, states
from community.events.models import Event, Seat, SeatingPlan, SeatingWish, Signup, Table
from community.events.planning import Guest, Question
from community.events.planning.question import Pair
from community.events.selectors.lists import kept_or_guests
from community.members.selectors import blocks
from community.members.selectors import tables as members


def seats_shared(person_ids: Iterable[int], *, before: datetime) -> tuple[Counter[Pair], Counter[int]]:
    """R35: how often each pair of these people was checked in at one table, and each of them at a table at all.

    One query, whatever their number and past; only events that began before `before`. A plan or a signup is no tie.
    """
    at_table: dict[int, list[int]] = defaultdict(list)
    rows = Signup.objects.filter(
        person_id__in=list(person_ids), status=states.ATTENDED, seat__table__isnull=False, event__starts_at__lt=before
    )
    for table_id, person_id in rows.values_list("seat__table_id", "person_id").order_by("seat__table_id", "person_id"):
        at_table[table_id].append(person_id)
    pairs: Counter[Pair] = Counter()
    for people in at_table.values():
        pairs.update(combinations(people, 2))
    return pairs, Counter(person_id for people in at_table.values() for person_id in people)


def at_tables(event: Event) -> list[Signup]:
    """Everybody with a chair at a table of the event who is expected or there, by table and name."""
    rows = Signup.objects.filter(event=event, status__in=states.SEATED, seat__table__isnull=False)
    return list(rows.select_related("person", "seat__table").order_by("seat__table__number", "person__name_key", "pk"))


def chairs(event: Event) -> dict[int, int]:
    """How many chairs each table has for whoever is expected: not those of people who missed, of guests (who stay with
    whoever brought them), and those kept back."""
    missed = Signup.objects.filter(event=event, status=states.MISSED, seat__isnull=False).values("seat_id")
    seats = Seat.objects.filter(event=event, table__isnull=False, removed_at=None).exclude(pk__in=missed)
    seats = seats.exclude(Exists(kept_or_guests(seat=OuterRef("pk"))))
    return dict(sorted(Counter(seats.values_list("table__number", flat=True)).items()))


def wishes(event: Event) -> QuerySet[SeatingWish]:
    return SeatingWish.objects.filter(event=event).select_related("one", "other")


def plan_of(event: Event, plan_id: str) -> SeatingPlan | None:
    return SeatingPlan.objects.filter(event=event, public_id=plan_id).first() if plan_id.isalnum() else None


def question(event: Event, signups: list[Signup], *, numbers: list[int], at: datetime, seed: int = 0) -> Question:
    """What the planner is asked: nine queries at most, whatever the number of guests.

    `numbers` are the tables' own numbers in the order in which the planner counts them from 0.
    """
    ids = [signup.person_id for signup in signups]
    met, before = seats_shared(ids, before=event.starts_at)
    cards = members.cards(ids)
    wanted: dict[str, list[Pair]] = {SeatingWish.Kind.TOGETHER: [], SeatingWish.Kind.APART: []}
    for kind, one, other in SeatingWish.objects.filter(event=event).values_list("kind", "one_id", "other_id"):
        wanted[kind].append((one, other))
    room = chairs(event)
    place = {number: n for n, number in enumerate(numbers)}
    return Question(
        guests=tuple(
            Guest(pk, before[pk], cards[pk].companies, cards[pk].industry, cards[pk].stage) for pk in sorted(ids)
        ),
        chairs=tuple(room.get(number, 0) for number in numbers),
        met=tuple((a, b, times) for (a, b), times in sorted(met.items())),
        fits=tuple(ports.fitting_pairs(ids, at)),
        apart=(*wanted[SeatingWish.Kind.APART], *blocks.pairs(ids)),
        together=tuple(wanted[SeatingWish.Kind.TOGETHER]),
        hosts=_hosts(event, signups, place),
        seed=seed,
    )


def still_asks(event: Event, plan: SeatingPlan, *, at: datetime) -> bool:
    """Whether the same people, tables, hosts and wishes would be asked about now. What they need and whom they met
    may have changed: it makes no seating wrong."""
    numbers = list(chairs(event))
    if numbers != plan.numbers:
        return False
    now = question(event, at_tables(event), numbers=numbers, at=at)
    return asks_the_same(now, from_stored(plan.question))


def asks_the_same(one: Question, other: Question) -> bool:
    return _room(one.in_order()) == _room(other.in_order())


def _room(asked: Question) -> tuple[Any, ...]:
    return [guest.key for guest in asked.guests], asked.chairs, asked.hosts, asked.apart, asked.together


def _hosts(event: Event, signups: list[Signup], place: dict[int, int]) -> tuple[Pair, ...]:
    """Each table's own host where one is named and comes; the event's host otherwise stays where they sit."""
    here = {signup.person_id for signup in signups}
    named = Table.objects.filter(event=event, host__isnull=False).values_list("host_id", "number")
    found = {pk: place[number] for pk, number in named if pk in here and number in place}
    for signup in signups:
        if signup.is_host:
            found.setdefault(signup.person_id, place[table_of(signup)])
    return tuple(sorted(found.items()))


def table_of(signup: Signup) -> int:
    assert signup.seat is not None and signup.seat.table is not None
    return signup.seat.table.number


def last_cohort(event: Event) -> list[int]:
    """The people of the last plan for a group that stays the same, in its order."""
    plans = SeatingPlan.objects.filter(
        event__starts_at__lt=event.starts_at, question__cohort__0__isnull=False, refused=""
    )
    found = plans.order_by("-event__starts_at", "-made_at", "-pk").values_list("question__cohort", flat=True).first()
    return list(found or [])


def cohort_of(event: Event, ids: list[int]) -> tuple[int, ...]:
    """The group in the order of its last plan, newcomers at the end; another group begins afresh."""
    last = last_cohort(event)
    if len(set(last) & set(ids)) * 2 < len(ids):
        last = []
    return (*last, *(pk for pk in sorted(ids) if pk not in set(last)))


def from_stored(facts: dict[str, Any]) -> Question:
    """A stored question as it was asked."""
    plain = {name: _tuples(value) for name, value in facts.items() if name != "guests"}
    guests = tuple(Guest(**{name: _tuples(value) for name, value in guest.items()}) for guest in facts["guests"])
    return replace(Question((), ()), guests=guests, **plain)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def neighbours(signup: Signup, event: Event) -> tuple[int, int] | None:
    """For somebody with a seat at a table: how many of the others there are new to them, and how many there are.

    Two queries. None where there is no table, or nobody else at it yet.
    """
    if signup.seat_id is None or not event.traits.at_tables:
        return None
    same = Seat.objects.filter(pk=signup.seat_id, table__isnull=False).values("table_id")
    others = Signup.objects.filter(seat__table__in=same, status__in=states.SEATED).exclude(pk=signup.pk)
    ids = list(others.values_list("person_id", flat=True))
    if not ids:
        return None
    mine = Signup.objects.filter(
        person_id=signup.person_id, status=states.ATTENDED, seat__table__isnull=False,
        event__starts_at__lt=event.starts_at,
    )  # fmt: skip
    known = Signup.objects.filter(
        person_id__in=ids, status=states.ATTENDED, seat__table__in=mine.values("seat__table_id")
    )
    return len(ids) - known.values("person_id").distinct().count(), len(ids)
