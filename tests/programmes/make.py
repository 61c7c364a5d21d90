"""Programmes for tests, made through the services; times are handed in."""

from datetime import date, datetime, timedelta
from typing import Any

from community.kernel.days import day_of, end_of, start_of
from community.members.models import Application, Person
from community.programmes.models import Challenge, Place, Programme
from community.programmes.services import challenging, ending, joining, planning
from tests.make import NOON, member, person

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = date(2026, 11, 30)  # the first one after NOON, a Saturday


def founder(name: str = "", *, stage: str = "growing", since: datetime = NOON - 60 * DAY) -> Person:
    """A member whose company stands at a stage."""
    who = member(name, since=since)
    Application.objects.filter(person=who).update(stage=stage)
    return who


def organizer() -> Person:
    return person("秘书", roles=("organizer",))


def details(**changes: Any) -> dict[str, Any]:
    return {
        "name_zh": "从零到第一批客户",
        "name_en": "First customers",
        "purpose": "六周里每人谈下第一批付费客户。",
        "stages": [],
        "leads_to": "",
        "starts_on": MONDAY,
        "last_on": MONDAY + timedelta(days=41),
        "seats": 30,
        "follows": None,
    } | changes


def draft(*, at: datetime = NOON, hosts: list[Person] | None = None, **changes: Any) -> Programme:
    hosts = hosts or [member("陈老师", since=at - 60 * DAY)]
    return planning.create(hosts=hosts, by=organizer(), at=at, **details(**changes))


def programme(*, at: datetime = NOON, **changes: Any) -> Programme:
    """One that signs up."""
    made = draft(at=at, **changes)
    return planning.open_up(made.pk, by=organizer(), at=at)


def placed(programme: Programme, who: Person | None = None, *, at: datetime = NOON) -> Place:
    return joining.join(programme.pk, who or founder(since=at - 60 * DAY), at=at)


def running(*, people: int = 2, **changes: Any) -> tuple[Programme, list[Place]]:
    """One that has begun, seen from the evening of its first day on."""
    made = programme(**changes)
    places = [placed(made) for _ in range(people)]
    ending.write_down(made.pk, at=start_of(made.starts_on))
    made.refresh_from_db()
    return made, places


def ended(*, people: int = 2, **changes: Any) -> tuple[Programme, list[Place]]:
    made, places = running(people=people, **changes)
    ending.write_down(made.pk, at=end_of(made.last_on))
    made.refresh_from_db()
    return made, places


def challenge(programme: Programme | None = None, *, at: datetime = NOON, by: Person | None = None, **changes: Any) -> Challenge:  # fmt: skip
    said = {
        "name": "每天一通客户电话",
        "text": "打给一位客户，问一个问题。",
        "starts_on": day_of(at),
        "days": 7,
    } | changes
    return challenging.open_up(programme, by=by or organizer(), at=at, **said)
