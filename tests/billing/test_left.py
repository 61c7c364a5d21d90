"""R12 on the billing page: what is left of the month and of the quarter, in community time."""

from datetime import datetime

import pytest
from django.test import Client

from community.events.selectors import entitlements
from community.events.services import booking
from community.kernel.days import ZONE, day_of, start_of
from community.members.models import Tier
from community.members.policies import Included
from tests.events import make
from tests.events.make import DAY, HOUR
from tests.make import NOON, member

pytestmark = pytest.mark.django_db
TWO_AND_ONE = Included(roundtables_a_month=2, visits_a_quarter=1, guests_a_quarter=2)


def left(who, at: datetime) -> dict[str, tuple[int, str]]:
    return {one.kind: (one.left, one.renews_on.isoformat()) for one in entitlements.left_now(who, TWO_AND_ONE, at)}


def test_by_the_calendar_and_free_again_when_given_back() -> None:
    who = member()
    assert left(who, NOON) == {
        "roundtable": (2, "2026-12-01"), "visit": (1, "2027-01-01"), "guest": (2, "2027-01-01"),
    }  # fmt: skip
    signup = booking.sign_up(make.event().pk, who, by=who, at=NOON)
    booking.sign_up(make.event(kind="visit", starts_at=make.SATURDAY + 3 * DAY).pk, who, by=who, at=NOON)
    december = make.event(starts_at=datetime(2026, 12, 5, 14, tzinfo=ZONE))
    booking.sign_up(december.pk, who, by=who, at=NOON)
    now, then = left(who, NOON), left(who, datetime(2026, 12, 1, tzinfo=ZONE))
    assert (now["roundtable"], now["visit"]) == ((1, "2026-12-01"), (0, "2027-01-01"))
    assert (then["roundtable"], then["visit"]) == ((1, "2027-01-01"), (0, "2027-01-01"))
    booking.withdraw(signup.event_id, who, by=who, at=NOON)
    assert left(who, NOON)["roundtable"] == (2, "2026-12-01")


def test_the_page_says_it_with_as_many_queries_whatever_was_booked(at, django_assert_max_num_queries) -> None:
    Tier.objects.filter(code="member").update(roundtables_a_month=30, visits_a_quarter=9)
    before = at - 40 * DAY
    who = member(since=before - DAY)
    month = start_of(day_of(at).replace(day=1))
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    assert "30 of 30" in client.get("/billing/").content.decode()
    with django_assert_max_num_queries(40) as few:
        client.get("/billing/")
    for days in range(5):
        make.seat(make.event(starts_at=month + days * DAY + 14 * HOUR, at=before), who, at=before)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = client.get("/billing/").content.decode()
    assert "25 of 30" in page
