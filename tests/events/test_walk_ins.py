"""At the door: released chairs keep the record of the miss, who waits comes first, another needs a reason (R25)."""

from datetime import timedelta

import pytest
from django.test import Client

from community.events import selectors
from community.events.models import Event, SeatHold, Signup
from community.events.services import booking, checking_in, closing, walking_in
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Person
from tests.events import make
from tests.events.make import HOUR, SATURDAY
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
AFTER = SATURDAY + timedelta(minutes=15)


def full(seats: int = 3) -> tuple[Event, list[Signup]]:
    """A table with its host and everybody else's chair taken."""
    event = make.event(seats_each=seats)
    return event, [make.seat(event) for _ in range(seats - 1)]


def code(act) -> str:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


def test_chairs_are_released_from_the_start_on_and_the_miss_stays_on_record() -> None:
    staff = make.organizer()
    event, (here, absent) = full()
    checking_in.check_in(here.public_id, by=staff, at=SATURDAY)
    assert code(lambda: walking_in.release(event.pk, by=staff, at=SATURDAY - HOUR)) == "release.early"
    assert walking_in.release(event.pk, by=staff, at=AFTER) == 1
    assert walking_in.release(event.pk, by=staff, at=AFTER) == 0
    absent.refresh_from_db()
    assert (absent.status, absent.seat, absent.missed_at) == ("missed", None, AFTER)
    assert SeatHold.objects.get(signup=absent).freed_at == AFTER
    assert Signup.objects.get(event=event, is_host=True).status == "confirmed", "the host keeps theirs"
    assert selectors.free_chairs(event) == 1 and selectors.absentees(event) == 0
    closing.close_roster(event.pk, by=staff, at=event.ends_at)
    assert selectors.absences(event).filter(pk=absent.pk).exists()
    assert not any(selectors.broken_invariants(event.ends_at).values())


def test_who_comes_late_after_all_gets_a_free_chair_back_while_there_is_one() -> None:
    staff = make.organizer()
    event, (one, other) = full()
    walking_in.release(event.pk, by=staff, at=AFTER)
    assert checking_in.check_in(one.public_id, by=staff, at=AFTER).status == "attended"
    walking_in.seat(event.pk, member().pk, by=staff, at=AFTER)
    assert code(lambda: checking_in.check_in(other.public_id, by=staff, at=AFTER)) == "seat.full"
    other.refresh_from_db()
    assert (other.status, other.seat) == ("missed", None), "nothing half done"


def test_who_waits_needs_no_reason_and_another_does() -> None:
    staff = make.organizer()
    event, _ = full(4)
    waiting, stranger = make.seat(event).person, member()
    walking_in.release(event.pk, by=staff, at=AFTER)
    assert code(lambda: walking_in.seat(event.pk, stranger.pk, by=staff, at=AFTER)) == "walk_in.reason"
    walked = walking_in.seat(event.pk, stranger.pk, by=staff, at=AFTER, reason="讲者的搭档")
    assert (walked.status, walked.attended_at, walked.checked_in_by) == ("attended", SATURDAY, staff)
    assert AuditEntry.objects.get(action="signup.confirm", subject_id=walked.pk).reason == "讲者的搭档"
    assert walking_in.seat(event.pk, waiting.pk, by=staff, at=AFTER).status == "attended"
    assert walking_in.seat(event.pk, waiting.pk, by=staff, at=AFTER).status == "attended", "pressed twice"
    assert walking_in.seat(event.pk, member().pk, by=staff, at=AFTER).status == "attended", "nobody waits any more"
    assert code(lambda: walking_in.seat(event.pk, member().pk, by=staff, at=AFTER)) == "seat.full"
    assert not Message.objects.filter(person=stranger, kind="events/seat_confirmed").exists()


def test_an_applicant_at_the_door_completes_the_attendance() -> None:
    applicant = approved(person())
    event = make.event()
    walking_in.seat(event.pk, applicant.person_id, by=make.organizer(), at=AFTER)
    applicant.refresh_from_db()
    assert applicant.attended_at == SATURDAY


def test_the_door_is_no_way_around_the_rules() -> None:
    staff, event = make.organizer(), make.event()
    seat = walking_in.seat
    assert code(lambda: seat(event.pk, person().pk, by=staff, at=AFTER)) == "booking.apply_first"
    assert code(lambda: seat(event.pk, member().pk, by=staff, at=SATURDAY - 2 * HOUR)) == "check_in.early"
    busy = member()
    make.seat(make.event(kind="class", starts_at=SATURDAY + HOUR), busy)
    assert code(lambda: seat(event.pk, busy.pk, by=staff, at=AFTER)) == "signup.overlap"
    gone = make.seat(event).person
    booking.withdraw(event.pk, gone, by=gone, at=NOON)
    assert seat(event.pk, gone.pk, by=staff, at=AFTER).status == "attended", "changed their mind"


def test_the_page_shows_who_waits_first(
    monkeypatch: pytest.MonkeyPatch, settings, django_assert_max_num_queries
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    event, _ = full()
    Person.objects.filter(pk=make.seat(event).person_id).update(full_name="吴越")
    other = member("郑凡")
    desk, url = Client(headers={"accept-language": "en"}), f"/desk/events/{event.public_id}/walkins/"
    desk.force_login(make.organizer())
    answer = desk.get(url).content.decode()
    assert "1 · 吴越" in answer and "Release the chairs" in answer and "Seat and check in" in answer
    answer = desk.post(f"{url}release/", follow=True).content.decode()
    assert "2 chairs are free now" in answer
    assert "Nobody has this e-mail" in desk.post(f"{url}seat/", {"who": "没有这个人"}).content.decode()
    kept = desk.post(f"{url}seat/", {"who": other.email}).content.decode()
    assert "Others wait for this chair" in kept and other.email in kept
    desk.post(f"{url}seat/", {"who": "郑凡", "reason": "讲者的搭档"})
    assert Signup.objects.get(event=event, person=other).status == "attended"
    make.queue_up(event, 300)
    with django_assert_max_num_queries(10):
        assert "281 more people wait" in desk.get(url).content.decode()
