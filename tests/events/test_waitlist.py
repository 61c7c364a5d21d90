"""The waitlist and its offers (R22, R24, R26, product.md §5 Seats) through the services, on PostgreSQL."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.test import Client

from community.events import rules, selectors
from community.events.models import Event, SeatHold, Signup
from community.events.services import booking, cancelling, giving_back, offering, publishing
from community.kernel import audit
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Person
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def seated_lately(name: str = "") -> Person:
    """A member who had a seat at a table two weeks ago."""
    who = member(name)
    before = make.event(at=NOON - 20 * DAY, starts_at=NOON - 14 * DAY, kind="class")
    Signup.objects.filter(pk=make.seat(before, who, at=NOON - 20 * DAY).pk).update(status="confirmed")
    return who


def full(count: int = 1, **changes) -> tuple[Event, list[Person]]:
    """A class of so many chairs, all taken."""
    event = make.event(**({"kind": "class", "seats_each": count} | changes))
    return event, [make.seat(event).person for _ in range(count)]


def leave(event: Event, who: Person, at: datetime = NOON) -> Signup:
    return booking.withdraw(event.pk, who, by=who, at=at)


def accept(event: Event, who: Person, at: datetime = NOON) -> Signup:
    return booking.accept(event.pk, who, by=who, at=at)


def status(event: Event, who: Person) -> str:
    return Signup.objects.get(event=event, person=who).status


def test_the_order_is_clock_then_quiet_then_standing_then_time() -> None:
    event, (seated,) = full()
    lately, quiet, early_quiet = seated_lately(), member(), member()
    clock = approved(person()).person
    for minute, who in enumerate((lately, early_quiet, quiet, clock)):
        make.seat(event, who, at=NOON + minute * MINUTE)
    line = selectors.line(event, NOON + HOUR)
    assert [place.signup.person for place in line] == [clock, early_quiet, quiet, lately]
    assert [place.code for place in line] == ["clock", "quiet", "quiet", "standing"]
    assert [place.number for place in line] == [1, 2, 3, 4]
    assert selectors.place_in_line(event, lately, NOON + HOUR, line[3].signup).number == 4
    newcomer = selectors.place_in_line(event, member(), NOON + HOUR, None)
    assert (newcomer.number, newcomer.code, newcomer.signup) == (4, "quiet", None)
    leave(event, seated, NOON + HOUR)
    assert status(event, clock) == "offered"


def test_the_class_is_judged_when_the_seat_becomes_free() -> None:
    """A clock that ran out in the meantime comes first no more."""
    application = approved(person())
    make.chance(application)
    event, (seated,) = full(starts_at=SATURDAY + 30 * DAY)
    quiet = member(since=NOON - 20 * DAY)
    make.seat(event, quiet)
    make.seat(event, application.person, at=NOON + MINUTE)
    assert selectors.line(event, NOON + HOUR)[0].signup.person_id == application.person_id
    leave(event, seated, application.clock_ends_at)
    assert status(event, quiet) == "offered"


def test_a_freed_seat_is_offered_at_once_held_and_told() -> None:
    event, (seated,) = full()
    first, second = member(), member()
    make.seat(event, first)
    make.seat(event, second, at=NOON + MINUTE)
    leave(event, seated, NOON + HOUR)
    signup = Signup.objects.get(event=event, person=first)
    assert (signup.status, signup.offered_at) == ("offered", NOON + HOUR)
    assert signup.offer_ends_at == datetime(2026, 11, 22, 1, tzinfo=ZONE)
    assert SeatHold.objects.get(signup=signup).taken_at == NOON + HOUR
    message = Message.objects.get(person=first, kind="events/seat_offered")
    assert message.transactional and message.valid_until == signup.offer_ends_at
    assert audit.trail(signup).filter(action="signup.offer", actor=None).count() == 1
    assert status(event, second) == "waiting"
    assert make.seat(event, at=NOON + HOUR).status == "waiting"
    assert accept(event, first, NOON + 2 * HOUR).status == "confirmed"
    assert accept(event, first, NOON + 3 * HOUR).status == "confirmed"
    assert Message.objects.filter(person=first, kind="events/seat_confirmed").count() == 1
    assert AuditEntry.objects.filter(action="signup.accept", subject_id=signup.pk).count() == 1


def test_over_means_over_at_the_very_instant_swept_or_not() -> None:
    event, (seated,) = full()
    first, second = member(), member()
    make.seat(event, first)
    make.seat(event, second, at=NOON + MINUTE)
    leave(event, seated)
    ends_at = Signup.objects.get(event=event, person=first).offer_ends_at
    with refused("offer.over"):
        accept(event, first, ends_at)
    assert (status(event, first), status(event, second)) == ("waiting", "offered")
    holds = SeatHold.objects.filter(signup__event=event).order_by("taken_at", "pk")
    assert [hold.freed_at for hold in holds] == [NOON, ends_at, None]


def test_the_last_tick_of_an_offer_still_counts() -> None:
    event, (seated,) = full()
    first = member()
    make.seat(event, first)
    leave(event, seated)
    ends_at = Signup.objects.get(event=event, person=first).offer_ends_at
    assert accept(event, first, ends_at - TICK).status == "confirmed"


def test_who_let_an_offer_pass_comes_after_all_of_the_class_not_asked_yet() -> None:
    event, (seated,) = full()
    quiet = [member() for _ in range(3)]
    lately = seated_lately()
    for minute, who in enumerate([*quiet, lately]):
        make.seat(event, who, at=NOON + minute * MINUTE)
    leave(event, seated, NOON + HOUR)
    asked = []
    for _ in range(4):
        offer = Signup.objects.get(event=event, status="offered")
        asked.append(offer.person)
        assert offering.sweep(at=offer.offer_ends_at - TICK) == 0
        assert offering.sweep(at=offer.offer_ends_at) == 1
    assert asked == [*quiet, quiet[0]]


def test_declining_passes_the_seat_on_at_once() -> None:
    event, (seated,) = full()
    first, second = member(), member()
    make.seat(event, first)
    make.seat(event, second, at=NOON + MINUTE)
    leave(event, seated)
    declined = leave(event, first, NOON + HOUR)
    assert (declined.status, declined.withdrawn_late, declined.seat_id) == ("withdrawn", False, None)
    assert status(event, second) == "offered"
    with refused("offer.none"):
        accept(event, member_waiting := make.seat(event).person)
    assert status(event, member_waiting) == "waiting"


def test_leaving_the_waitlist_late_is_no_late_cancellation() -> None:
    event, _ = full()
    who = make.seat(event).person
    assert not leave(event, who, SATURDAY - HOUR).withdrawn_late


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (datetime(2026, 11, 22, 21, 59, tzinfo=ZONE), datetime(2026, 11, 23, 9, 59, tzinfo=ZONE)),
        (datetime(2026, 11, 22, 22, 0, tzinfo=ZONE), datetime(2026, 11, 23, 20, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 23, 7, 59, tzinfo=ZONE), datetime(2026, 11, 23, 20, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 23, 8, 0, tzinfo=ZONE), datetime(2026, 11, 23, 20, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 28, 1, 0, tzinfo=ZONE), datetime(2026, 11, 28, 11, 0, tzinfo=ZONE)),
        (datetime(2026, 11, 28, 10, 59, tzinfo=ZONE), datetime(2026, 11, 28, 11, 0, tzinfo=ZONE)),
    ],
)
def test_twelve_hours_by_day_from_eight_by_night_and_never_into_the_last_three(at: datetime, ends: datetime) -> None:
    assert rules.offer_ends_at(SATURDAY, at) == ends


def test_in_the_last_hours_everybody_is_told_once_and_the_first_tap_has_it() -> None:
    event, (one, two) = full(2)
    waiting = [make.seat(event).person for _ in range(3)]
    at = SATURDAY - 2 * HOUR
    with refused("seat.full"):
        accept(event, waiting[2], at)
    leave(event, one, at)
    for minute in range(3):
        offering.sweep(at=at + minute * MINUTE)
    told = Message.objects.filter(kind="events/seat_free")
    assert sorted(told.values_list("person_id", flat=True)) == sorted(who.pk for who in waiting)
    assert accept(event, waiting[2], at + HOUR).status == "confirmed"
    with refused("seat.full"):
        accept(event, waiting[0], at + HOUR)
    leave(event, two, at + HOUR)
    assert Message.objects.filter(kind="events/seat_free").count() == 5
    with refused("event.begun"):
        accept(event, waiting[0], SATURDAY)


def test_an_offer_open_at_three_hours_before_becomes_a_race() -> None:
    event, (seated,) = full()
    first, second = member(), member()
    make.seat(event, first)
    make.seat(event, second)
    leave(event, seated, SATURDAY - 4 * HOUR)
    offering.sweep(at=SATURDAY - 3 * HOUR)
    assert {status(event, first), status(event, second)} == {"waiting"}
    assert accept(event, second, SATURDAY - 3 * HOUR).status == "confirmed"


def test_a_larger_room_offers_its_new_chairs_in_order() -> None:
    event, _ = full(2)
    waiting = [make.seat(event, at=NOON + n * MINUTE).person for n in range(3)]
    publishing.edit(event.pk, by=make.organizer(), at=NOON + HOUR, seats_each=4)
    assert [status(event, who) for who in waiting] == ["offered", "offered", "waiting"]


def test_whoever_loses_standing_leaves_the_line_and_passes_the_seat_on() -> None:
    event, (seated,) = full()
    first, second = member(), member()
    make.seat(event, first)
    make.seat(event, second, at=NOON + MINUTE)
    assert giving_back.give_back_seats(seated.pk, by=None, at=NOON + HOUR, reason="suspended") == 1
    assert status(event, first) == "offered"
    assert giving_back.give_back_seats(first.pk, by=None, at=NOON + HOUR, reason="erased") == 1
    assert status(event, second) == "offered"
    assert giving_back.give_back_seats(second.pk, by=None, at=NOON + HOUR, reason="erased") == 1


def test_who_may_not_book_any_more_is_passed_over() -> None:
    event, (seated,) = full(starts_at=SATURDAY + 10 * DAY)
    ending, next_one = member(since=NOON - 360 * DAY), member()
    make.seat(event, ending)
    make.seat(event, next_one, at=NOON + MINUTE)
    ending.terms.update(ends_on=(NOON - 20 * DAY).date())
    leave(event, seated, NOON + HOUR)
    assert (status(event, ending), status(event, next_one)) == ("waiting", "offered")


def test_waiting_may_overlap_accepting_may_not() -> None:
    event, (seated,) = full()
    who = member()
    other = make.event(topic="同一时间", kind="class", seats_each=5)
    make.seat(other, who)
    make.seat(event, who)
    leave(event, seated)
    with refused("signup.overlap"):
        accept(event, who)
    leave(other, who, NOON + HOUR)
    assert accept(event, who, NOON + HOUR).status == "confirmed"


def test_the_second_no_show_in_six_months_comes_last_for_sixty_days() -> None:
    first, later = datetime(2026, 6, 1, 14, tzinfo=ZONE), datetime(2026, 11, 1, 14, tzinfo=ZONE)
    assert rules.last_until([first]) is None
    assert rules.last_until([first, later]) == later + 60 * DAY
    assert rules.last_until([first, datetime(2026, 12, 1, 14, tzinfo=ZONE)]) is None
    asker = rules.Asker(1, NOON, clock_runs=True, offences=(first, later))
    assert rules.class_of(asker, later + 60 * DAY - TICK) == "missed"
    assert rules.class_of(asker, later + 60 * DAY) == "clock"


def test_two_late_cancellations_put_a_member_behind_everybody() -> None:
    event, (seated,) = full(starts_at=SATURDAY + 14 * DAY)
    unsteady, steady = member(), seated_lately()
    for n in range(2):
        earlier = make.event(kind="class", starts_at=SATURDAY + n * DAY)
        make.seat(earlier, unsteady)
        leave(earlier, unsteady, SATURDAY + n * DAY - HOUR)
    at = SATURDAY + 2 * DAY
    make.seat(event, unsteady, at=at)
    make.seat(event, steady, at=at + MINUTE)
    assert [place.code for place in selectors.line(event, at + HOUR)] == ["standing", "missed"]
    leave(event, seated, at + HOUR)
    assert status(event, steady) == "offered"


def test_moving_somebody_by_hand_needs_a_reason_and_leaves_one() -> None:
    event, (seated,) = full()
    waiting = [make.seat(event, at=NOON + n * MINUTE) for n in range(3)]
    staff = make.organizer()
    with refused("line.reason"):
        offering.move_up(waiting[2].public_id, event_id=event.public_id, by=staff, at=NOON + HOUR, reason=" ")
    offering.move_up(waiting[2].public_id, event_id=event.public_id, by=staff, at=NOON + HOUR, reason="当天的讲者")
    entry = audit.trail(waiting[2]).get(action="signup.move_up")
    assert (entry.reason, entry.actor_id, entry.data) == ("当天的讲者", staff.pk, {"from": 3})
    assert selectors.line(event, NOON + HOUR)[0].code == "moved"
    leave(event, seated, NOON + HOUR)
    assert status(event, waiting[2].person) == "offered"
    with refused("line.stale"):
        offering.move_up(waiting[2].public_id, event_id=event.public_id, by=staff, at=NOON + HOUR, reason="再一次")
    booking.remove(waiting[2].public_id, event_id=event.public_id, by=staff, at=NOON + HOUR, reason="不来了")
    assert (status(event, waiting[2].person), status(event, waiting[0].person)) == ("withdrawn", "offered")
    assert Message.objects.get(person=waiting[2].person, kind="events/taken_off").context["reason"] == "不来了"


def test_cancelling_in_the_middle_of_an_offer_ends_everything_and_tells_everybody() -> None:
    event, (one, two) = full(2)
    offered, waits = make.seat(event).person, make.seat(event, at=NOON + MINUTE).person
    leave(event, one)
    cancelling.cancel(event.pk, by=make.organizer(), at=NOON + HOUR, reason="场地停电")
    for who in (offered, waits, two):
        assert status(event, who) == "withdrawn"
    letters = Message.objects.filter(kind="events/event_cancelled")
    assert {letter.person_id: letter.context["waited"] for letter in letters} == {
        offered.pk: True, waits.pk: True, two.pk: False,
    }  # fmt: skip
    with refused("event.cancelled"):
        accept(event, offered, NOON + HOUR)
    assert offering.sweep(at=NOON + 2 * DAY) == 0


def test_an_offer_ends_earlier_when_the_event_moves_forward() -> None:
    event, (seated,) = full()
    who = make.seat(event).person
    leave(event, seated)
    publishing.edit(event.pk, by=make.organizer(), at=NOON + HOUR, starts_at=NOON + 10 * HOUR, ends_at=NOON + 12 * HOUR)
    assert Signup.objects.get(event=event, person=who).offer_ends_at == NOON + 7 * HOUR


def test_a_visits_place_is_not_written_to_who_only_waits() -> None:
    event = make.event(kind="visit", seats_each=2)
    seated, who = make.seat(event).person, make.seat(event).person
    leave(event, seated)
    publishing.edit(event.pk, by=make.organizer(), at=NOON + HOUR, address="龙岗区坂田街道 8 号")
    cancelling.cancel(event.pk, by=make.organizer(), at=NOON + HOUR, reason="场地停电")
    letters = list(Message.objects.filter(person=who).order_by("pk"))
    assert len(letters) == 3
    for letter in letters[:2]:
        assert letter.context["address"] == letter.context["place"] == ""
        assert letter.context.get("before", {}).get("address", "") == ""


def test_the_line_costs_the_same_for_3_and_300(django_assert_max_num_queries) -> None:
    event, _ = full()
    make.queue_up(event, 300)
    with django_assert_max_num_queries(3):
        assert len(selectors.line(event, NOON)) == 300


def test_the_desk_shows_the_line_and_moves_people_with_a_reason(django_assert_max_num_queries) -> None:
    event, (seated,) = full()
    first, second = make.seat(event, member("吴越")), make.seat(event, member("郑凡"), at=NOON + MINUTE)
    desk, url = Client(headers={"accept-language": "en"}), f"/desk/events/{event.public_id}/waitlist/"
    desk.force_login(make.organizer())
    with mock.patch("django.utils.timezone.now", return_value=NOON + HOUR):
        text = desk.get(url).content.decode()
        assert text.index("1 · 吴越") < text.index("2 · 郑凡") and "No seat in 60 days" in text
        assert "Please fill this in" in desk.post(f"{url}up/", {"signup": second.public_id}).content.decode()
        answer = desk.post(f"{url}up/", {"signup": second.public_id, "reason": "讲者"}, follow=True).content.decode()
        assert answer.index("1 · 郑凡") < answer.index("2 · 吴越") and "Moved up by hand" in answer
        leave(event, seated, NOON + HOUR)
        assert "Seat kept by" in desk.get(url).content.decode()
        desk.post(f"{url}remove/", {"signup": second.public_id, "reason": "不来了"})
        assert (status(event, second.person), status(event, first.person)) == ("withdrawn", "offered")
        assert (
            "no longer on the waitlist"
            in desk.post(f"{url}remove/", {"signup": second.public_id, "reason": "x"}, follow=True).content.decode()
        )
        assert desk.post(f"{url}up/", {"signup": "zzzzzzzzzzzz", "reason": "x"}).status_code == 404
        make.queue_up(event, 60)
        with django_assert_max_num_queries(9):
            assert "Next" in desk.get(url).content.decode()
