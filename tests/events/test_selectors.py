"""What members asks of this floor, and what `verify` finds."""

from datetime import timedelta

import pytest

from community.events import selectors
from community.events.models import Event, SeatHold, Signup
from community.events.services import booking, cancelling, checking_in
from community.kernel import outbox
from community.kernel.models import Message
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_publishing import edit
from tests.make import NOON, member

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def test_the_earliest_attendance_is_of_qualifying_events_in_a_half_open_time() -> None:
    who, staff = member(), make.organizer()
    online = make.event(kind="online", starts_at=SATURDAY - DAY)
    events = [online, make.event(), make.event(starts_at=SATURDAY + DAY)]
    for event in events:
        checking_in.check_in(make.seat(event, who).public_id, by=staff, at=event.starts_at)
    make.seat(make.event(starts_at=SATURDAY - 2 * DAY), who)  # signed up only
    first = selectors.earliest_attendance
    assert first(who.pk, NOON, SATURDAY + 9 * DAY) == SATURDAY
    assert first(who.pk, SATURDAY, SATURDAY + TICK) == SATURDAY
    assert first(who.pk, SATURDAY + TICK, SATURDAY + 9 * DAY) == SATURDAY + DAY
    assert first(who.pk, NOON, SATURDAY) is None
    assert first(member().pk, NOON, SATURDAY + 9 * DAY) is None


def test_reminders_name_events_with_seats_soonest_first() -> None:
    later, sooner = make.event(starts_at=SATURDAY + DAY, topic="晚"), make.event(topic="早")
    make.event(kind="online", starts_at=SATURDAY + 2 * DAY)
    make.event(starts_at=SATURDAY + 3 * DAY, seats_each=1)
    make.draft(starts_at=SATURDAY + 4 * DAY)
    cancelled = make.event(starts_at=SATURDAY + 5 * DAY)
    cancelling.cancel(cancelled.pk, by=make.organizer(), at=NOON, reason="改期")
    make.seat(sooner)
    found = selectors.qualifying_events(NOON, SATURDAY + 9 * DAY, NOON)
    assert [(event["topic"], event["seats_left"]) for event in found] == [("早", 10), ("晚", 11)]
    assert found[0]["path"] == sooner.get_absolute_url() and found[0]["starts_at"] == SATURDAY
    assert selectors.qualifying_events(NOON, later.starts_at, NOON) == found[:1]
    for number in range(6):
        make.event(kind="sport", starts_at=SATURDAY + 10 * DAY + number * HOUR)
    assert len(selectors.qualifying_events(NOON, SATURDAY + 90 * DAY, NOON)) == 5


def test_seats_left_counts_chairs_in_use_that_nobody_holds() -> None:
    event = make.event(kind="class", seats_each=6)
    for _ in range(2):
        make.seat(event)
    edit(event, seats_each=5)
    assert selectors.with_seats_left(Event.objects.all()).get().seats_left == 3


def test_verify_is_silent_on_a_lively_club_and_names_what_is_broken() -> None:
    event, other = make.event(), make.event(starts_at=SATURDAY + DAY)
    signup = make.seat(event)
    cancelling.cancel(other.pk, by=make.organizer(), at=NOON, reason="改期")
    assert not any(selectors.broken_invariants(SATURDAY).values())
    Signup.objects.filter(pk=signup.pk).update(seat=other.seats.first())
    SeatHold.objects.filter(signup=signup).update(freed_at=NOON)
    broken = selectors.broken_invariants(SATURDAY + 30 * DAY)
    assert broken == {
        "seat_of_another_event": [signup.public_id],
        "seat_without_hold": [signup.public_id],
        "guest_unlike_signup": [],
        "hold_left_open": [],
        "offer_left_open": [],
        "seat_not_offered": [],
        "allotment_left_open": [],
        "seat_without_standing": [],
        "confirmed_in_window": [],
        "roster_left_open": [event.public_id],
        "mutual_wish_untold": [],
    }


def test_verify_names_a_seat_nobody_offered_and_an_offer_nobody_ended() -> None:
    event = make.event(kind="class", seats_each=1)
    seated, first, second = make.seat(event), make.seat(event), make.seat(event)
    booking.withdraw(event.pk, seated.person, by=seated.person, at=NOON)
    ended = NOON + 12 * HOUR
    assert not any(selectors.broken_invariants(ended + timedelta(minutes=1)).values())
    assert selectors.broken_invariants(ended + timedelta(minutes=3))["offer_left_open"] == [first.public_id]
    Signup.objects.filter(pk=first.pk).update(status="withdrawn", seat=None, offer_ends_at=None, withdrawn_at=ended)
    SeatHold.objects.filter(signup=first).update(freed_at=ended)
    assert selectors.broken_invariants(ended + timedelta(minutes=1))["seat_not_offered"] == []
    assert selectors.broken_invariants(ended + timedelta(minutes=3))["seat_not_offered"] == [event.public_id]
    assert second.status == "waiting"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_letters_say_when_and_where_in_the_persons_language(language: str) -> None:
    event, staff, who = make.event(topic="定价\n怎么谈 <b>"), make.organizer(), member("吴越")
    who.language = language
    who.save()
    make.seat(event, who)
    edit(event, starts_at=SATURDAY + HOUR, ends_at=SATURDAY + 4 * HOUR)
    edit(event, place="图书馆")
    cancelling.cancel(event.pk, by=staff, at=NOON, reason="场地停电")
    letters = [outbox.email_of(message) for message in Message.objects.filter(person=who).order_by("pk")]
    booked, moved, placed, cancelled = letters
    zh = language == "zh-hans"
    assert booked.subject.startswith("报名成功：定价" if zh else "Your seat: 定价")
    assert moved.subject.startswith("时间有变：" if zh else "New time:")
    assert placed.subject.startswith("地点有变：" if zh else "New place:")
    assert cancelled.subject.startswith("活动取消：" if zh else "Cancelled:")
    for letter in letters[:3]:
        assert event.address in letter.body and event.get_absolute_url() in letter.body
        assert "<b>" not in letter.alternatives[0].content
    said = moved.body.replace("2026 年 ", "").replace(" 2026", "")  # read in another year, it names the year
    assert ("11 月 28 日 周六 15:00–18:00" if zh else "Sat 28 Nov, 15:00–18:00") in said
    assert ("11 月 28 日 周六 14:00–17:00" if zh else "Sat 28 Nov, 14:00–17:00") in said
    assert "图书馆" in placed.body and "场地停电" in cancelled.body
    assert all("\n" not in letter.subject for letter in letters)
