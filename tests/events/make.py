"""Events for tests, made through the services; times are handed in."""

from datetime import datetime, timedelta
from typing import Any

from community.events.models import Event, Seat, Signup
from community.events.services import booking, publishing
from community.kernel.days import ZONE
from community.members.models import Application, City, Person, Tier
from tests.make import NOON, member, person

SATURDAY = datetime(2026, 11, 28, 14, tzinfo=ZONE)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def without_limits() -> None:
    """Tiers include as much as a test of many rounds needs: the same people come every day."""
    Tier.objects.update(roundtables_a_month=1000, visits_a_quarter=1000, guests_a_quarter=1000)


def organizer() -> Person:
    return person("何静", roles=("organizer",))


def details(**changes: Any) -> dict[str, Any]:
    starts_at = changes.get("starts_at", SATURDAY)
    return {
        "kind": "roundtable",
        "topic": "出海三个坑",
        "about": "三位做跨境的会员，各讲一次踩过的坑。",
        "agenda": "",
        "city": City.objects.get(name_en="Shenzhen"),
        "district": "南山区",
        "place": "科兴科学园",
        "address": "南山区科苑路 15 号 B3 栋 6 楼",
        "directions": "地铁 1 号线高新园站 C 口",
        "starts_at": starts_at,
        "ends_at": starts_at + 3 * HOUR,
        "host": None,
        "table_count": 1,
        "seats_each": 12,
    } | changes


def draft(*, at: datetime = NOON, by: Person | None = None, **changes: Any) -> Event:
    wanted = details(**changes)
    if wanted["host"] is None and wanted["kind"] in ("roundtable", "visit"):
        wanted["host"] = member("陈明")
    return publishing.create(by=by or organizer(), at=at, **wanted)


def event(*, at: datetime = NOON, by: Person | None = None, **changes: Any) -> Event:
    """A published event; roundtables and visits have a host on the first chair."""
    by = by or organizer()
    return publishing.publish(draft(at=at, by=by, **changes).pk, by=by, at=at)


def seat(at_event: Event, who: Person | None = None, *, at: datetime = NOON) -> Signup:
    who = who or member()
    return booking.sign_up(at_event.pk, who, by=who, at=at)


def fill(at_event: Event, count: int, *, at: datetime = NOON) -> None:
    """Many signups at once, as history: people without applications, straight into the free chairs."""
    people = Person.objects.bulk_create(
        Person(email=f"row{at_event.pk}-{n}@example.test", full_name=f"会员{n:04}", name_key=f"hui yuan{n:04}")
        for n in range(count)
    )
    chairs = Seat.objects.filter(event=at_event, removed_at=None, signups=None)[:count]
    Signup.objects.bulk_create(
        Signup(event=at_event, person=who, seat=chair, status="confirmed", signed_up_at=at, confirmed_at=at)
        for who, chair in zip(people, chairs, strict=True)
    )


def queue_up(at_event: Event, count: int, *, at: datetime = NOON) -> None:
    """Many on the waitlist at once, as history: people without applications."""
    people = Person.objects.bulk_create(
        Person(email=f"wait{at_event.pk}-{n}@example.test", full_name=f"候补{n:04}", name_key=f"hou bu{n:04}")
        for n in range(count)
    )
    Signup.objects.bulk_create(
        Signup(event=at_event, person=who, status="waiting", signed_up_at=at - timedelta(hours=1)) for who in people
    )


def chance(application: Application, *, after: timedelta = 3 * DAY) -> Event:
    """An event somebody on this clock could have come to: without one, the clock is extended instead of lapsing (R6)."""
    at = application.approved_at
    assert at is not None
    return event(at=at, kind="class", topic="没有人报名的课", starts_at=at + after, ends_at=at + after + HOUR)
