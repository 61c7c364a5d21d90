"""Series and their templates: dated drafts weeks ahead, made once and left alone once a hand was on them (product.md §5)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from community.events import policies, rules, states
from community.events.models import Event, EventTask, Series, SkippedDay, Template, TemplateTask
from community.events.rules import series as rules_of
from community.events.services import publishing, seating
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person

Tasks = Iterable[tuple[str, int]]  # (what to do, days from the event's day)
OF_TEMPLATE = ("kind", "topic", "about", "agenda", "table_count", "seats_each", "stages")
OF_SERIES = ("city", "district", "place", "address", "directions", "host")
PLACES = {"series_skips_once": "series.stale", "event_once_per_series_day": "series.stale"}


@settled()
def save_template(template_id: int | None, *, tasks: Tasks, by: "Person", at: datetime, **details: Any) -> Template:
    """Write a template anew, or change one: series bring their drafts up to date that nobody touched.

    `minutes` is the length. Raises the codes of `rules.seat_plan` as RuleBroken.
    """
    new = template_id is None
    if template_id is None:
        template = Template(made_at=at, made_by=by)
    else:
        template = Template.objects.select_for_update(no_key=True, of=("self",)).get(pk=template_id)
    for name, value in details.items():
        setattr(template, name, value)
    try:
        rules.seat_plan(template.kind, template.table_count, template.seats_each)
    except ValueError as error:
        raise RuleBroken(str(error)) from None
    template.save()
    template.tasks.all().delete()
    TemplateTask.objects.bulk_create(
        TemplateTask(template=template, position=position, title=title, days=days)
        for position, (title, days) in enumerate(tasks)
    )
    audit.record("template.create" if new else "template.edit", template, by=by, at=at)
    for pk in template.series.order_by("pk").values_list("pk", flat=True):
        _generate(_locked(pk), by=by, at=at)
    return template


@settled(PLACES)
def save_series(series_id: int | None, *, by: "Person", at: datetime, **details: Any) -> Series:
    """Begin a series, or change one, and make its drafts. Its first day stays: another weekday is another series.

    Raises RuleBroken("chapter.other_city").
    """
    policies.may_plan_in(by, details.get("city")).insist()
    new = series_id is None
    series = Series(made_at=at, made_by=by) if series_id is None else _locked(series_id)
    for name, value in details.items():
        if new or name not in ("first_on", "every_weeks"):
            setattr(series, name, value)
    series.save()
    audit.record("series.create" if new else "series.edit", series, by=by, at=at)
    _generate(_locked(series.pk), by=by, at=at)
    return series


@settled(PLACES)
def generate(series_id: int, *, by: "Person | None", at: datetime) -> int:
    """Make the drafts that are missing; how many. Run again it makes none. `by` is None when the day's run does it."""
    return _generate(_locked(series_id), by=by, at=at)


def generate_all(*, at: datetime) -> int:
    """Every series that has not ended, each in a transaction of its own; one's trouble stops nobody else's."""
    running = Series.objects.exclude(last_on__lt=day_of(at)).order_by("pk")
    made = 0
    for pk in running.values_list("pk", flat=True):
        try:
            made += generate(pk, by=None, at=at)
        except RuleBroken:
            continue
    return made


@settled(PLACES)
def skip(series_id: int, on: date, *, by: "Person", at: datetime) -> None:
    """Leave a day out; a draft made for it is put away. Pressed twice, nothing more happens.

    Raises RuleBroken: "series.day" for a day it doesn't have, "series.published" when its event is open already.
    """
    series = _locked(series_id)
    _refuse_other_days(series, on, at=at)
    event = Event.objects.filter(series=series, series_on=on).first()
    if event is not None and event.status != states.CANCELLED:
        event = seating.lock_event(event.pk)
        if event.status != states.DRAFT:
            raise RuleBroken("series.published")
        lifecycle.move(states.EVENT, event, "cancel", by=by, at=at, cancelled_at=at, cancelled_by=by)
    _, new = SkippedDay.objects.get_or_create(series=series, skipped_on=on, defaults={"at": at, "by": by})
    if new:
        audit.record("series.skip", series, by=by, at=at, data={"on": on.isoformat()})


@settled(PLACES)
def take_back(series_id: int, on: date, *, by: "Person", at: datetime) -> None:
    """A day left out, by skipping it or by putting its draft away, gets its draft again.

    Raises RuleBroken: "series.day", "series.published" when the event was open once: that one is cancelled for good.
    """
    series = _locked(series_id)
    _refuse_other_days(series, on, at=at)
    put_away = Event.objects.filter(series=series, series_on=on, status=states.CANCELLED)
    if put_away.filter(published_at__isnull=False).exists():
        raise RuleBroken("series.published")
    put_away.update(series_on=None)
    SkippedDay.objects.filter(series=series, skipped_on=on).delete()
    audit.record("series.take_back", series, by=by, at=at, data={"on": on.isoformat()})
    _generate(series, by=by, at=at)


def days_of(series: Series, *, at: datetime) -> list[date]:
    return rules_of.days_of(
        series.first_on, series.last_on, every_weeks=series.every_weeks, today=day_of(at),
        ahead_weeks=series.ahead_weeks,
    )  # fmt: skip


def _locked(series_id: int) -> Series:
    """The series' row, locked before any of its events: two runs at once make each draft once."""
    locked = Series.objects.select_for_update(no_key=True, of=("self",))
    series = locked.select_related("template", "city", "host", "made_by").filter(pk=series_id).first()
    if series is None:
        raise RuleBroken("series.gone")
    return series


def _refuse_other_days(series: Series, on: date, *, at: datetime) -> None:
    if on not in days_of(series, at=at):
        raise RuleBroken("series.day")


def _generate(series: Series, *, by: "Person | None", at: datetime) -> int:
    days = days_of(series, at=at)
    tasks = [(task.title, task.days) for task in series.template.tasks.all()]
    made = Event.objects.filter(series=series, series_on__in=days).values_list("series_on", "pk")
    there = {on: pk for on, pk in made if on is not None}
    skipped = set(SkippedDay.objects.filter(series=series, skipped_on__in=days).values_list("skipped_on", flat=True))
    for on in sorted(there.keys() - skipped):
        _bring_up_to_date(there[on], _details(series, on), tasks, by=by, at=at)
    missing = [on for on in days if on not in there and on not in skipped]
    for on in missing:
        event = publishing.write_draft(by=by or series.made_by, at=at, **_details(series, on))
        Event.objects.filter(pk=event.pk).update(series=series, series_on=on)
        add_tasks(event, tasks)
    if series.last_on is not None:
        _put_away_later(series, by=by or series.made_by, at=at)
    return len(missing)


def _details(series: Series, on: date) -> dict[str, Any]:
    starts_at, ends_at = rules_of.period_on(on, series.begins, series.template.minutes)
    return (
        {name: getattr(series.template, name) for name in OF_TEMPLATE}
        | {name: getattr(series, name) for name in OF_SERIES}
        | {"starts_at": starts_at, "ends_at": ends_at}
    )


def _bring_up_to_date(
    event_id: int, details: dict[str, Any], tasks: list[tuple[str, int]], *, by: "Person | None", at: datetime
) -> None:
    """A draft nobody touched follows its series; a hand-edited, published or cancelled one is left alone."""
    event = seating.lock_event(event_id)
    if event.status != states.DRAFT or event.by_hand:
        return
    changed = [name for name, value in details.items() if getattr(event, name) != value]
    if changed:
        for name in changed:
            setattr(event, name, details[name])
        event.save()
        audit.record("event.edit", event, by=by, at=at, data={"changed": changed})
    current = list(event.tasks.all())
    if [(task.title, task.days) for task in current] != tasks and not any(task.done_at for task in current):
        event.tasks.all().delete()
        add_tasks(event, tasks)


def _put_away_later(series: Series, *, by: "Person", at: datetime) -> None:
    """The series ends earlier now: untouched drafts after its last day are put away."""
    late = Event.objects.filter(
        series=series, series_on__gt=series.last_on, status=states.DRAFT, by_hand=False, starts_at__gt=at
    )
    for pk in late.order_by("pk").values_list("pk", flat=True):
        event = seating.lock_event(pk)
        lifecycle.move(states.EVENT, event, "cancel", by=by, at=at, cancelled_at=at, cancelled_by=by)
        Event.objects.filter(pk=pk).update(series_on=None)  # should the series go on after all, it is made anew


def add_tasks(event: Event, tasks: Tasks) -> None:
    EventTask.objects.bulk_create(EventTask(event=event, title=title, days=days) for title, days in tasks)
