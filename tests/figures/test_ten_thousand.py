"""However large the club, a page of figures asks as many questions: three members, three hundred, ten thousand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from community.figures.sections.book import SECTIONS
from community.members.models import Tier
from tests import make
from tests.events import make as make_events

pytestmark = pytest.mark.django_db
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


def test_as_many_questions_for_three_three_hundred_and_ten_thousand(client, settings, django_assert_max_num_queries):
    settings.STAFF_SECOND_FACTOR = False
    at, office = timezone.now(), make_events.organizer()
    days = [at - timedelta(days=30 * n + 2) for n in range(1, 7)]
    held = [
        make_events.event(at=day - timedelta(days=9), by=office, kind="class", starts_at=day, ends_at=day + timedelta(hours=2)).pk
        for day in days
    ]  # fmt: skip
    reader = make.sign_in(client, make.person(roles=("administrator",)))
    addresses = [reverse("desk_figures" if code == "overview" else f"desk_figures_{code}") for code in SECTIONS]
    addresses += ["/desk/figures/overview/top/exit_year/whole/", "/desk/figures/events/whose/quiet/whole/",
                  "/desk/figures/needs/needs/solved/rest/", "/desk/figures/gate/steps/started/whole/?page=3",
                  "/desk/figures/events/chairs/worth/whole/"]  # fmt: skip
    asked: dict[str, set[int]] = {}
    for first, last in ((1, 3), (4, 300), (301, 10_000)):
        grow(first, last, held, office, at)
        for address in addresses:
            with django_assert_max_num_queries(20) as found:
                assert reader.get(address).status_code == 200
            asked.setdefault(address, set()).add(len(found))
    assert {address: counts for address, counts in asked.items() if max(counts) - min(counts) > 3} == {}
