"""Series and their days, and what the office has to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from community.events import states
from community.events.models import Event, EventTask, Series, Template
from community.events.rules import series as rules
from community.events.selectors.lists import Cities, in_cities
from community.kernel.days import day_of

TASKS_SHOWN = 60


def all_series(cities: Cities = None) -> QuerySet[Series]:
    """Every series (of these cities) with its template, city and the number of its drafts; running ones first."""
    drafts = Count("events", filter=Q(events__status=states.DRAFT))
    series = Series.objects.select_related("template", "city").annotate(drafts=drafts)
    return in_cities(series, cities).order_by("last_on", "first_on", "pk")


def all_templates(cities: Cities = None, *, also: int | None = None) -> QuerySet[Template]:
    """Every template; for an organizer of some cities those that no series elsewhere follows, and the one in use."""
    templates = Template.objects.all()
    if cities is not None:
        elsewhere = Series.objects.exclude(city__in=cities).values("template")
        templates = templates.filter(~Q(pk__in=elsewhere) | Q(pk=also))
    return templates.annotate(tasks_count=Count("tasks", distinct=True), series_count=Count("series", distinct=True))


def series_for_desk(public_id: str) -> Series | None:
    return Series.objects.select_related("template", "city", "host").filter(public_id=public_id).first()


@dataclass(frozen=True)
class Slot:
    """A day of a series: its event, if one was made, or that it is left out; and what is special about the day."""

    on: date
    event: Event | None
    skipped: bool
    special: rules.SpecialDay | None


def slots(series: Series, days: Iterable[date], *, language: str) -> list[Slot]:
    """Two queries, however many days."""
    wanted = list(days)
    made = {event.series_on: event for event in series.events.filter(series_on__in=wanted).select_related("host")}
    skipped = set(series.skipped.filter(skipped_on__in=wanted).values_list("skipped_on", flat=True))
    return [_slot(on, made.get(on), on in skipped, language) for on in wanted]


def _slot(on: date, event: Event | None, skipped: bool, language: str) -> Slot:
    put_away = event is not None and event.status == states.CANCELLED and event.published_at is None
    return Slot(on, None if put_away else event, skipped or put_away, rules.special_day(on, language))


@dataclass(frozen=True)
class Due:
    """An open task, and when."""

    task: EventTask
    on: date
    late: bool


def open_tasks(at: datetime, *, days: int = 7, cities: Cities = None) -> list[Due]:
    """What is to be done within so many days, the most urgent first; what nobody did is late for a month. One query."""
    near, far = at - timedelta(days=31), at + timedelta(days=days + 61)
    rows = EventTask.objects.filter(
        done_at=None, event__status__in=[states.DRAFT, states.OPEN, states.HELD], event__starts_at__range=(near, far)
    ).select_related("event")
    rows = in_cities(rows, cities, "event__city")
    until = day_of(at) + timedelta(days=days)
    due = _due(rows, at)
    soon = sorted(
        (one for one in due if one.on <= until), key=lambda one: (one.on, one.task.event.starts_at, one.task.pk)
    )
    return soon[:TASKS_SHOWN]


def tasks_of(event: Event, at: datetime) -> list[Due]:
    return list(_due(event.tasks.select_related("done_by", "event"), at))


def _due(tasks: Iterable[EventTask], at: datetime) -> Iterable[Due]:
    for task in tasks:
        on = rules.due_on(task.event.starts_at, task.days)
        yield Due(task, on, late=on < day_of(at))
