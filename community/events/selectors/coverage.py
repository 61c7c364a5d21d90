"""Whom events reached in a stretch of time (R36): facts of seats and check-in alone."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from community.events import rules, states
from community.events.models import Invitation, Signup

# Of everybody checked in at a table in [since, until): the tables they sat at then, and those before.
TABLES = """
SELECT s.person_id, array_agg(c.table_id) FILTER (WHERE e.starts_at >= %(since)s),
       coalesce(array_agg(c.table_id) FILTER (WHERE e.starts_at < %(since)s), '{}')
FROM events_signup s JOIN events_event e ON e.id = s.event_id JOIN events_seat c ON c.id = s.seat_id
WHERE s.status = 'attended' AND c.table_id IS NOT NULL AND e.starts_at < %(until)s
GROUP BY s.person_id HAVING bool_or(e.starts_at >= %(since)s)
"""


def had_seat(since: datetime, until: datetime) -> set[int]:
    """R36, "an invited seat": a seat that was theirs at an offline event of the period, whether or not they came or gave
    it back; a seat offered to them in it, taken or let pass (what is handed back leaves no trace); or a personal invitation.

    What the club cancelled was no seat. Being on a waitlist alone is none either.
    """
    offline = Signup.objects.filter(event__kind__in=rules.QUALIFYING).exclude(event__status=states.CANCELLED)
    held = offline.filter(confirmed_at__isnull=False, event__starts_at__gte=since, event__starts_at__lt=until)
    offered = offline.filter(offered_at__gte=since, offered_at__lt=until)
    asked = Invitation.objects.filter(invited_at__gte=since, invited_at__lt=until)
    return {pk for rows in (held, offered, asked) for pk in rows.values_list("person_id", flat=True)}


def made_contact(since: datetime, until: datetime, known: Collection[tuple[int, int]] = ()) -> set[int]:
    """R36, "a new contact": a tie of R35 that is new: checked in at one table with somebody for the first time ever.

    A visit makes no first tie (R35: "met again"), nor does an introduction: nobody records that the two have met.
    `known`: (person, other) who were tied before otherwise than by a table. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(TABLES, {"since": since, "until": until})
        rows = cursor.fetchall()
    before = {person: set(tables) for person, _, tables in rows}
    at_table: dict[int, list[int]] = defaultdict(list)
    for person, tables, _ in rows:
        for table in tables:
            at_table[table].append(person)
    return {
        person
        for people in at_table.values()
        for person in people
        if any(
            other != person and (person, other) not in known and before[person].isdisjoint(before[other])
            for other in people
        )
    }
