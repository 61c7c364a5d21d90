"""Opening times per class (R22): set by kind, taken at the publication, said in words before they come."""

from datetime import timedelta

import pytest
from django.test import Client

from community.events import rules, selectors
from community.events.models import Event, OpeningHours, Signup
from community.events.services import booking, offering, openings, publishing
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.members.models import Person
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def in_turn() -> None:
    OpeningHours.objects.create(kind="class", quiet=12, standing=24)


def had_a_seat(at=NOON - DAY) -> Person:
    """Somebody of the class "standing"."""
    who = member()
    before = make.event(kind="class", at=at - 5 * DAY, starts_at=at, ends_at=at + HOUR)
    Signup.objects.create(
        event=before, person=who, status="missed", signed_up_at=at, missed_at=at, excused_at=at, excused_by=who
    )
    return who


def code(act) -> str:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(
    ("hours", "start", "expected"),
    [(0, 100, None), (5, 100, 5), (90, 100, 76), (76, 100, 76), (5, 24, None), (5, 25, 1)],
)
def test_everybody_may_from_a_day_before_the_start(hours: int, start: int, expected: int | None) -> None:
    found = rules.opens_at(NOON, NOON + start * HOUR, hours)
    assert found == (None if expected is None else NOON + expected * HOUR)


@pytest.mark.usefixtures("in_turn")
def test_each_class_at_its_hour_and_not_a_second_before() -> None:
    event = make.event(kind="class", starts_at=SATURDAY)
    applicant, quiet, standing = approved(person()).person, member(), had_a_seat()
    assert make.seat(event, applicant).status == "confirmed"
    assert code(lambda: make.seat(event, quiet, at=NOON + 12 * HOUR - SECOND)) == "opening.quiet"
    assert code(lambda: make.seat(event, standing, at=NOON + 12 * HOUR)) == "opening.standing"
    assert make.seat(event, quiet, at=NOON + 12 * HOUR).status == "confirmed"
    assert code(lambda: make.seat(event, standing, at=NOON + 24 * HOUR - SECOND)) == "opening.standing"
    assert make.seat(event, standing, at=NOON + 24 * HOUR).status == "confirmed"


@pytest.mark.usefixtures("in_turn")
def test_a_full_event_has_turns_too_and_who_waits_is_asked_whatever_their_class() -> None:
    event, standing = make.event(kind="class", seats_each=1), had_a_seat()
    seated = make.seat(event, approved(person()).person)
    assert code(lambda: make.seat(event, standing)) == "opening.standing"
    waits = make.seat(event, standing, at=NOON + 24 * HOUR)
    Event.objects.filter(pk=event.pk).update(opens_all_at=NOON + 40 * HOUR)
    booking.withdraw(event.pk, seated.person, by=seated.person, at=NOON + 25 * HOUR)
    assert Signup.objects.get(pk=waits.pk).status == "offered"
    assert booking.accept(event.pk, standing, by=standing, at=NOON + 26 * HOUR).status == "confirmed"
    assert offering.sweep(at=NOON + 26 * HOUR) == 0 and not any(selectors.broken_invariants(NOON + 27 * HOUR).values())


@pytest.mark.usefixtures("in_turn")
def test_only_such_kinds_only_from_now_on_and_never_a_fair_allotment() -> None:
    assert make.seat(make.event(), had_a_seat()).status == "confirmed", "another kind has none"
    fair = make.event(kind="class", starts_at=SATURDAY + DAY, allots_at=SATURDAY - 2 * DAY)
    assert make.seat(fair, had_a_seat()).status == "waiting"
    staff = make.organizer()
    published = make.event(kind="class", starts_at=SATURDAY + 2 * DAY)
    assert openings.set_hours({"class": (0, 0)}, by=staff, at=NOON) == ["class"]
    assert openings.set_hours({"class": (0, 0)}, by=staff, at=NOON) == []
    published.refresh_from_db()
    assert published.opens_all_at == NOON + 24 * HOUR
    assert make.event(kind="class", starts_at=SATURDAY + 3 * DAY).opens_all_at is None
    assert AuditEntry.objects.get(action="opening.set").data == {"kind": "class", "quiet": 0, "standing": 0}
    assert code(lambda: openings.set_hours({"class": (5, 4)}, by=staff, at=NOON)) == "opening.order"


@pytest.mark.usefixtures("in_turn")
def test_an_earlier_start_opens_it_earlier() -> None:
    event, staff = make.event(kind="class", starts_at=SATURDAY), make.organizer()
    starts_at = NOON + 40 * HOUR
    moved = publishing.edit(event.pk, by=staff, at=NOON + HOUR, starts_at=starts_at, ends_at=starts_at + HOUR)
    moved.refresh_from_db()
    assert (moved.opens_quiet_at, moved.opens_all_at) == (NOON + 12 * HOUR, NOON + 16 * HOUR)


@pytest.mark.usefixtures("in_turn")
def test_the_page_says_from_when_and_asks_nothing_more_where_there_are_no_turns(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    event, who = make.event(kind="class", starts_at=SATURDAY), had_a_seat()
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(who)
    page = " ".join(reader.get(event.get_absolute_url()).content.decode().split())
    assert "For you sign-up opens Sun 22 Nov, 12:00" in page and "Sign-up opens in turn" in page
    assert "Take a seat" not in page and "guest/" not in page
    with django_assert_max_num_queries(0):
        assert selectors.opening_for(who, make_plain(event), NOON)


def make_plain(event: Event) -> Event:
    event.opens_all_at = None
    return event


def test_the_administrator_sets_them_and_nobody_else(settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    desk, url = Client(headers={"accept-language": "en"}), "/desk/events/openings/"
    desk.force_login(person("何静", roles=("administrator",)))
    typed = {f"{kind}_{name}": "0" for kind in openings.KINDS for name in ("quiet", "standing")}
    wrong = desk.post(url, typed | {"roundtable_quiet": "24", "roundtable_standing": "2"}).content.decode()
    assert "come before members without a seat" in wrong and 'value="24"' in wrong
    desk.post(url, typed | {"roundtable_quiet": "2", "roundtable_standing": "24"})
    assert [(row.kind, row.quiet, row.standing) for row in OpeningHours.objects.all()] == [("roundtable", 2, 24)]
    desk.force_login(make.organizer())
    assert desk.get(url).status_code == 403
