"""Chairs the office keeps back: free for nobody until their end, and then for whoever is next in line (§5, R24)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from community.events import rules, selectors
from community.events.models import Event, SeatHold, Signup, StaffHold
from community.events.services import booking, cancelling, holding, offering, publishing
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.kernel.models import AuditEntry
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, person

pytestmark = pytest.mark.django_db
UNTIL = NOON + 5 * HOUR
SECOND = timedelta(seconds=1)


def keep(event: Event, chairs: int = 1, *, at=NOON, until=UNTIL, by=None, key="", reason="给讲者的朋友") -> StaffHold:
    return holding.hold(
        event.pk, key=key or public_id(), chairs=chairs, reason=reason, ends_at=until, by=by or make.organizer(), at=at
    )  # fmt: skip


def code(act) -> str:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


def left(event: Event) -> tuple[int, int, int]:
    """Seats left as the list, the door and the page say it."""
    page = selectors.for_page(event.public_id)
    assert page is not None
    listed = selectors.with_seats_left(Event.objects.all()).get(pk=event.pk).seats_left
    return listed, selectors.free_chairs(event), selectors.room_of(page, person()).seats_left


def test_kept_chairs_are_free_for_nobody_and_every_figure_says_so() -> None:
    event = make.event(seats_each=4)
    kept = keep(event, 2)
    assert left(event) == (1, 1, 1)
    assert make.seat(event).status == "confirmed"
    assert left(event) == (0, 0, 0)
    assert make.seat(event).status == "waiting"
    assert offering.sweep(at=NOON + HOUR) == 0 and not Signup.objects.filter(status="offered").exists()
    assert [(hold.pk, hold.chairs) for hold in selectors.holds(event)] == [(kept.pk, 2)]
    entry = AuditEntry.objects.get(action="hold.make", subject_id=kept.pk)
    assert (entry.reason, entry.data["chairs"]) == ("给讲者的朋友", 2)


@pytest.mark.parametrize("swept", [True, False])
def test_at_the_very_instant_of_the_end_they_go_to_who_waits(swept: bool) -> None:
    event = make.event(seats_each=2)
    keep(event)
    first = make.seat(event, at=NOON + SECOND)
    offering.settle_event(event.pk, at=UNTIL - SECOND)
    first.refresh_from_db()
    assert first.status == "waiting"
    late = UNTIL + 10 * SECOND
    if swept:
        assert offering.sweep(at=UNTIL) == 1
    else:  # whoever comes next writes it down, and comes after who waited
        assert make.seat(event, at=late).status == "waiting"
    first.refresh_from_db()
    assert first.status == "offered"
    hold = SeatHold.objects.get(staff_hold__isnull=False)
    assert hold.freed_at == UNTIL, "free from the end itself, swept or not"
    assert StaffHold.objects.get().ended_by is None
    assert not any(selectors.broken_invariants(late).values())


def test_a_newcomer_books_the_chair_whose_time_is_over_unswept() -> None:
    event = make.event(seats_each=2)
    keep(event)
    assert make.seat(event, at=UNTIL).status == "confirmed"


def test_by_hand_they_go_to_the_next_in_line_once() -> None:
    event, staff = make.event(seats_each=3), make.organizer()
    kept = keep(event, 2, by=staff)
    waiting = [make.seat(event, at=NOON + n * SECOND) for n in range(3)]
    for _ in range(2):
        holding.release(kept.public_id, event_id=event.public_id, by=staff, at=NOON + HOUR)
    assert [Signup.objects.get(pk=one.pk).status for one in waiting] == ["offered", "offered", "waiting"]
    assert AuditEntry.objects.filter(action="hold.end", actor=staff).count() == 1
    with pytest.raises(StaffHold.DoesNotExist):
        holding.release(kept.public_id, event_id=make.event().public_id, by=staff, at=NOON + HOUR)


def test_what_is_refused() -> None:
    event = make.event(seats_each=3)
    latest = rules.hold_ends_by(SATURDAY)
    assert code(lambda: keep(event, reason="  ")) == "hold.reason"
    assert code(lambda: keep(event, 3)) == "hold.full"
    assert code(lambda: keep(event, until=NOON)) == "hold.end"
    assert code(lambda: keep(event, until=latest + SECOND)) == "hold.end"
    assert code(lambda: keep(event, at=latest, until=latest)) == "hold.end"
    keep(event, until=latest, key="k" * 12)
    keep(event, until=latest, key="k" * 12)
    assert left(event) == (1, 1, 1), "pressed twice, one hold"


def test_who_waits_comes_before_the_office() -> None:
    event, staff = make.event(seats_each=2), make.organizer()
    seated, waiting = make.seat(event), make.seat(event)
    booking.withdraw(event.pk, seated.person, by=seated.person, at=NOON + HOUR)
    waiting.refresh_from_db()
    over = waiting.offer_ends_at
    third = make.seat(event, at=NOON + 2 * HOUR)
    assert code(lambda: keep(event, at=over, until=over + HOUR, by=staff)) == "hold.full"
    offering.settle_event(event.pk, at=over)
    third.refresh_from_db()
    assert third.status == "offered"


def test_a_smaller_room_moves_them_and_never_drops_them() -> None:
    event, staff = make.event(seats_each=6), make.organizer()
    keep(event, 2)
    edit = publishing.edit
    edit(event.pk, by=staff, at=NOON + HOUR, seats_each=3)
    assert left(event) == (0, 0, 0)
    chairs = SeatHold.objects.filter(staff_hold__isnull=False, freed_at=None).values_list("seat__removed_at", flat=True)
    assert list(chairs) == [None, None]
    assert code(lambda: edit(event.pk, by=staff, at=NOON + HOUR, seats_each=2)) == "seats.occupied"


def test_an_earlier_start_shortens_them_and_a_cancelled_event_ends_them() -> None:
    event, staff = make.event(), make.organizer()
    kept = keep(event, until=rules.hold_ends_by(SATURDAY))
    starts_at = SATURDAY - DAY
    publishing.edit(event.pk, by=staff, at=NOON + HOUR, starts_at=starts_at, ends_at=starts_at + HOUR)
    kept.refresh_from_db()
    assert (kept.ends_at, kept.ended_at) == (rules.hold_ends_by(starts_at), None)
    cancelling.cancel(event.pk, by=staff, at=NOON + 2 * HOUR, reason="讲者病了")
    kept.refresh_from_db()
    assert (kept.ended_at, kept.ended_by) == (NOON + 2 * HOUR, staff)
    assert not SeatHold.objects.filter(freed_at=None).exists()


def test_a_kept_chair_is_none_somebody_could_have_taken() -> None:
    """R6: kept back all the time, the only chair was never free; let go, it was."""
    applicant = approved(person())
    event = make.event(kind="class", seats_each=1, starts_at=NOON + 6 * DAY, ends_at=NOON + 6 * DAY + HOUR)
    keep(event, until=NOON + 3 * DAY)
    until = NOON + 7 * DAY
    [chance] = selectors.seat_chances(applicant.person_id, NOON, until)
    assert chance.free == ((NOON + 3 * DAY, event.starts_at),), "free from its end on, written down or not"
    offering.sweep(at=NOON + 3 * DAY)
    [chance] = selectors.seat_chances(applicant.person_id, NOON, until)
    assert chance.free == ((NOON + 3 * DAY, event.starts_at),)


def test_a_chair_is_the_offices_or_somebodys_and_never_both() -> None:
    event = make.event(seats_each=3)
    kept, taken = keep(event), make.seat(event)
    with pytest.raises(IntegrityError, match="hold_one_per_seat"):
        SeatHold.objects.create(seat=taken.seat, staff_hold=kept, taken_at=NOON)


def test_the_page_keeps_what_was_typed_and_the_roster_says_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, settings, django_assert_max_num_queries
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    event = make.event()
    desk, url = Client(headers={"accept-language": "en"}), f"/desk/events/{event.public_id}/holds/"
    desk.force_login(make.organizer())
    assert "No chair is kept back" in desk.get(url).content.decode()
    typed = {"chairs": "40", "reason": "<b>市里的客人</b>", "ends_at": "2026-11-27T18:00", "key": "k" * 12}
    answer = desk.post(url, typed).content.decode()
    assert "So many chairs are not free: 11 are." in answer and "市里的客人" in answer
    answer = desk.post(url, typed | {"chairs": "3"}, follow=True).content.decode()
    assert "3 chairs" in answer and "<b>市里" not in answer
    assert "3 chairs kept back until" in desk.get(f"/desk/events/{event.public_id}/roster/").content.decode()
    assert "8 seats left" in Client(headers={"accept-language": "en"}).get(event.get_absolute_url()).content.decode()
    desk.post(f"{url}release/", {"hold": StaffHold.objects.get().public_id})
    assert left(event) == (11, 11, 11)
    assert desk.post(f"{url}release/", {"hold": "nothing"}).status_code == 404
    for n in range(5):
        keep(event, reason=f"第 {n} 位客人")
    with django_assert_max_num_queries(10):
        assert "第 4 位客人" in desk.get(url).content.decode()
