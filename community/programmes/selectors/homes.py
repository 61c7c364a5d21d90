"""What the home page says of goals and programmes, in one statement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, Max, OuterRef, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from community.kernel.days import day_of
from community.kernel.formats import is_chinese
from community.programmes import rules, states
from community.programmes.models import Goal, Host, Place, Programme

GOAL, PLACE, DECIDE = "goal", "place", "decide"
MOST = 10


@dataclass(frozen=True)
class Waiting:
    """`kind`: the goal somebody works at, a programme they take part in, or one whose end they have to write.

    `week`: the week of today that they have said nothing in yet.
    """

    kind: str
    title: str
    public_id: str
    on: date
    week: rules.Week | None = None


def waiting_for(person: Any, at: datetime) -> list[Waiting]:
    """The goal first, then what waits; ten at most, in one query."""
    today = day_of(at)
    columns = ("what", "zh", "en", "key", "first", "last", "told")
    rows = [
        *_goals(person, columns).union(_places(person, today, columns), _ends(person, today, columns), all=True)[:MOST]
    ]
    found = [_waiting(*row, at=at) for row in rows]
    order = (GOAL, PLACE, DECIDE)
    return sorted(found, key=lambda one: (order.index(one.kind), one.on, one.public_id))


def _waiting(kind: str, zh: str, en: str, key: str, first: date, last: date, told: int, *, at: datetime) -> Waiting:
    title = zh if is_chinese(get_language() or "zh-hans") else en or zh
    week = rules.week_at(first, last, at) if kind == PLACE else None
    return Waiting(kind, title, key, last, week if week and week.number > told else None)


def _said(what: str) -> Any:
    return Value(what, CharField())


def _goals(person: Any, columns: tuple[str, ...]) -> Any:
    mine = Goal.objects.filter(person=person, status=states.OPEN).annotate(
        what=_said(GOAL), zh=F("text"), en=_said(""), key=F("public_id"), first=F("by_on"), last=F("by_on"),
        told=Value(0, IntegerField()),
    )  # fmt: skip
    return mine.values_list(*columns)


def _places(person: Any, today: date, columns: tuple[str, ...]) -> Any:
    held = Place.objects.filter(
        person=person, status=states.JOINED, programme__status__in=[states.OPEN, states.RUNNING],
        programme__last_on__gte=today, programme__starts_on__lte=today,
    ).annotate(
        what=_said(PLACE), zh=F("programme__name_zh"), en=F("programme__name_en"), key=F("programme__public_id"),
        first=F("programme__starts_on"), last=F("programme__last_on"), told=Coalesce(Max("check_ins__week"), 0),
    )  # fmt: skip
    return held.values_list(*columns)


def _ends(person: Any, today: date, columns: tuple[str, ...]) -> Any:
    undecided = Place.objects.filter(programme=OuterRef("pk"), status=states.JOINED)
    led = Host.objects.filter(programme=OuterRef("pk"), person=person)
    over = Programme.objects.filter(Exists(undecided), Exists(led), last_on__lt=today)
    over = over.exclude(status__in=[states.DRAFT, states.CANCELLED]).annotate(
        what=_said(DECIDE), zh=F("name_zh"), en=F("name_en"), key=F("public_id"), first=F("starts_on"), last=F("last_on"),
        told=Value(0, IntegerField()),
    )  # fmt: skip
    return over.values_list(*columns)
