"""Checking in, undoing, closing rosters, cancelling (R5, R6, R25, R27) and what members is told."""

from datetime import timedelta
from unittest import mock

import pytest

from community.events import selectors, tasks
from community.events.models import SeatHold, Signup
from community.events.services import cancelling, checking_in, closing
from community.kernel import audit
from community.kernel.models import Message
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
END = SATURDAY + 3 * HOUR
TICK = timedelta(microseconds=1)


def test_the_attendance_carries_the_events_start_and_stops_the_clock() -> None:
    application, staff = approved(person()), make.organizer()
    signup = make.seat(make.event(by=staff), application.person)
    for _ in range(2):
        checking_in.check_in(signup.public_id, by=staff, at=SATURDAY + HOUR)
    signup.refresh_from_db()
    assert (signup.status, signup.attended_at, signup.checked_in_at) == ("attended", SATURDAY, SATURDAY + HOUR)
    assert signup.checked_in_by_id == staff.pk
    application.refresh_from_db()
    assert application.attended_at == SATURDAY
    assert audit.trail(signup).filter(action="signup.check_in").count() == 1


def test_an_online_event_leaves_the_clock_alone() -> None:
    application = approved(person())
    event = make.event(kind="online")
    signup = Signup.objects.create(
        event=event, person=application.person, seat=event.seats.first(), status="confirmed", signed_up_at=NOON
    )
    checking_in.check_in(signup.public_id, by=make.organizer(), at=SATURDAY)
    application.refresh_from_db()
    assert application.attended_at is None


@pytest.mark.parametrize(
    ("at", "reason", "code"),
    [
        (SATURDAY - HOUR - TICK, "", "check_in.early"),
        (END + DAY, "", "check_in.reason"),
        (END + 7 * DAY, "late", "check_in.over"),
    ],
)
def test_outside_the_window_nothing_is_recorded(at, reason: str, code: str) -> None:
    signup = make.seat(make.event())
    with refused(code):
        checking_in.check_in(signup.public_id, by=make.organizer(), at=at, reason=reason)
    signup.refresh_from_db()
    assert signup.status == "confirmed" and signup.attended_at is None


def test_who_withdrew_is_not_checked_in() -> None:
    event, who = make.event(), member()
    signup = make.seat(event, who)
    from community.events.services import booking

    booking.withdraw(event.pk, who, by=who, at=NOON)
    with refused("signup.stale"):
        checking_in.check_in(signup.public_id, by=make.organizer(), at=SATURDAY)


def test_undoing_needs_a_reason_and_takes_the_attendance_back() -> None:
    application, staff = approved(person()), make.organizer()
    signup = make.seat(make.event(), application.person)
    checking_in.check_in(signup.public_id, by=staff, at=SATURDAY)
    with refused("check_in.undo_reason"):
        checking_in.undo(signup.public_id, by=staff, at=SATURDAY + HOUR, reason=" ")
    for _ in range(2):
        checking_in.undo(signup.public_id, by=staff, at=SATURDAY + HOUR, reason="点错了人")
    signup.refresh_from_db()
    assert (signup.status, signup.attended_at, signup.checked_in_at) == ("confirmed", None, None)
    application.refresh_from_db()
    assert application.attended_at is None
    assert audit.trail(signup).get(action="signup.undo").reason == "点错了人"


def test_another_attendance_keeps_the_condition() -> None:
    application, staff = approved(person()), make.organizer()
    first = make.seat(make.event(), application.person)
    second = make.seat(make.event(starts_at=SATURDAY + DAY), application.person)
    for signup in (first, second):
        checking_in.check_in(signup.public_id, by=staff, at=signup.event.starts_at)
    checking_in.undo(first.public_id, by=staff, at=SATURDAY + 2 * DAY, reason="点错了人")
    application.refresh_from_db()
    assert application.attended_at == SATURDAY + DAY


def test_a_roster_typed_on_monday_reinstates_who_lapsed_on_sunday() -> None:
    application = approved(person())
    event = make.event(starts_at=application.clock_ends_at - 10 * HOUR)
    signup = make.seat(event, application.person)
    closing.close_roster(event.pk, by=make.organizer(), at=event.ends_at)
    signup.refresh_from_db()
    assert signup.status == "missed"
    from community.members.services import clock

    assert clock.lapse_if_due(application.person_id, at=application.clock_ends_at)
    checking_in.check_in(signup.public_id, by=make.organizer(), at=event.ends_at + 2 * DAY, reason="纸质名单补录")
    application.refresh_from_db()
    assert (application.status, application.attended_at) == ("approved", event.starts_at)


def test_no_lapse_while_the_roster_is_open() -> None:
    application = approved(person())
    end = application.clock_ends_at
    event = make.event(starts_at=end - 10 * HOUR)
    make.seat(event, application.person)
    who = application.person_id
    assert not selectors.roster_open(who, end, event.starts_at - TICK)
    assert selectors.roster_open(who, end, event.starts_at)
    assert selectors.roster_open(who, end, event.ends_at + 7 * DAY - TICK)
    assert not selectors.roster_open(who, end, event.ends_at + 7 * DAY)
    assert not selectors.roster_open(who, event.starts_at, end)
    closing.close_roster(event.pk, by=make.organizer(), at=event.ends_at)
    assert not selectors.roster_open(who, end, event.ends_at)


def test_closing_marks_who_did_not_come_once_and_only_after_the_end() -> None:
    event = make.event()
    here, absent = make.seat(event), make.seat(event)
    staff = make.organizer()
    checking_in.check_in(here.public_id, by=staff, at=SATURDAY)
    with refused("event.not_over"):
        closing.close_roster(event.pk, by=staff, at=END - TICK)
    for _ in range(2):
        closing.close_roster(event.pk, by=staff, at=END)
    event.refresh_from_db()
    for signup in (here, absent):
        signup.refresh_from_db()
    assert (event.status, event.roster_closed_by_id) == ("held", staff.pk)
    assert (here.status, absent.status, absent.missed_at) == ("attended", "missed", END)
    assert absent.seat_id is not None


def test_day_seven_closes_by_rule_also_when_the_task_ran_late() -> None:
    event = make.event()
    assert closing.close_all_due(at=END + 7 * DAY - TICK) == 0
    assert closing.close_all_due(at=END + 9 * DAY) == 1
    assert closing.close_all_due(at=END + 9 * DAY) == 0
    event.refresh_from_db()
    assert (event.status, event.roster_closed_by) == ("held", None)


def test_the_task_reads_the_clock_and_is_safe_to_run_twice() -> None:
    event = make.event()
    with mock.patch("django.utils.timezone.now", return_value=END + 7 * DAY):
        tasks.close_rosters()
        tasks.close_rosters()
    event.refresh_from_db()
    assert (event.status, event.roster_closed_at) == ("held", END + 7 * DAY)


def test_undoing_after_the_roster_closed_means_missed() -> None:
    event, staff = make.event(), make.organizer()
    signup = make.seat(event)
    checking_in.check_in(signup.public_id, by=staff, at=SATURDAY)
    closing.close_roster(event.pk, by=staff, at=END)
    checking_in.undo(signup.public_id, by=staff, at=END + HOUR, reason="点错了人")
    signup.refresh_from_db()
    assert signup.status == "missed"


def test_cancelling_tells_everybody_frees_the_chairs_and_extends_running_clocks() -> None:
    application, staff = approved(person()), make.organizer()
    event = make.event()
    signups = [make.seat(event, application.person), make.seat(event)]
    before = application.clock_ends_at
    for _ in range(2):
        cancelling.cancel(event.pk, by=staff, at=NOON + DAY, reason="场地停电")
    event.refresh_from_db()
    assert (event.status, event.cancelled_by_id, event.cancel_reason, event.sequence) == (
        "cancelled", staff.pk, "场地停电", 1,
    )  # fmt: skip
    for signup in signups:
        signup.refresh_from_db()
        assert (signup.status, signup.seat_id, signup.withdrawn_late) == ("withdrawn", None, False)
    assert not SeatHold.objects.filter(signup__event=event, freed_at=None).exists()
    assert Message.objects.filter(kind="events/event_cancelled").count() == 3  # the host, too
    application.refresh_from_db()
    assert application.clock_ends_at == before + 7 * DAY


def test_an_online_event_that_is_cancelled_extends_no_clock() -> None:
    application = approved(person())
    event = make.event(kind="online")
    Signup.objects.create(
        event=event, person=application.person, seat=event.seats.first(), status="confirmed", signed_up_at=NOON
    )
    cancelling.cancel(event.pk, by=make.organizer(), at=NOON, reason="讲者生病")
    before = application.clock_ends_at
    application.refresh_from_db()
    assert application.clock_ends_at == before


def test_with_somebody_checked_in_it_is_not_cancelled() -> None:
    event, staff = make.event(), make.organizer()
    checking_in.check_in(make.seat(event).public_id, by=staff, at=SATURDAY - HOUR)
    with refused("event.checked_in"):
        cancelling.cancel(event.pk, by=staff, at=SATURDAY, reason="场地停电")
    with refused("event.reason"):
        cancelling.cancel(event.pk, by=staff, at=SATURDAY, reason="  ")


def test_check_in_costs_the_same_at_a_large_event(django_assert_max_num_queries) -> None:
    event, staff = make.event(kind="class", seats_each=320), make.organizer()
    make.fill(event, 300)
    signup = make.seat(event)
    with django_assert_max_num_queries(10):
        checking_in.check_in(signup.public_id, by=staff, at=SATURDAY)
