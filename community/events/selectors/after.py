"""What came of events (R29, R35): answers as shares, mutual wishes, second visits and second connections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from community.events import rules, states
from community.events.models import Event, MeetAgain, Opinion, Signup
from community.events.rules import after
from community.events.rules.after import Satisfaction
from community.events.selectors.lists import Cities, in_cities

# Of opinions: who gave it was there and didn't host.
BY_WHO_WAS_THERE = Exists(
    Signup.objects.filter(event=OuterRef("event"), person=OuterRef("person"), status=states.ATTENDED, is_host=False)
)


def open_questions(person: Any, at: datetime) -> Event | None:
    """The last event somebody was at and hasn't answered about yet, while they are asked; one query."""
    answered = Opinion.objects.filter(event=OuterRef("event"), person=person)
    signups = Signup.objects.filter(
        person=person, status=states.ATTENDED, event__ends_at__lte=at, event__ends_at__gt=at - after.ASKED_FOR
    ).exclude(Exists(answered))
    signup = signups.select_related("event").order_by("-event__ends_at").first()
    return signup.event if signup else None


def there(event: Event, person: Any) -> list[Any]:
    """Everybody else who was checked in, by name: those at the reader's own table first."""
    rows = Signup.objects.filter(event=event, status=states.ATTENDED).select_related("person", "seat")
    signups = list(rows.order_by("person__name_key", "pk"))
    own = next((s.seat.table_id for s in signups if s.person_id == person.pk and s.seat), None)
    others = [signup for signup in signups if signup.person_id != person.pk]
    return sorted(others, key=lambda signup: not (own and signup.seat and signup.seat.table_id == own))


def mutual(person: Any) -> list[Any]:
    """People this person wants to meet again and who want it too, each once, newest wish first; at most fifty."""
    wishes = _both_ways(person).select_related("other").order_by("-wished_at", "-pk")
    return list({wish.other_id: wish.other for wish in wishes[:50]}.values())


def wished_by_both(person: Any) -> QuerySet[MeetAgain, Any]:
    """The keys of those people, for a condition."""
    return _both_ways(person).order_by().values("other")


def _both_ways(person: Any) -> QuerySet[MeetAgain]:
    back = MeetAgain.objects.filter(person=OuterRef("other"), other=OuterRef("person"))
    return MeetAgain.objects.filter(Exists(back), person=person)


def satisfaction(events: Iterable[Event]) -> dict[int, Satisfaction]:
    """By event id: how many were there, answered and said yes; two queries. A host's own answer doesn't count."""
    ids = [event.pk for event in events]
    people = Signup.objects.filter(event__in=ids, status=states.ATTENDED, is_host=False).order_by()
    counts = dict(people.values("event").annotate(n=Count("pk")).values_list("event", "n"))
    said = {row.pop("event"): row for row in _said(Opinion.objects.filter(event__in=ids)).values("event", "n", "yes")}
    return {
        pk: Satisfaction(counts.get(pk, 0), said.get(pk, {}).get("n", 0), said.get(pk, {}).get("yes", 0)) for pk in ids
    }


def _said(opinions: Any) -> Any:
    """Answers of people who were there and didn't host, counted by event."""
    grouped = opinions.filter(BY_WHO_WAS_THERE).order_by().values("event")
    return grouped.annotate(n=Count("pk"), yes=Count("pk", filter=Q(worth=Opinion.Worth.YES)))


@dataclass(frozen=True)
class Table:
    """One table of the period: who met again within 14 days, of those there."""

    topic: str
    public_id: str
    began_at: datetime
    number: int
    people: int
    again: int

    @property
    def percent(self) -> int:
        return round(self.again * 100 / self.people) if self.people else 0


@dataclass(frozen=True)
class Figures:
    """Events of a period, in figures: see the definitions on the page."""

    satisfaction: Satisfaction
    firsts: int
    seconds: int
    tables: list[Table]

    @property
    def people(self) -> int:
        return sum(table.people for table in self.tables)

    @property
    def shown(self) -> list[Table]:
        """The latest of them, as many as one reads."""
        return self.tables[:100]

    @property
    def second_percent(self) -> int:
        return round(self.seconds * 100 / self.firsts) if self.firsts else 0

    @property
    def again_percent(self) -> int:
        return round(sum(table.again for table in self.tables) * 100 / self.people) if self.people else 0


def figures(since: datetime, until: datetime, cities: Cities = None) -> Figures:
    """The events that began in [since, until), as they stand now; five queries, whatever their number.

    Of some cities: what happened there, and the first time somebody came there.
    """
    events = in_cities(Event.objects.filter(starts_at__gte=since, starts_at__lt=until), cities)
    whole = after.total(satisfaction(events.only("pk")).values())
    been = Signup.objects.filter(status=states.ATTENDED, event__kind__in=rules.QUALIFYING).order_by()
    been = in_cities(been, cities, "event__city")
    people = been.values("person").annotate(first=Min("event__starts_at"), n=Count("pk"))
    firsts = people.filter(first__gte=since, first__lt=until)
    counted = firsts.aggregate(firsts=Count("person"), seconds=Count("person", filter=Q(n__gt=1)))
    return Figures(whole, counted["firsts"], counted["seconds"], _tables(since, until, cities))


def _tables(since: datetime, until: datetime, cities: Cities) -> list[Table]:
    rows = Signup.objects.filter(
        status=states.ATTENDED, event__starts_at__gte=since, event__starts_at__lte=until + after.SECOND_WITHIN
    ).filter(Q(seat__table__isnull=False) | Q(event__kind=rules.VISIT))
    sittings, numbers = [], {}
    for person, event, table, number, began_at, kind in rows.order_by().values_list(
        "person_id", "event_id", "seat__table_id", "seat__table__number", "event__starts_at", "event__kind"
    ):
        sittings.append(after.Sitting(person, event, table, began_at, kind == rules.VISIT))
        numbers[table] = number
    found = after.second_connections(sittings, since, until)
    named = in_cities(Event.objects.all(), cities).in_bulk({event for event, _ in found})
    tables = [
        Table(named[event].topic, named[event].public_id, named[event].starts_at, numbers[table], people, again)
        for (event, table), (people, again) in found.items()
        if event in named
    ]
    return sorted(tables, key=lambda table: (table.began_at, table.number), reverse=True)


def to_ask(at: datetime) -> list[Event]:
    """Events whose people are asked now: over for two hours, and for a week at most."""
    ended = Event.objects.filter(
        status__in=[states.OPEN, states.HELD], ends_at__lte=at - after.ASKED_AFTER,
        ends_at__gt=at - rules.ROSTER_OPEN - after.ASKED_AFTER,
    )  # fmt: skip
    return list(ended.order_by("ends_at", "pk"))


def unasked(event: Event) -> list[Signup]:
    """Who was there and hasn't answered."""
    answered = Opinion.objects.filter(event=event, person=OuterRef("person"))
    rows = Signup.objects.filter(event=event, status=states.ATTENDED)
    return list(rows.exclude(Exists(answered)).order_by("pk"))


def tables_between(since: datetime, until: datetime) -> list[Event]:
    """The events with tables that began in [since, until] and took place; one query."""
    began = Event.objects.filter(starts_at__gte=since, starts_at__lte=until, tables__isnull=False)
    return list(began.exclude(status=states.CANCELLED).distinct())


def who_wished(event_ids: Iterable[int]) -> list[tuple[int, int]]:
    """(event, person) of whoever wants to meet somebody from there again."""
    return list(MeetAgain.objects.filter(event__in=list(event_ids)).values_list("event_id", "person_id"))


def wishes_of(person: Any, other_ids: Iterable[int]) -> dict[int, bool]:
    """Whom of these people somebody wants to meet again, and whether it is mutual: a wish of the other's alone stays theirs."""
    back = MeetAgain.objects.filter(person=OuterRef("other"), other=OuterRef("person"))
    rows = MeetAgain.objects.filter(person=person, other__in=list(other_ids)).annotate(both=Exists(back))
    return dict(rows.values_list("other_id", "both"))
