"""Signing up and withdrawing (R10, R22, R26) through the services, on PostgreSQL."""

from datetime import timedelta

import pytest

from community.events.models import Seat, SeatHold, Signup
from community.events.services import booking, cancelling, checking_in, giving_back
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.services import clock
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person, submitted

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def test_publishing_lays_twelve_chairs_and_seats_the_host_on_the_first() -> None:
    event = make.event()
    host = Signup.objects.get(event=event)
    assert host.is_host and host.person_id == event.host_id and host.seat.number == 1
    assert Seat.objects.filter(event=event, table__number=1).count() == 12
    assert [entry.action for entry in audit.trail(event)] == ["event.create", "event.publish"]


def test_a_member_takes_the_next_chair_and_is_told() -> None:
    event, who = make.event(), member()
    signup = make.seat(event, who)
    assert (signup.status, signup.seat.number) == ("confirmed", 2)
    hold = SeatHold.objects.get(signup=signup)
    assert (hold.seat_id, hold.taken_at, hold.freed_at) == (signup.seat_id, NOON, None)
    entry = audit.trail(signup).get()
    assert (entry.action, entry.old, entry.new, entry.actor_id) == ("signup.confirm", "", "confirmed", who.pk)
    message = Message.objects.get(person=who)
    assert message.kind == "events/seat_confirmed" and message.context["address"] == event.address


def test_a_double_click_has_the_same_answer_and_one_seat() -> None:
    event, who = make.event(), member()
    first, second = make.seat(event, who), make.seat(event, who)
    assert first.pk == second.pk and first.seat_id == second.seat_id
    assert Signup.objects.filter(person=who).count() == 1
    assert Message.objects.filter(person=who).count() == 1


def test_the_thirteenth_waits_and_a_double_click_on_a_full_table_does_not() -> None:
    event = make.event()
    last = [make.seat(event) for _ in range(11)][-1]
    thirteenth = make.seat(event)
    assert (thirteenth.status, thirteenth.seat_id) == ("waiting", None)
    assert make.seat(event, thirteenth.person).pk == thirteenth.pk
    assert make.seat(event, last.person).pk == last.pk
    assert Signup.objects.filter(event=event, seat__isnull=False).count() == 12


def test_an_approved_applicant_books_offline_events_only() -> None:
    who = approved(person("赵岩")).person
    assert make.seat(make.event(), who).status == "confirmed"
    online = make.event(kind="online", starts_at=SATURDAY + DAY)
    with refused("booking.qualifying_only"):
        make.seat(online, who)
    assert make.seat(online, member()).status == "confirmed"


def test_who_may_not_book_is_told_why() -> None:
    event = make.event()
    with refused("booking.apply_first"):
        make.seat(event, person())
    with refused("booking.not_approved"):
        make.seat(event, submitted(person()).person)
    with refused("booking.standing"):
        make.seat(event, member(since=NOON - timedelta(days=800)))


def test_over_means_over_at_the_very_instant_and_the_lapse_is_written_down() -> None:
    application = approved(person())
    make.chance(application)
    event = make.event(starts_at=SATURDAY + 20 * DAY)
    end = application.clock_ends_at
    tick = timedelta(microseconds=1)
    with refused("booking.clock_over"):
        make.seat(event, application.person, at=end)
    application.refresh_from_db()
    assert (application.status, application.lapsed_at) == ("lapsed", end)
    other = approved(person())
    assert make.seat(event, other.person, at=end - tick).status == "confirmed"


def test_nobody_is_confirmed_at_two_overlapping_events() -> None:
    who = member()
    make.seat(make.event(topic="甲"), who)
    with refused(r"signup.overlap"):
        make.seat(make.event(starts_at=SATURDAY + 2 * HOUR), who)
    assert make.seat(make.event(starts_at=SATURDAY + 3 * HOUR), who).status == "confirmed"


@pytest.mark.parametrize("late", [False, True])
def test_withdrawing_frees_the_chair_once_and_records_lateness(late: bool) -> None:
    event, who = make.event(), member()
    signup = make.seat(event, who)
    at = SATURDAY - DAY + (timedelta(microseconds=1) if late else timedelta(0))
    for _ in range(2):
        booking.withdraw(event.pk, who, by=who, at=at)
    signup.refresh_from_db()
    assert (signup.status, signup.seat_id, signup.withdrawn_at, signup.withdrawn_late) == ("withdrawn", None, at, late)
    assert list(SeatHold.objects.filter(signup=signup).values_list("freed_at", flat=True)) == [at]
    assert audit.trail(signup).filter(action="signup.withdraw").count() == 1
    assert make.seat(event).seat.number == 2


def test_coming_back_takes_a_free_chair_and_keeps_the_history() -> None:
    event, who = make.event(), member()
    signup = make.seat(event, who)
    booking.withdraw(event.pk, who, by=who, at=NOON + HOUR)
    again = make.seat(event, who, at=NOON + 2 * HOUR)
    assert again.pk == signup.pk and again.status == "confirmed" and again.withdrawn_at is None
    holds = SeatHold.objects.filter(signup=signup).order_by("taken_at")
    assert [(hold.taken_at, hold.freed_at) for hold in holds] == [(NOON, NOON + HOUR), (NOON + 2 * HOUR, None)]
    assert Message.objects.filter(person=who, kind="events/seat_confirmed").count() == 2


def test_the_host_asks_the_office_and_a_stranger_has_nothing_to_give_back() -> None:
    event = make.event()
    with refused("signup.host"):
        booking.withdraw(event.pk, event.host, by=event.host, at=NOON)
    who = member()
    with refused("signup.none"):
        booking.withdraw(event.pk, who, by=who, at=NOON)


def test_after_the_start_nothing_moves() -> None:
    event, who = make.event(), member()
    make.seat(event, who)
    with refused("event.begun"):
        booking.withdraw(event.pk, who, by=who, at=SATURDAY)
    with refused("event.begun"):
        make.seat(event, at=SATURDAY)


def test_drafts_and_cancelled_events_take_nobody() -> None:
    event = make.event()
    cancelling.cancel(event.pk, by=make.organizer(), at=NOON, reason="场地停电")
    with refused("event.cancelled"):
        make.seat(event)
    with refused("event.gone"):
        make.seat(make.draft())


def test_whoever_loses_standing_gives_back_what_is_to_come_and_nothing_else() -> None:
    who = member()
    past = make.seat(make.event(starts_at=NOON + DAY, at=NOON), who)
    checking_in.check_in(past.public_id, by=make.organizer(), at=NOON + DAY)
    coming = [make.seat(make.event(starts_at=SATURDAY + n * DAY), who) for n in range(3)]
    at = NOON + 2 * DAY
    assert giving_back.give_back_seats(who.pk, by=None, at=at, reason="lapsed") == 3
    assert giving_back.give_back_seats(who.pk, by=None, at=at, reason="lapsed") == 0
    for signup in coming:
        signup.refresh_from_db()
        assert (signup.status, signup.seat_id, signup.withdrawn_late) == ("withdrawn", None, False)
    past.refresh_from_db()
    assert past.status == "attended"


def test_a_lapse_gives_the_seat_back_in_the_same_act() -> None:
    application = approved(person())
    make.chance(application)
    signup = make.seat(make.event(starts_at=application.clock_ends_at + DAY), application.person)
    assert clock.lapse_if_due(application.person_id, at=application.clock_ends_at)
    signup.refresh_from_db()
    assert signup.status == "withdrawn"


def test_many_queries_do_not_grow_with_the_event(django_assert_max_num_queries) -> None:
    event, who = make.event(kind="class", seats_each=400), member()
    make.fill(event, 300)
    with django_assert_max_num_queries(20):
        make.seat(event, who)
