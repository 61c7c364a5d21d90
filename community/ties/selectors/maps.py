"""Two maps of ties: a member's own, and the club's by city or industry. As many rows as the map can show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.kernel.days import day_of
from community.members.selectors import groups
from community.ties import rules
from community.ties.models import Meeting
from community.ties.selectors import counting, layout, people

GROUPS_MOST = 10
LINES_MOST = 24


@dataclass(frozen=True)
class Spot:
    """One person of somebody's own map."""

    place: layout.Place
    label: str
    line: people.Met


@dataclass(frozen=True)
class Chord:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Own:
    """`all`: how many ties there are, drawn or not. `chords`: who of those named sat at a table with the reader and with one
    another: what the reader saw, and no tie they were not there for."""

    all: int
    spots: list[Spot]
    chords: list[Chord]


def own(person: Any, at: datetime) -> Own:
    """The people with whom there is most come nearest; six questions, at most 96 people."""
    rows = people.met_by(person)
    most = layout.NAMED + layout.DOTS
    near = sorted(people.lines(person, rows[:most], at), key=_nearness)
    spots = [
        Spot(place, layout.short(line.name) if place.named else "", line)
        for place, line in zip(layout.around(len(near)), near, strict=False)
    ]
    return Own(rows.count(), spots, _chords(person, [spot for spot in spots if spot.place.named]))


def _nearness(line: people.Met) -> tuple[Any, ...]:
    tie = line.tie
    return not line.name, -tie.times - 2 * tie.one_to_ones - 2 * tie.projects, -tie.last_at.timestamp(), tie.other_id


def _chords(person: Any, named: list[Spot]) -> list[Chord]:
    places = {spot.line.tie.other_id: spot.place for spot in named}
    mine = Meeting.objects.filter(person=person, kind=rules.TABLE).values("event")
    rows = Meeting.objects.filter(kind=rules.TABLE, event__in=mine, person__in=list(places), other__in=list(places))
    tables = Meeting.objects.filter(person=person, kind=rules.TABLE).values("about")
    pairs = rows.filter(about__in=tables).order_by().values_list("person_id", "other_id").distinct()
    drawn = sorted((one, other) for one, other in pairs if one < other)
    ends = [(places[one], places[other]) for one, other in drawn]
    return [Chord(one.x, one.y, other.x, other.y) for one, other in ends]


@dataclass(frozen=True)
class Group:
    """One group on the club's map: `inside` are tied pairs of its own people, `across` those with people of other groups."""

    name: str
    people: int
    without: int
    inside: int
    across: int
    x: float
    y: float
    radius: float

    @property
    def label(self) -> list[str]:
        return layout.wrapped(self.name)

    @property
    def label_y(self) -> float:
        return round(self.y + self.radius + 12, 1)


@dataclass(frozen=True)
class Line:
    one: Group
    other: Group
    pairs: int
    width: float


@dataclass(frozen=True)
class Whole:
    """`tied`: the keys of everybody with a tie of the period."""

    groups: list[Group]
    lines: list[Line]
    tied: frozenset[int]

    @property
    def drawn(self) -> list[Line]:
        """The strongest ones: all of them together would be a web that says nothing; the table counts every tie."""
        return sorted(self.lines, key=lambda line: line.pairs)[-LINES_MOST:]

    @property
    def people(self) -> int:
        return sum(group.people for group in self.groups)

    @property
    def without(self) -> int:
        return sum(group.without for group in self.groups)

    @property
    def across_percent(self) -> int | None:
        """Of all tied pairs, those whose people are of two groups."""
        across = sum(line.pairs for line in self.lines)
        pairs = across + sum(group.inside for group in self.groups)
        return round(100 * across / pairs) if pairs else None


def whole(by: str, since: datetime, at: datetime, cities: frozenset[int] | None, rest: str) -> Whole:
    """The club by its ten largest groups; smaller ones, if there are several, are together in `rest`. Four questions,
    whatever its size."""
    asked = groups.grouped(by, day_of(at), cities)
    tied, names = counting.by_person(since, at), groups.names_of(by)
    sizes = counting.sizes(asked, tied)
    ordered = sorted(sizes, key=lambda part: (-sizes[part][0], part))
    shown = ordered if len(ordered) <= GROUPS_MOST + 1 else ordered[:GROUPS_MOST]
    into = {part: min(place, GROUPS_MOST) for place, part in enumerate(ordered)}
    counts, without = [0] * (GROUPS_MOST + 1), [0] * (GROUPS_MOST + 1)
    for part, (many, alone) in sizes.items():
        counts[into[part]] += many
        without[into[part]] += alone
    pairs: dict[tuple[int, int], int] = {}
    for (one, other), count in counting.between(asked, since, at).items():
        key = (min(into[one], into[other]), max(into[one], into[other]))
        pairs[key] = pairs.get(key, 0) + count
    used = [place for place in range(GROUPS_MOST + 1) if counts[place]]
    spots = dict(zip(used, layout.wheel([counts[place] for place in used]), strict=True))
    called = {GROUPS_MOST: rest} | {place: names.get(part, "") for place, part in enumerate(shown)}
    made = {
        place: Group(
            called[place], counts[place], without[place], pairs.get((place, place), 0),
            sum(count for key, count in pairs.items() if place in key and key[0] != key[1]), *spots[place],
        )
        for place in used
    }  # fmt: skip
    most = max((count for key, count in pairs.items() if key[0] != key[1]), default=0)
    lines = [
        Line(made[one], made[other], count, layout.thickness(count, most))
        for (one, other), count in sorted(pairs.items())
        if one != other
    ]
    return Whole(list(made.values()), lines, frozenset(tied))
