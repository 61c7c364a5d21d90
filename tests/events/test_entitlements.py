"""What a tier includes (R12): counted by the calendar and the event's day, used by coming or missing, free when given back."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import translation

from community.events import policies
from community.events.models import Signup
from community.events.rules.entitlements import Left, span_of
from community.events.services import booking, cancelling
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.members.models import Tier
from tests.events import make
from tests.events.make import DAY, HOUR
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
DECEMBER = datetime(2026, 12, 1, 14, tzinfo=ZONE)


@pytest.fixture
def one_each() -> None:
    Tier.objects.filter(code="member").update(roundtables_a_month=1, visits_a_quarter=1)


def refusal(act) -> RuleBroken:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value


@pytest.mark.parametrize(
    ("starts_at", "months", "since", "renews_on"),
    [
        (datetime(2026, 12, 1, 0, tzinfo=ZONE), 1, date(2026, 12, 1), date(2027, 1, 1)),
        (datetime(2026, 11, 30, 23, 59, tzinfo=ZONE), 1, date(2026, 11, 1), date(2026, 12, 1)),
        (datetime(2026, 11, 30, 23, 59, tzinfo=ZONE), 3, date(2026, 10, 1), date(2027, 1, 1)),
        (datetime(2027, 1, 1, 0, tzinfo=ZONE), 3, date(2027, 1, 1), date(2027, 4, 1)),
        (datetime.fromisoformat("2026-12-31T16:00:00+00:00"), 1, date(2027, 1, 1), date(2027, 2, 1)),
    ],
)
def test_a_month_and_a_quarter_are_the_calendars_in_community_time(starts_at, months, since, renews_on) -> None:
    span = span_of(starts_at, months)
    assert (span.since, span.renews_on) == (datetime(since.year, since.month, 1, tzinfo=ZONE), renews_on)


def test_what_is_left_is_never_less_than_nothing() -> None:
    left = partial(Left, "roundtable", renews_on=date(2026, 12, 1))
    assert [left(limit=n, used=2).left for n in (1, 2, 3)] == [0, 0, 1]
    assert [left(limit=n, used=n).refusal for n in (0, 1)] == ["entitlement.no_roundtable", "entitlement.roundtable"]


@pytest.mark.usefixtures("one_each")
def test_the_second_roundtable_of_a_month_is_refused_with_the_day_it_renews() -> None:
    who = member()
    first, second = make.event(), make.event(starts_at=make.SATURDAY + DAY)
    make.seat(first, who)
    refused = refusal(lambda: make.seat(second, who))
    assert refused.code == "entitlement.roundtable" and refused.params["renews_on"] == date(2026, 12, 1)
    with translation.override("en"):
        assert "1 Dec" in refused.sentence
    make.seat(make.event(starts_at=DECEMBER), who)  # another month, booked in this one
    make.seat(make.event(kind="class", starts_at=make.SATURDAY + 2 * DAY), who)  # classes are not counted
    booking.withdraw(first.pk, who, by=who, at=NOON)
    assert make.seat(second, who).status == "confirmed"


@pytest.mark.usefixtures("one_each")
def test_a_missed_seat_counts_and_a_cancelled_event_does_not() -> None:
    who, other, staff = member(), member(), make.organizer()
    Signup.objects.filter(pk=make.seat(make.event(), who).pk).update(
        status="missed", missed_at=make.SATURDAY + 4 * HOUR
    )
    assert refusal(lambda: make.seat(make.event(starts_at=make.SATURDAY + DAY), who)).code == "entitlement.roundtable"
    off = make.event(starts_at=make.SATURDAY + DAY)
    make.seat(off, other)
    cancelling.cancel(off.pk, by=staff, at=NOON, reason="场地停电")
    assert make.seat(make.event(), other).status == "confirmed"


@pytest.mark.usefixtures("one_each")
def test_hosting_takes_none_and_probation_has_no_tier() -> None:
    host = member("陈明")
    make.event(host=host)
    assert make.seat(make.event(starts_at=make.SATURDAY + DAY), host).status == "confirmed"
    applicant = approved(person()).person
    for days in range(2):
        assert make.seat(make.event(starts_at=make.SATURDAY + days * DAY), applicant).status == "confirmed"


@pytest.mark.usefixtures("one_each")
def test_an_offer_passes_over_who_has_used_theirs() -> None:
    seated, used_up, next_one = member(), member(), member()
    event = make.event(seats_each=2)
    for minute, who in enumerate((seated, used_up, next_one)):
        make.seat(event, who, at=NOON + minute * timedelta(minutes=1))
    make.seat(make.event(starts_at=make.SATURDAY + DAY), used_up)
    booking.withdraw(event.pk, seated, by=seated, at=NOON + HOUR)
    assert Signup.objects.get(event=event, status="offered").person == next_one


def test_a_tier_without_visits_says_so() -> None:
    Tier.objects.filter(code="member").update(visits_a_quarter=0)
    visit = make.event(kind="visit", starts_at=NOON + 4 * DAY)
    assert refusal(lambda: make.seat(visit)).code == "entitlement.no_visit"


@pytest.mark.usefixtures("one_each")
def test_the_page_says_what_is_left_and_when_it_renews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    who = member()
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(who)
    first, second = make.event(), make.event(starts_at=make.SATURDAY + DAY)
    text = lambda event: " ".join(reader.get(event.get_absolute_url()).content.decode().split())  # noqa: E731
    assert "Roundtables your tier includes this month: 1 of 1 left. Nothing is charged." in text(first)
    make.seat(first, who)
    assert "0 are left after it" in text(first)
    answer = text(second)
    assert "are booked or used" in answer and "1 Dec" in answer and "Take a seat" not in answer
    assert policies.may_sign_up(who, first, at=NOON)  # one's own seat here doesn't stand in one's way
