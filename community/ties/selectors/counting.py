"""Ties of the whole club in figures (R35): the database counts, and hands over as few rows as a page has lines.

`people` is a queryset of people, `groups` one of (person, group), `ties` what `by_person` says; `since` and `until` bound the
meetings, half-open.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from community.ties import rules
from community.ties.models import Meeting
from community.ties.selectors import within

BY_PERSON = """
SELECT person_id, count(*) FROM (
    SELECT person_id, other_id FROM ties_meeting
    WHERE kind = ANY(%s) AND at >= coalesce(%s::timestamptz, '-infinity') AND at < coalesce(%s::timestamptz, 'infinity')
    GROUP BY person_id, other_id
) AS tied GROUP BY person_id
"""
PAIRS = """
SELECT count(*), count(*) FILTER (WHERE times > 1) FROM (
    SELECT count(*) FILTER (WHERE kind <> 'project') AS times FROM ties_meeting
    WHERE person_id < other_id AND at >= %(since)s AND at < %(until)s
    GROUP BY person_id, other_id HAVING bool_or(kind = ANY(%(first)s))
) AS pairs
"""
SECOND = """
WITH seats AS (
    SELECT person_id, other_id, about, at FROM ties_meeting
    WHERE kind = 'table' AND at >= %(since)s AND at < %(until)s
), later AS (
    SELECT person_id, other_id, at FROM ties_meeting
    WHERE kind IN ('visit', 'one_to_one') AND at >= %(since)s AND at < %(until)s + %(within)s
)
SELECT count(*), count(*) FILTER (WHERE again) FROM (
    SELECT seats.person_id, seats.about, bool_or(later.at IS NOT NULL) AS again
    FROM seats LEFT JOIN later ON later.person_id = seats.person_id AND later.other_id = seats.other_id
        AND later.at > seats.at AND later.at <= seats.at + %(within)s
    GROUP BY seats.person_id, seats.about
) AS sat
"""
BETWEEN = """
WITH grouped (person_id, part) AS MATERIALIZED ({groups}), pairs AS (
    SELECT person_id, other_id FROM ties_meeting
    WHERE person_id < other_id AND kind = ANY(%s) AND at >= %s AND at < %s GROUP BY person_id, other_id
)
SELECT least(mine.part, theirs.part), greatest(mine.part, theirs.part), count(*)
FROM pairs JOIN grouped mine ON mine.person_id = pairs.person_id
JOIN grouped theirs ON theirs.person_id = pairs.other_id GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Distribution:
    """`members`: (number of ties, how many have just so many), by number."""

    members: tuple[tuple[int, int], ...]

    @property
    def people(self) -> int:
        return sum(count for _, count in self.members)

    @property
    def median(self) -> float | None:
        """Half have as many ties or more; the middle of two where the number of people is even."""
        middle = [self._at((self.people - 1) // 2), self._at(self.people // 2)] if self.people else []
        return sum(middle) / 2 if middle else None

    def _at(self, place: int) -> int:
        for ties, count in self.members:
            if place < count:
                return ties
            place -= count
        raise IndexError(place)

    def with_at_least(self, ties: int) -> int:
        return sum(count for number, count in self.members if number >= ties)

    @property
    def without(self) -> int:
        return self.people - self.with_at_least(1)


def by_person(since: datetime | None = None, until: datetime | None = None) -> dict[int, int]:
    """How many ties everybody has who has any, by key. One query over all meetings: a page asks it once for all it counts."""
    return dict(_ask(BY_PERSON, [list(rules.FIRST), since, until]))


def distribution(people: QuerySet[Any], ties: Mapping[int, int]) -> Distribution:
    """How many of these people have how many ties (`by_person`); one query."""
    counts = Counter(ties.get(pk, 0) for pk in people.order_by().values_list("pk", flat=True))
    return Distribution(tuple(sorted(counts.items())))


def having(people: QuerySet[Any], ties: Mapping[int, int], least: int = 1) -> QuerySet[Any]:
    """Those of them with so many ties (`by_person`) or more: the people behind a figure."""
    keys = [pk for pk, count in ties.items() if count >= least]
    return people.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [keys]))  # one value, however many there are


def pairs(since: datetime, until: datetime) -> tuple[int, int]:
    """Pairs of people with a tie made or renewed in the period, and how many of them met more than once in it."""
    ((all_of_them, repeated),) = _ask(PAIRS, {"since": since, "until": until, "first": list(rules.FIRST)})
    return all_of_them, repeated


def second_connections(since: datetime, until: datetime) -> tuple[int, int]:
    """Of the tables of the period: seats with somebody else at the table, and those who met one of them again within
    fourteen days, at a visit or one-to-one."""
    ((seats, again),) = _ask(SECOND, {"since": since, "until": until, "within": rules.SECOND_WITHIN})
    return seats, again


def between(groups: QuerySet[Any, Any], since: datetime, until: datetime) -> dict[tuple[int, int], int]:
    """How many tied pairs there are between any two groups, smaller key first, and within each (both keys the same)."""
    asked, parameters = groups.query.sql_with_params()
    rows = _ask(BETWEEN.format(groups=asked), [*parameters, list(rules.FIRST), since, until])
    return {(one, other): count for one, other, count in rows}


def sizes(groups: QuerySet[Any, Any], ties: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """By group: how many people, and how many of them have no tie (`by_person`); one query."""
    found: dict[int, tuple[int, int]] = {}
    for person, part in groups:
        people, without = found.get(part, (0, 0))
        found[part] = (people + 1, without + (person not in ties))
    return found


def talked_in(since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """The keys of everybody with a confirmed one-to-one in the period, for a condition."""
    return within(Meeting.objects.filter(kind=rules.ONE_TO_ONE), since, until).values("person_id")


def _ask(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
