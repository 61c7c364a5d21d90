"""Whom a table was long enough ago to be reminded of the people there, and who has done something about it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from community.events.selectors import after as events
from community.kernel.days import day_of
from community.members import selectors as members
from community.ties import rules, states
from community.ties.models import Meeting, OneToOne

Key = tuple[int, int]  # event, person


def due(at: datetime) -> list[tuple[int, Any, int, int]]:
    """(person, event, step, people at the table with them): everybody whose last table is three or fourteen days ago and
    who did nothing since. Five queries, whatever the week was like."""
    tables = {event.pk: event for event in events.tables_between(*rules.nudge_window(at))}
    steps = {pk: rules.nudge_step(event.starts_at, at) for pk, event in tables.items()}
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    rows = Meeting.objects.filter(kind=rules.TABLE, event__in=[pk for pk, step in steps.items() if step])
    rows = rows.filter(person__in=standing).exclude(Exists(_later_table()))
    others: dict[Key, int] = defaultdict(int)
    for event, person in rows.values_list("event_id", "person_id"):
        others[event, person] += 1
    still = quiet({event for event, _ in others}, {person for _, person in others})
    found = [(person, tables[event], steps[event] or 0, n) for (event, person), n in others.items()]
    return sorted((one for one in found if (one[1].pk, one[0]) in still), key=lambda one: (one[0], one[1].pk))


def _later_table() -> Any:
    return Meeting.objects.filter(kind=rules.TABLE, person=OuterRef("person"), at__gt=OuterRef("at"))


def quiet(event_ids: Iterable[int], person_ids: Iterable[int]) -> set[Key]:
    """(event, person) of whoever was at a table there, has wished to meet nobody again, has noted or confirmed no one-to-one,
    and was at no visit with anybody from that table since. Two queries."""
    asked = list(event_ids)
    busy = set(events.who_wished(asked))
    rows = Meeting.objects.filter(kind=rules.TABLE, event__in=asked, person__in=list(person_ids))
    pair = {"person": OuterRef("person"), "other": OuterRef("other")}
    visit = Meeting.objects.filter(kind=rules.VISIT, at__gt=OuterRef("at"), **pair)
    noted = OneToOne.objects.filter(asker=pair["person"], asked=pair["other"], logged_at__gt=OuterRef("at"))
    agreed = OneToOne.objects.filter(asked=pair["person"], asker=pair["other"], answered_at__gt=OuterRef("at"))
    done = Exists(visit) | Exists(noted.exclude(status=states.TAKEN_BACK))
    done |= Exists(agreed.filter(status=states.CONFIRMED))
    there: set[Key] = set()
    for event, person, something in rows.annotate(done=done).values_list("event_id", "person_id", "done"):
        there.add((event, person))
        if something:
            busy.add((event, person))
    return there - busy
