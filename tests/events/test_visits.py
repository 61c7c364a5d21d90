"""Company visits (R23): seats first to people checked in at the roundtable before, then everybody in order."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.test import Client

from community.events import rules, selectors
from community.events.models import Event, Signup
from community.events.services import booking, checking_in, offering, publishing
from community.kernel.days import ZONE
from community.members.models import Person
from community.members.rules import could_have_taken
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.make import NOON, approved, member, stake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
MONDAY = datetime(2026, 11, 30, 20, tzinfo=ZONE)
WEDNESDAY = datetime(2026, 12, 2, 14, tzinfo=ZONE)
SUNDAY = SATURDAY + DAY
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def visit(*tables: Event, **changes) -> Event:
    return make.event(**({"kind": "visit", "starts_at": WEDNESDAY, "seats_each": 3, "follows": list(tables)} | changes))


def sat_at(table: Event, who: Person | None = None) -> Person:
    """Somebody checked in at a roundtable."""
    signup = make.seat(table, who)
    checking_in.check_in(signup.public_id, by=make.organizer(), at=SATURDAY)
    return signup.person


def test_the_release_is_monday_at_eight_and_a_day_before_at_the_latest() -> None:
    assert rules.release_at([SATURDAY], WEDNESDAY) == MONDAY
    assert rules.release_at([SATURDAY - 7 * DAY, SATURDAY], WEDNESDAY) == MONDAY
    monday_visit = datetime(2026, 11, 30, 14, tzinfo=ZONE)
    assert rules.release_at([SATURDAY], monday_visit) == monday_visit - DAY
    assert rules.release_at([], WEDNESDAY) is None
    assert rules.in_window(MONDAY, MONDAY - TICK) and not rules.in_window(MONDAY, MONDAY)


def test_publishing_sets_the_release_and_whose_company_it_is() -> None:
    table, host = make.event(), member("陈明")
    company = stake(host, verified_on=NOON.date()).company
    event = visit(table, host=host)
    assert (event.releases_at, event.company, list(event.follows.all())) == (MONDAY, company, [table])
    assert visit(starts_at=WEDNESDAY + DAY).releases_at is None
    chosen = visit(table, starts_at=WEDNESDAY + 2 * DAY, releases_at=MONDAY + HOUR)
    assert chosen.releases_at == MONDAY + HOUR


def test_what_a_visit_may_follow_and_when_it_must_open() -> None:
    table = make.event()
    with refused("visit.follows"):
        make.draft(follows=[table])
    with refused("visit.follows"):
        make.draft(kind="visit", starts_at=SATURDAY, follows=[table])
    with refused("visit.release"):
        make.draft(kind="visit", starts_at=WEDNESDAY, follows=[table], releases_at=WEDNESDAY - DAY + TICK)


def test_until_the_release_only_people_checked_in_are_confirmed() -> None:
    table = make.event()
    event = visit(table)
    there, booked = sat_at(table), make.seat(table).person
    assert make.seat(event, there, at=SUNDAY).status == "confirmed"
    assert make.seat(event, booked, at=SUNDAY).status == "waiting"
    assert make.seat(event, at=SUNDAY).status == "waiting"
    assert offering.sweep(at=MONDAY - TICK) == 0 or Signup.objects.filter(event=event, status="offered").count() == 0
    assert make.seat(event, sat_at(table), at=MONDAY - TICK).status == "confirmed"
    assert not any(selectors.broken_invariants(MONDAY - TICK).values())


def test_a_check_in_typed_later_brings_the_offer_within_a_minute() -> None:
    table = make.event()
    event = visit(table)
    signup = make.seat(table)
    assert make.seat(event, signup.person, at=SATURDAY + 4 * HOUR).status == "waiting"
    checking_in.check_in(signup.public_id, by=make.organizer(), at=SUNDAY)
    assert offering.sweep(at=SUNDAY + MINUTE) == 1
    assert Signup.objects.get(event=event, person=signup.person).status == "offered"
    assert booking.accept(event.pk, signup.person, by=signup.person, at=SUNDAY + HOUR).status == "confirmed"


def test_an_offer_is_no_seat_when_the_check_in_was_undone() -> None:
    table = make.event()
    event = visit(table, seats_each=2)
    first, second = sat_at(table), sat_at(table)
    make.seat(event, first, at=SUNDAY)
    make.seat(event, second, at=SUNDAY)
    booking.withdraw(event.pk, first, by=first, at=SUNDAY)
    attended = Signup.objects.get(event=table, person=second)
    checking_in.undo(attended.public_id, by=make.organizer(), at=SUNDAY, reason="点错了人")
    with refused("visit.window"):
        booking.accept(event.pk, second, by=second, at=SUNDAY)


@pytest.mark.parametrize("by_beat", [True, False])
def test_the_release_asks_checked_in_people_first_then_the_rest_worker_or_not(by_beat: bool) -> None:
    table = make.event()
    event = visit(table, seats_each=4)
    strangers = [make.seat(event, at=SUNDAY + n * MINUTE).person for n in range(3)]
    there = sat_at(table)
    make.seat(event, there, at=SUNDAY + HOUR)
    kept = make.seat(event, sat_at(table), at=SUNDAY + HOUR)
    booking.withdraw(event.pk, there, by=there, at=MONDAY - HOUR)
    late = make.seat(event, member(), at=MONDAY - TICK).person
    if by_beat:
        assert offering.sweep(at=MONDAY) == 1
    else:
        make.seat(event, member(), at=MONDAY)
    status = {signup.person_id: signup.status for signup in Signup.objects.filter(event=event)}
    assert [status[who.pk] for who in strangers] == ["offered", "offered", "waiting"]
    assert (status[late.pk], status[kept.person_id]) == ("waiting", "confirmed")


def test_checked_in_people_come_first_in_line_after_the_release_too() -> None:
    table = make.event()
    event = visit(table, seats_each=2)
    make.seat(event, sat_at(table), at=SUNDAY)
    stranger, there = member(), sat_at(table)
    make.seat(event, stranger, at=SUNDAY)
    make.seat(event, there, at=SUNDAY + HOUR)
    line = selectors.line(event, MONDAY)
    assert [(place.signup.person, place.code) for place in line] == [(there, "table"), (stranger, "quiet")]


def test_a_newcomer_from_the_table_is_not_held_up_by_strangers_who_wait() -> None:
    table = make.event()
    event = visit(table, seats_each=5)
    for _ in range(3):
        make.seat(event, at=SUNDAY)
    assert make.seat(event, sat_at(table), at=SUNDAY).status == "confirmed"


def test_verify_names_who_was_confirmed_too_early() -> None:
    event = visit(make.event())
    signup = make.seat(event, at=SUNDAY)
    Signup.objects.filter(pk=signup.pk).update(status="confirmed", seat=event.seats.last(), confirmed_at=SUNDAY)
    assert selectors.broken_invariants(SUNDAY)["confirmed_in_window"] == [signup.public_id]


def test_moving_the_release_of_a_published_visit() -> None:
    event = visit(make.event())
    stranger = make.seat(event, at=SUNDAY)
    publishing.edit(event.pk, by=make.organizer(), at=SUNDAY, releases_at=SUNDAY)
    stranger.refresh_from_db()
    assert stranger.status == "offered"


def page(event: Event, who: Person | None, at: datetime, language: str = "en") -> str:
    client = Client(headers={"accept-language": language})
    if who is not None:
        client.force_login(who)
    with mock.patch("django.utils.timezone.now", return_value=at):
        return client.get(event.get_absolute_url()).content.decode()


def test_the_page_says_who_comes_first_and_until_when() -> None:
    table = make.event(topic="定价怎么谈")
    event = visit(table)
    there, stranger = sat_at(table), member()
    text = page(event, there, SUNDAY)
    assert "these seats are yours first" in text and "Take a seat" in text
    text = page(event, stranger, SUNDAY)
    assert "Seats go first to the people of the table before" in text and "定价怎么谈" in text
    assert "For all from Mon 30 Nov" in text and "Join the waitlist" in text and "Take a seat" not in text
    assert "11 月 30 日 周一 20:00" in page(event, stranger, SUNDAY, "zh-CN")
    assert "Sign in to wait" in page(event, None, SUNDAY)
    text = page(event, stranger, MONDAY)
    assert "Take a seat" in text and "Seats go first" not in text


def test_the_desk_sets_what_a_visit_follows() -> None:
    table, staff, host = make.event(topic="定价怎么谈"), make.organizer(), member("陈明")
    draft = make.draft(kind="visit", starts_at=WEDNESDAY, host=host)
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff)
    fields = {
        "kind": "visit", "topic": "走访", "starts_at": "2026-12-02T14:00", "ends_at": "2026-12-02T17:00",
        "host": host.email, "seats_each": "10", "city": str(draft.city_id), "place": "厂区", "address": "坂田 8 号",
    }  # fmt: skip
    with mock.patch("django.utils.timezone.now", return_value=NOON):
        url = f"/desk/events/{draft.public_id}/"
        assert "定价怎么谈" in client.get(url).content.decode()
        answer = client.post(url, fields | {"follows": [table.pk], "releases_at": "2026-12-02T10:00"})
        assert "at least 24 hours before it starts" in answer.content.decode()
        assert client.post(f"{url}publish/", fields | {"follows": [table.pk]}).status_code == 302
        draft.refresh_from_db()
        assert (draft.status, draft.releases_at, list(draft.follows.all())) == ("open", MONDAY, [table])
        assert client.post(url, fields | {"topic": "走访电池厂"}).status_code == 302
        draft.refresh_from_db()
        assert (draft.topic, draft.releases_at, list(draft.follows.all())) == ("走访电池厂", MONDAY, [table])


def test_a_chair_taken_at_the_release_was_none_for_a_clock() -> None:
    """R6: until the release a visit's free chairs are not for people whose three weeks run."""
    application = approved()
    event = visit(make.event(), seats_each=2)
    until = application.clock_ends_at
    assert event.releases_at == MONDAY and event.starts_at < until

    def could() -> bool:  # from Sunday on, so that the table before doesn't count
        return could_have_taken(selectors.seat_chances(application.person_id, SUNDAY, until), SUNDAY, until)

    assert could()
    make.seat(event, at=MONDAY + HOUR)
    assert not could()
