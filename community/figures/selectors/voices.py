"""What members answer to the quarter's question: numbers and sentences, and a name only where it was given with them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from community.figures import rules
from community.figures.models import Asking, Voice
from community.kernel.days import day_of
from community.members.selectors import care

QUARTERS_BACK = 8
Cities = frozenset[int] | None


@dataclass(frozen=True)
class Quarter:
    """`counts`: answers by score, of the cities (`told`) that can be counted; empty where there are too few to show."""

    first_on: date
    asked: int
    answers: int
    counts: dict[int, int]
    told: frozenset[Any]

    @property
    def left_out(self) -> int:
        """Answers that were given and are in no count."""
        return self.answers - sum(self.counts.values()) if self.counts else 0

    @property
    def net(self) -> int | None:
        return rules.recommending(self.counts)

    @property
    def response(self) -> int | None:
        return rules.percent(self.answers, self.asked)


def _of(rows: QuerySet[Any], cities: Cities) -> QuerySet[Any]:
    return rows if cities is None else rows.filter(city__in=cities)


def quarters(cities: Cities = None) -> list[Quarter]:
    """The last ones that were asked about, the newest first; two queries."""
    asked = _of(Asking.objects.order_by(), cities).values("quarter_on")
    sizes = asked.annotate(n=Count("pk"), said=Count("pk", filter=Q(answered=True))).order_by("-quarter_on")
    parts: dict[date, dict[Any, Counter[int]]] = {}
    rows = _of(Voice.objects.order_by(), cities).values_list("quarter_on", "city", "score").annotate(n=Count("pk"))
    for quarter_on, city, score, n in rows:
        parts.setdefault(quarter_on, {}).setdefault(city, Counter())[score] += n
    return [
        _quarter(row["quarter_on"], row["n"], row["said"], parts.get(row["quarter_on"], {}), whole=cities is None)
        for row in sizes[:QUARTERS_BACK]
    ]


def _quarter(first_on: date, asked: int, answers: int, parts: dict[Any, Counter[int]], *, whole: bool) -> Quarter:
    told = rules.told_parts({city: counts.total() for city, counts in parts.items()}, whole=whole)
    return Quarter(first_on, asked, answers, dict(sum((parts[city] for city in told), Counter())), told)


def sentences(quarter: Quarter, cities: Cities = None) -> QuerySet[Voice]:
    """What was written beside the scores, in no order of time; none where the scores are too few to show."""
    if not quarter.counts:
        return Voice.objects.none()
    theirs = Q(city__in=quarter.told - {None}) | (Q(city=None) if None in quarter.told else Q())
    rows = _of(Voice.objects.filter(theirs, quarter_on=quarter.first_on).exclude(text=""), cities)
    return rows.select_related("person").order_by("-score", "public_id")


def asking_of(person: Any, at: datetime) -> Asking | None:
    """What somebody is asked now, answered or not."""
    return Asking.objects.filter(person=person, quarter_on=rules.quarter_of(day_of(at))).first()


def to_ask(quarter_on: date, at: datetime) -> QuerySet[Any]:
    """Members in good standing past their first thirty days who were not asked this quarter, by key."""
    asked = Asking.objects.filter(quarter_on=quarter_on).values("person")
    return care.past_first_days(day_of(at)).exclude(pk__in=asked).order_by("pk")


def new_ones(quarter_on: date, person_ids: Iterable[int]) -> list[Asking]:
    return list(Asking.objects.filter(quarter_on=quarter_on, person__in=list(person_ids)).order_by("pk"))
