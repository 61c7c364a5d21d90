"""One reader's place in line (R22). A crowd asks for it at the same instant, so the database counts who comes before
instead of handing over the whole line; `rules.in_order` says what the order is, and a property test holds them together.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from community.events import rules, states
from community.events.models import Event, Signup
from community.events.selectors.waitlist import LOOKED_BACK, Place, fair_askers
from community.kernel.prepared import INSTANT, Given, Prepared

NEWCOMER = 2**63 - 1  # a key after all others: whoever signs up this instant comes after them
RANKS = {code: rank for rank, (code, _) in enumerate(rules.CLASSES)}
# By rank, then who was moved up first, who was not asked yet, who signed up earlier; the reader's own row beside them.
PLACE = """
WITH line AS (
    SELECT CASE
        WHEN s.moved_up_at IS NOT NULL THEN %(moved)s
        WHEN s.person_id = ANY(%(last)s) THEN %(missed)s
        WHEN %(visit)s AND EXISTS (
            SELECT 1 FROM events_signup t JOIN events_event_follows f ON f.to_event_id = t.event_id
            WHERE f.from_event_id = %(event)s AND t.person_id = s.person_id AND t.status = 'attended'
        ) THEN %(table)s
        WHEN EXISTS (
            SELECT 1 FROM members_application a WHERE a.person_id = s.person_id AND a.status = 'approved'
            AND a.attended_at IS NULL AND a.clock_ends_at > %(at)s
        ) THEN %(clock)s
        WHEN EXISTS (
            SELECT 1 FROM events_signup h JOIN events_event e ON e.id = h.event_id
            WHERE h.person_id = s.person_id AND h.event_id <> %(event)s AND e.kind = ANY(%(kinds)s)
            AND (h.status IN ('confirmed', 'attended', 'missed') OR h.withdrawn_late) AND e.starts_at >= %(quiet_since)s
        ) THEN %(standing)s
        ELSE %(quiet)s END AS rank, coalesce(s.moved_up_at, '-infinity') AS moved_at,
        coalesce(s.offered_at, '-infinity') AS asked_at, s.signed_up_at, s.id
    FROM (
        SELECT id, person_id, moved_up_at, offered_at, signed_up_at FROM events_signup WHERE event_id = %(event)s
        AND (status = 'waiting' OR status = 'offered' AND offer_ends_at <= %(at)s)
        UNION ALL SELECT %(newcomer)s, %(person)s, NULL, NULL, %(at)s WHERE %(my_key)s = %(newcomer)s
    ) s
)
SELECT count(*), mine.rank FROM line JOIN line mine ON mine.id = %(my_key)s
WHERE (line.rank, line.moved_at, line.asked_at, line.signed_up_at, line.id)
    <= (mine.rank, mine.moved_at, mine.asked_at, mine.signed_up_at, mine.id) GROUP BY mine.rank
"""


def place_in_line(event: Event, person: Any, at: datetime, mine: Signup | None) -> Place | None:
    """The reader's place, or the one they would get by signing up now; two queries however long the line is (under
    fair allotment four or five).

    `mine`: their signup, if they wait; an offer that ended counts as waiting. None when they wait no more.
    """
    if event.by_allotment:
        return _fair_place(event, person, at, mine)
    facts = {
        **RANKS,
        "event": event.pk,
        "person": person.pk,
        "at": at,
        "visit": event.releases_at is not None,
        "last": _who_come_last(event, person, at),
        "kinds": list(rules.QUALIFYING),
        "quiet_since": at - rules.QUIET_SEATS,
        "newcomer": NEWCOMER,
        "my_key": mine.pk if mine else NEWCOMER,
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACE, facts)
        row = cursor.fetchone()
    return Place(row[0], rules.CLASSES[row[1]][0], mine) if row else None


def _fair_place(event: Event, person: Any, at: datetime, mine: Signup | None) -> Place | None:
    live = Q(status=states.WAITING) | Q(status=states.OFFERED, offer_ends_at__lte=at)
    line = list(Signup.objects.filter(live, event=event).select_related("person"))
    if mine is None:
        line.append(Signup(pk=NEWCOMER, event=event, person=person, signed_up_at=at))
    key = mine.pk if mine else NEWCOMER
    for number, asker in enumerate(rules.in_order(fair_askers(line, event, at), at), start=1):
        if asker.key == key:
            return Place(number, rules.class_of(asker, at), mine, asker.was_there)
    return None


def _offences() -> QuerySet[Signup, tuple[Any, ...]]:
    """What counts under R26 against those who wait at an event, and one reader."""
    line = Signup.objects.filter(event_id=Given("event"), status__in=[states.WAITING, states.OFFERED])
    concerned = Q(person_id__in=line.values("person_id")) | Q(person_id=Given("person"))
    offended = Q(status=states.MISSED) | Q(withdrawn_late=True)
    rows = Signup.objects.filter(offended, concerned, excused_at=None, event__starts_at__gt=Given("since", INSTANT))
    return rows.values_list("person_id", "status", "event__starts_at", "withdrawn_at")


OFFENCES = Prepared(_offences)


def _who_come_last(event: Event, person: Any, at: datetime) -> list[int]:
    """R26: of those who wait here, and the reader, who comes last; mostly nobody."""
    offences: dict[int, list[datetime]] = defaultdict(list)
    rows = OFFENCES(event=event.pk, person=person.pk, since=at - LOOKED_BACK)
    for person_id, status, starts_at, withdrawn_at in rows:
        offended_at = starts_at if status == states.MISSED else withdrawn_at
        if offended_at <= at:
            offences[person_id].append(offended_at)
    untils = {person_id: rules.last_until(found) for person_id, found in offences.items() if len(found) > 1}
    return [person_id for person_id, until in untils.items() if until is not None and at < until]
