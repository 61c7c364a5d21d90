"""What a stretch of time brought one member at tables and visits (R35, R40): facts of check-in and nothing else."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from community.events import rules, states
from community.events.models import Signup

if TYPE_CHECKING:
    from community.members.models import Person


@dataclass(frozen=True)
class Together:
    """`seats`: events checked in at. `met`: people checked in at one table. `again`: those of them met a second time,
    at another table or at a visit."""

    seats: int
    met: int
    again: int


def together(person: "Person", since: datetime, until: datetime) -> Together:
    """R35 for the events that began in [since, until); three queries, whatever the year was like."""
    been = Signup.objects.filter(
        status=states.ATTENDED, event__starts_at__gte=since, event__starts_at__lt=until
    ).order_by()  # fmt: skip
    mine = list(been.filter(person=person).values_list("event_id", "event__kind", "seat__table_id"))
    tables = [table for _, _, table in mine if table is not None]
    visits = [event for event, kind, _ in mine if kind == rules.VISIT]
    others = been.exclude(person=person)
    at_tables = list(others.filter(seat__table__in=tables).values_list("person_id", flat=True)) if tables else []
    at_visits = list(others.filter(event__in=visits).values_list("person_id", flat=True)) if visits else []
    met = set(at_tables)
    times = Counter([*at_tables, *at_visits])
    return Together(len(mine), len(met), sum(times[other] > 1 for other in met))


def seats_taken(person: "Person", since: datetime, until: datetime) -> int:
    """The first of these figures alone; one query."""
    been = Signup.objects.filter(status=states.ATTENDED, event__starts_at__gte=since, event__starts_at__lt=until)
    return been.filter(person=person).count()
