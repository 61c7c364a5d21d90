"""Every check-in of the club as plain facts, in a fixed number of questions: what an export writes and an import compares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from community.events import rules, states
from community.events.models import Event, Signup


@dataclass(frozen=True)
class CheckIn:
    email: str
    kind: str
    topic: str
    city_id: int
    starts_at: datetime
    table: int  # 0 where there are none


def check_ins() -> Iterator[CheckIn]:
    """Oldest event first, then by table and name."""
    rows = Signup.objects.filter(status=states.ATTENDED).order_by(
        "event__starts_at", "event_id", "seat__table__number", "person__name_key", "pk"
    )
    for *facts, table in rows.values_list(
        "person__email", "event__kind", "event__topic", "event__city_id", "event__starts_at", "seat__table__number"
    ):
        yield CheckIn(*facts, table=table or 0)


def occasions() -> dict[tuple[str, datetime, str], int]:
    """Kind, beginning and topic of every event that was not called off → its key."""
    rows = Event.objects.exclude(status=states.CANCELLED).exclude(Q(status=states.DRAFT))
    return {(kind, starts_at, topic): pk for pk, kind, starts_at, topic in
            rows.values_list("pk", "kind", "starts_at", "topic")}  # fmt: skip


def kind_names() -> dict[str, str]:
    return {code: str(Event.Kind(code).label) for code in rules.KINDS}
