"""A club of ten thousand as rows, by statements of the database: ten of eleven at three tables, and one who met
fifteen hundred of them."""

from datetime import timedelta

from django.db import connection

from community.events.models import Event, Table
from community.members.models import Tier
from tests.events import make as make_events

DAY = timedelta(days=1)
ROUNDS, TABLES = 3, 20
# As many more members as one wants, with what they did: a year each that begins on one of 500 days, a seat at a class a
# month, a need each third of them, a purchase.
MORE = """
WITH people AS (
    INSERT INTO members_person (public_id, email, password, full_name, name_key, phone, wechat, language, hide_me, is_staff,
        is_active, is_superuser, joined_at)
    SELECT translate(substr(md5('many' || n), 1, 12), '01', 'xy'), 'many' || n || '@example.test', '!', '会员' || n, 'hui yuan' || n, '', '', 'zh-hans',
        false, false, true, false, %(at)s FROM generate_series(%(first)s::int, %(last)s::int) AS n RETURNING id
), begun AS (SELECT id, (%(at)s::timestamptz - make_interval(days => (id %% 500)::int)) AS at FROM people
), applied AS (
    INSERT INTO members_application (public_id, person_id, status, draft, city_id, tier_id, started_at, touched_at, approved_at,
        approved_by_id, clock_ends_at, attended_at, paid_at, admitted_at, role, full_name, phone, wechat, title, stage, about,
        needs, offers, consent_version, asked, asked_fields, reason_code, reason, lapse_reason)
    SELECT translate(substr(md5('app' || id), 1, 12), '01', 'xy'), id, 'admitted', '{}', %(city)s, %(tier)s, at, at, at, %(by)s, at, at, at, at,
        'shareholder', '', '', '', '', '', '', '', '', '', '', '[]', '', '', '' FROM begun
), terms AS (
    INSERT INTO members_term (person_id, tier_id, starts_on, ends_on, recorded_at)
    SELECT id, %(tier)s, at::date, (at + interval '1 year')::date, at FROM begun
), seats AS (
    INSERT INTO events_signup (public_id, event_id, person_id, status, seat_id, is_host, with_guest, signed_up_at, confirmed_at,
        missed_at, withdrawn_late, excuse)
    SELECT translate(substr(md5('seat' || id || 'at' || event), 1, 12), '01', 'xy'), event, id, 'missed', NULL, false, false, %(at)s, %(at)s, %(at)s,
        false, '' FROM people, unnest(%(events)s) AS event WHERE id %% 12 = event %% 12
), posts AS (
    INSERT INTO posts_post (public_id, author_id, kind, status, title, text, lack, topic, for_stage, created_at, opened_at,
        expires_at, hidden_reason)
    SELECT translate(substr(md5('post' || id), 1, 12), '01', 'xy'), id, 'need', 'open', '需求', '', 'money', 'staff', '', %(at)s, %(at)s, %(at)s, ''
    FROM people WHERE id %% 3 = 0
) SELECT 1
"""


def grow(first, last, events, by, at):
    asked = {
        "first": first, "last": last, "events": events, "by": by.pk, "at": at - timedelta(days=1),
        "city": make_events.details()["city"].pk, "tier": Tier.objects.get(code="member").pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MORE, asked)
        cursor.execute("ANALYZE")


# Eleven of the many at each table of one round; the twelfth chair of each first table is the busy one's.
CHAIRS = """
INSERT INTO events_seat (event_id, table_id, number, made_at)
SELECT t.event_id, t.id, n, now() FROM events_table t, generate_series(1, 12) AS n WHERE t.event_id = ANY(%(events)s)
"""
CAME = """
WITH many AS (
    SELECT id, row_number() OVER (ORDER BY md5(id || %(turn)s::text)) AS place FROM members_person
    WHERE email LIKE 'many%%' AND id %% 11 <> 0
), chairs AS (
    SELECT s.id, s.event_id, row_number() OVER (ORDER BY s.table_id, s.number) AS place
    FROM events_seat s WHERE s.event_id = ANY(%(events)s) AND s.number < 12
), taken AS (
    SELECT many.id AS person_id, chairs.id, chairs.event_id FROM many JOIN chairs USING (place) UNION ALL
    SELECT %(busy)s, s.id, s.event_id FROM events_seat s JOIN events_table t ON t.id = s.table_id
    WHERE s.event_id = ANY(%(events)s) AND s.number = 12 AND t.number = 1
) INSERT INTO events_signup (public_id, event_id, person_id, status, seat_id, is_host, with_guest, signed_up_at, confirmed_at,
    attended_at, checked_in_at, checked_in_by_id, withdrawn_late, excuse)
SELECT translate(substr(md5('here' || taken.id), 1, 12), '01', 'xy'), event_id, person_id, 'attended', taken.id, false, false,
    e.starts_at, e.starts_at, e.starts_at, e.starts_at, %(by)s, false, '' FROM taken JOIN events_event e ON e.id = event_id
"""
# Neighbours met one-to-one, and every tenth does something with the next two; the busy one with hundreds.
TOLD = """
WITH many AS (
    SELECT id, lead(id) OVER w AS next, lead(id, 2) OVER w AS third, row_number() OVER w AS n FROM members_person
    WHERE email LIKE 'many%%' AND id %% 11 <> 0 WINDOW w AS (ORDER BY id)
), pairs AS (
    SELECT id AS asker, next AS asked, %(at)s - interval '30 days' AS at, 'confirmed' AS status FROM many WHERE n %% 2 = 0
    UNION ALL SELECT %(busy)s, id, %(at)s - interval '1 hour', CASE n %% 3 WHEN 0 THEN 'waiting' ELSE 'confirmed' END FROM many WHERE n <= 90
    UNION ALL SELECT id, %(busy)s, %(at)s - interval '1 hour', 'waiting' FROM many WHERE n BETWEEN 91 AND 130
), met AS (
    INSERT INTO ties_onetoone (public_id, asker_id, asked_id, met_on, status, logged_at, expires_at, answered_at)
    SELECT translate(substr(md5('met' || asker || '-' || asked), 1, 12), '01', 'xy'), asker, asked, at::date, status, at,
        at + interval '14 days', CASE status WHEN 'confirmed' THEN at END FROM pairs WHERE asked IS NOT NULL
), projects AS (
    INSERT INTO ties_project (public_id, title, since_on, declared_by_id, declared_at, expires_at)
    SELECT translate(substr(md5('together' || n), 1, 12), '01', 'xy'), '一起做' || n, %(at)s::date, CASE WHEN n <= 900 THEN %(busy)s ELSE id END,
        %(at)s, %(at)s FROM many WHERE n %% 10 = 0 RETURNING id, declared_by_id, substr(title, 4)::int AS n
) INSERT INTO ties_partner (project_id, person_id, status, asked_at, answered_at)
SELECT projects.id, who, 'confirmed', %(at)s, %(at)s FROM projects JOIN many USING (n),
    unnest(ARRAY[declared_by_id, next, third]) AS who WHERE who IS NOT NULL
"""
WRITTEN = """
WITH many AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM members_person WHERE email LIKE 'many%%'
), trail AS (
    INSERT INTO kernel_auditentry (at, person_id, action, subject_type, subject_id, old, new, reason, data)
    SELECT %(at)s - n * interval '1 minute', CASE WHEN n <= 2000 THEN %(busy)s ELSE id END, 'person.phone', 'members.Person',
        id, '', '', '', '{}' FROM many
) INSERT INTO kernel_message (public_id, person_id, kind, occasion, transactional, context, created_at, status, tries,
    next_try_at, error)
SELECT translate(substr(md5('letter' || n), 1, 12), '01', 'xy'), CASE WHEN n <= 1000 THEN %(busy)s ELSE id END, 'ties/nudge',
    'nudge:' || n, false, '{}', %(at)s - n * interval '1 minute', 'sent', 1, %(at)s, '' FROM many
"""


def meet(busy, by, at):
    """Three rounds of tables for all but every eleventh; the busy one is at each event, has one-to-ones, projects, a trail and
    letters."""
    with connection.cursor() as cursor:
        for turn in range(ROUNDS):
            events = Event.objects.bulk_create(_tables(turn, number, by, at) for number in range(42))
            Table.objects.bulk_create(Table(event=event, number=n + 1) for event in events for n in range(TABLES))
            asked = {"events": [event.pk for event in events], "turn": turn, "busy": busy.pk, "by": by.pk}
            cursor.execute(CHAIRS, asked)
            cursor.execute(CAME, asked)
        for statement in (TOLD, WRITTEN):
            cursor.execute(statement, {"busy": busy.pk, "at": at})
        cursor.execute("ANALYZE")


def _tables(turn, number, by, at):
    begins = at - (90 * turn + number + 2) * DAY
    return Event(
        kind="roundtable", status="held", topic=f"第{turn}轮第{number}场", city=make_events.details()["city"],
        starts_at=begins, ends_at=begins + DAY / 12, created_by=by, created_at=begins, published_at=begins,
        published_by=by, roster_closed_at=begins, table_count=TABLES,
    )  # fmt: skip
