"""Members bring a guest (R12): two chairs or none, counted by the quarter, forgotten soon after."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from community.events import policies, selectors
from community.events.models import Event, Guest, SeatHold, Signup
from community.events.selectors import tables
from community.events.services import (
    booking,
    cancelling,
    checking_in,
    closing,
    guests,
    hosting,
    offering,
    planning,
    publishing,
    walking_in,
)
from community.events.services.guests import NewGuest
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Person, Tier
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
ANNA = NewGuest("安娜", "anna@example.test")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def four_guests() -> None:
    Tier.objects.filter(code="member").update(guests_a_quarter=4)


def pair(event: Event, who: Person | None = None, *, at=NOON, guest=ANNA) -> Signup:
    who = who or member()
    return booking.sign_up(event.pk, who, by=who, at=at, guest=guest)


def code(act) -> str:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


def state(*signups: Signup) -> list[tuple[str, bool]]:
    """Each signup's status, and whether a guest has a chair beside it."""
    rows = [Signup.objects.get(pk=one.pk) for one in signups]
    return [(row.status, Guest.objects.filter(signup=row, seat__isnull=False).exists()) for row in rows]


def left(event: Event) -> set[int]:
    """Seats left as the list, the door and the page say it."""
    page = selectors.for_page(event.public_id)
    assert page is not None
    listed = selectors.with_seats_left(Event.objects.all()).get(pk=event.pk).seats_left
    return {listed, selectors.free_chairs(event), selectors.room_of(page, person()).seats_left}


def sound(at=NOON) -> bool:
    return not any(selectors.broken_invariants(at).values())


class TestTwoChairs:
    def test_a_pair_takes_two_at_one_table_and_every_figure_says_so(self) -> None:
        event = make.event(table_count=2, seats_each=2)
        signup = pair(event)
        assert state(signup) == [("confirmed", True)] and left(event) == {1}
        guest = Guest.objects.select_related("seat__table", "signup__seat__table").get()
        assert (guest.name, guest.contact, guest.added_at) == ("安娜", "anna@example.test", NOON)
        assert guest.seat.table.number == guest.signup.seat.table.number == 2, "the first table has one chair left"
        assert pair(event, signup.person) == signup and Guest.objects.count() == 1, "pressed twice"
        assert "安娜" not in str(list(AuditEntry.objects.values_list("reason", "data")))
        assert sound()

    def test_withdrawing_gives_both_back_and_leaves_nothing_of_the_guest(self) -> None:
        event = make.event(seats_each=3)
        signup, two = pair(event), [make.seat(event, at=NOON + n * SECOND) for n in range(2)]
        booking.withdraw(event.pk, signup.person, by=signup.person, at=NOON + HOUR)
        assert state(signup, *two) == [("withdrawn", False), ("offered", False), ("offered", False)]
        assert not Guest.objects.exists() and sound(NOON + HOUR)
        assert pair(event, signup.person, at=NOON + 2 * HOUR, guest=NewGuest("本", "1")).status == "waiting"

    @pytest.mark.parametrize("end", ["cancel", "remove", "smaller"])
    def test_whoever_ends_it(self, end: str) -> None:
        event, staff = make.event(seats_each=6), make.organizer()
        signup = pair(event)
        if end == "cancel":
            cancelling.cancel(event.pk, by=staff, at=NOON, reason="停电")
            assert state(signup) == [("withdrawn", False)] and not SeatHold.objects.filter(freed_at=None).exists()
        elif end == "remove":
            for _ in range(3):
                make.seat(event)
            late = pair(event, at=NOON + SECOND)
            booking.remove(late.public_id, event_id=event.public_id, by=staff, at=NOON + HOUR, reason="满了")
            assert Guest.objects.get().signup == signup
        else:
            publishing.edit(event.pk, by=staff, at=NOON, seats_each=3)
            assert state(signup) == [("confirmed", True)] and left(event) == {0}
            assert code(lambda: publishing.edit(event.pk, by=staff, at=NOON, seats_each=2)) == "seats.occupied"
        assert sound()

    def test_a_chair_is_the_guests_or_somebodys_and_never_both(self) -> None:
        event = make.event()
        mine, other = pair(event), make.seat(event)
        with pytest.raises(IntegrityError, match="hold_one_per_seat"), transaction.atomic():
            SeatHold.objects.create(seat=Guest.objects.get().seat, signup=other, taken_at=NOON)
        another = pair(event)
        with pytest.raises(IntegrityError, match="guest_one_per_seat"):
            Guest.objects.filter(signup=another).update(seat=Guest.objects.get(signup=mine).seat)


class TestTheLine:
    def test_one_free_chair_is_not_for_two_and_goes_to_the_next_who_fits(self) -> None:
        """No chair stays empty for a guest's sake; the pair keeps its place and is asked when two are free."""
        event = make.event(seats_each=3)
        seated = [make.seat(event), make.seat(event)]
        waits = pair(event, at=NOON + SECOND)
        single = make.seat(event, at=NOON + 2 * SECOND)
        assert state(waits) == [("waiting", False)]
        booking.withdraw(event.pk, seated[0].person, by=seated[0].person, at=NOON + HOUR)
        assert state(waits, single) == [("waiting", False), ("offered", False)] and sound(NOON + HOUR)
        booking.withdraw(event.pk, single.person, by=single.person, at=NOON + HOUR)
        assert state(waits) == [("waiting", False)] and left(event) == {1} and sound(NOON + 2 * HOUR)
        booking.withdraw(event.pk, seated[1].person, by=seated[1].person, at=NOON + 2 * HOUR)
        assert state(waits) == [("offered", True)] and left(event) == {0}
        assert booking.accept(event.pk, waits.person, by=waits.person, at=NOON + 3 * HOUR).status == "confirmed"
        assert state(waits) == [("confirmed", True)] and sound(NOON + 3 * HOUR)

    def test_an_offer_to_two_ends_for_both(self) -> None:
        event = make.event(seats_each=3)
        seated = pair(event)
        waits = pair(event, at=NOON + SECOND)
        booking.withdraw(event.pk, seated.person, by=seated.person, at=NOON + HOUR)
        over = Signup.objects.get(pk=waits.pk).offer_ends_at
        assert state(waits) == [("offered", True)] and over is not None
        third = make.seat(event, at=NOON + 2 * HOUR)
        offering.sweep(at=over)
        assert state(waits, third) == [("waiting", False), ("offered", False)] and left(event) == {1}
        assert sound(over)

    def test_coming_alone_frees_the_second_chair_or_takes_the_single_one(self) -> None:
        event = make.event(seats_each=3)
        seated = pair(event)
        waits, other = pair(event, at=NOON + SECOND), make.seat(event, at=NOON + 2 * SECOND)
        guests.drop(event.pk, seated.person, by=seated.person, at=NOON + HOUR)
        assert state(seated, waits, other) == [("confirmed", False), ("waiting", False), ("offered", False)]
        booking.withdraw(event.pk, other.person, by=other.person, at=NOON + HOUR)
        for _ in range(2):
            alone = guests.drop(event.pk, waits.person, by=waits.person, at=NOON + 2 * HOUR)
        assert (alone.status, alone.with_guest) == ("offered", False) and not Guest.objects.exists()
        assert sound(NOON + 2 * HOUR)

    def test_in_the_last_hours_a_pair_needs_two_free_chairs(self) -> None:
        event = make.event(seats_each=3)
        seated = [make.seat(event), make.seat(event)]
        waits = pair(event, at=NOON + SECOND)
        at = SATURDAY - HOUR
        booking.withdraw(event.pk, seated[0].person, by=seated[0].person, at=at)
        tap = lambda: booking.accept(event.pk, waits.person, by=waits.person, at=at)  # noqa: E731
        assert code(tap) == "guest.two"
        booking.withdraw(event.pk, seated[1].person, by=seated[1].person, at=at)
        assert tap().status == "confirmed" and state(waits) == [("confirmed", True)]

    def test_a_guest_joins_later_where_nobody_waits_for_the_chair(self) -> None:
        event = make.event(seats_each=4)
        mine, other = make.seat(event), make.seat(event)
        assert pair(event, mine.person).with_guest and state(mine) == [("confirmed", True)] and left(event) == {0}
        assert code(lambda: pair(event, other.person)) == "guest.no_chair"
        waits = make.seat(event)
        pair(event, waits.person)
        assert Guest.objects.filter(signup=waits).exists() and state(waits) == [("waiting", False)]
        booking.withdraw(event.pk, mine.person, by=mine.person, at=NOON + HOUR)
        assert state(waits) == [("offered", True)]
        guests.drop(event.pk, waits.person, by=waits.person, at=NOON + HOUR)
        assert code(lambda: pair(event, waits.person, at=NOON + HOUR)) == "guest.offered"
        assert sound(NOON + HOUR)


class TestWhoMay:
    def test_so_many_a_quarter_by_the_events_day(self) -> None:
        Tier.objects.filter(code="member").update(guests_a_quarter=1)
        who = member()
        first, second = make.event(), make.event(starts_at=SATURDAY + DAY)
        pair(first, who)
        assert policies.may_bring(who, first, at=NOON), "one's own guest here doesn't stand in one's way"
        assert code(lambda: pair(second, who)) == "guest.used_up"
        pair(make.event(kind="class", starts_at=SATURDAY + 40 * DAY), who)  # in January another quarter has begun
        assert Guest.objects.count() == 2

    def test_a_guest_given_back_is_free_again_and_a_missing_one_is_used(self) -> None:
        Tier.objects.filter(code="member").update(guests_a_quarter=1)
        who, staff = member(), make.organizer()
        first, second = make.event(), make.event(starts_at=SATURDAY + DAY)
        pair(first, who)
        guests.drop(first.pk, who, by=who, at=NOON)
        pair(second, who)
        assert code(lambda: pair(first, who)) == "guest.used_up"
        closing.close_roster(second.pk, by=staff, at=second.ends_at)
        assert code(lambda: pair(make.event(starts_at=SATURDAY + 5 * DAY), who)) == "guest.used_up"

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"kind": "visit"}, "guest.kind"),
            ({"kind": "online"}, "guest.kind"),
            ({"kind": "programme"}, "guest.kind"),
            ({"kind": "class", "allots_at": SATURDAY - 2 * DAY}, "guest.allotment"),
            ({"kind": "trip", "waiver": "风险自负"}, "guest.waiver"),
        ],
    )
    def test_where_nobody_brings_one(self, changes, expected) -> None:
        event = make.event(**changes)
        assert policies.may_bring(member(), event, at=NOON).code == expected

    def test_without_a_tier_that_includes_one(self) -> None:
        event = make.event()
        assert code(lambda: pair(event, approved(person()).person)) == "guest.members"
        Tier.objects.filter(code="member").update(guests_a_quarter=0)
        assert code(lambda: pair(event)) == "guest.none"
        assert not Signup.objects.filter(event=event, is_host=False).exists()

    def test_an_event_with_pairs_does_not_become_an_allotment(self) -> None:
        event, staff = make.event(), make.organizer()
        pair(event)
        edit = lambda: publishing.edit(event.pk, by=staff, at=NOON, allots_at=SATURDAY - 2 * DAY)  # noqa: E731
        assert code(edit) == "allotment.guests"

    def test_an_offer_passes_over_whose_guests_are_used(self) -> None:
        Tier.objects.filter(code="member").update(guests_a_quarter=1)
        event = make.event(seats_each=3)
        seated, waits = pair(event), pair(event, at=NOON + SECOND)
        pair(make.event(starts_at=SATURDAY + DAY), waits.person)
        booking.withdraw(event.pk, seated.person, by=seated.person, at=NOON + HOUR)
        assert state(waits) == [("waiting", False)] and sound(NOON + 2 * HOUR)
        guests.drop(event.pk, waits.person, by=waits.person, at=NOON + HOUR)
        assert state(waits) == [("offered", False)]


class TestAtTheDoor:
    def test_a_tap_of_their_own_taken_back_with_a_reason(self) -> None:
        event, staff = make.event(), make.organizer()
        signup = pair(event)
        key = Guest.objects.get().public_id
        tap = lambda at: guests.check_in(key, event_id=event.public_id, by=staff, at=at)  # noqa: E731
        assert code(lambda: tap(NOON)) == "check_in.early"
        for _ in range(2):
            assert tap(SATURDAY).checked_in_at == SATURDAY
        assert state(signup) == [("confirmed", True)], "who brought them is not here by that"
        assert code(lambda: guests.undo(key, event_id=event.public_id, by=staff, at=SATURDAY, reason=" "))
        guests.undo(key, event_id=event.public_id, by=staff, at=SATURDAY, reason="点错")
        assert Guest.objects.get().checked_in_at is None
        assert AuditEntry.objects.filter(action="signup.guest_here").count() == 1
        with pytest.raises(Guest.DoesNotExist):
            guests.check_in(key, event_id=make.event().public_id, by=staff, at=SATURDAY)

    def test_released_chairs_are_those_of_whoever_is_not_here(self) -> None:
        event, staff = make.event(seats_each=5), make.organizer()
        mine, other = pair(event), pair(event)
        guests.check_in(mine.guest.public_id, event_id=event.public_id, by=staff, at=SATURDAY)
        checking_in.check_in(other.public_id, by=staff, at=SATURDAY)
        assert selectors.absentees(event) == 2
        assert walking_in.release(event.pk, by=staff, at=SATURDAY) == 2
        assert state(mine, other) == [("missed", True), ("attended", False)] and left(event) == {2}
        walking_in.seat(event.pk, member().pk, by=staff, at=SATURDAY)
        guests.check_in(other.guest.public_id, event_id=event.public_id, by=staff, at=SATURDAY)
        assert left(event) == {0}
        late = lambda: checking_in.check_in(mine.public_id, by=staff, at=SATURDAY)  # noqa: E731
        assert code(late) == "seat.full"
        assert sound(SATURDAY)

    def test_at_the_door_a_waiting_pair_gets_two_chairs_or_one(self) -> None:
        event, staff = make.event(seats_each=3), make.organizer()
        seated, waits = pair(event), pair(event, at=NOON + SECOND)
        at = SATURDAY - HOUR / 2
        guests.drop(event.pk, seated.person, by=seated.person, at=at)
        walking_in.seat(event.pk, waits.person_id, by=staff, at=at)
        assert state(waits) == [("attended", False)]
        guest_in = lambda: guests.check_in(waits.guest.public_id, event_id=event.public_id, by=staff, at=at)  # noqa: E731
        assert code(guest_in) == "seat.full"
        booking.withdraw(event.pk, seated.person, by=seated.person, at=at)
        assert guest_in().seat is not None and sound(at)

    def test_the_planner_leaves_pairs_at_their_table(self) -> None:
        event, staff = make.event(table_count=2, seats_each=4), make.organizer()
        signup = pair(event)
        for _ in range(4):
            make.seat(event)
        assert sum(tables.chairs(event).values()) == 7
        plan = planning.ask(event, by=staff, at=NOON)
        planning.answer(plan.pk, at=NOON)
        plan.refresh_from_db()
        own = str(tables.table_of(Signup.objects.select_related("seat__table").get(pk=signup.pk)))
        assert signup.person_id in plan.tables[own]
        other = {signup.public_id: 3 - int(own)}
        assert code(lambda: planning.seat(event.pk, other, by=staff, at=NOON)) == "plan.guest"

    def test_a_host_keeps_their_guest_and_moves_to_the_table_alone_never(self) -> None:
        event, staff = make.event(seats_each=4), make.organizer()
        signup = pair(event)
        hosting.change(event.pk, signup.person, keeps_chair=True, by=staff, at=NOON, reason="主持人病了")
        assert state(signup) == [("confirmed", True)] and sound()


def test_verify_names_a_guest_unlike_the_signup() -> None:
    event = make.event()
    unmarked, alone, unrecorded = (pair(event) for _ in range(3))
    assert sound()
    Signup.objects.filter(pk=unmarked.pk).update(with_guest=False)
    Guest.objects.filter(signup=alone).update(seat=None)
    SeatHold.objects.filter(signup=unrecorded, for_guest=True).update(freed_at=NOON)
    broken = selectors.broken_invariants(NOON)["guest_unlike_signup"]
    assert set(broken) == {unmarked.public_id, alone.public_id, unrecorded.public_id}


class TestForgetting:
    def test_thirty_days_after_the_name_is_gone_and_the_count_stays(self) -> None:
        event = make.event()
        signup = pair(event)
        assert guests.forget_all_due(at=event.ends_at + 30 * DAY - SECOND) == 0
        assert guests.forget_all_due(at=event.ends_at + 30 * DAY) == 1
        guest = Guest.objects.get()
        assert (guest.name, guest.contact) == ("", "") and guest.signup == signup
        assert guests.forget_all_due(at=event.ends_at + 31 * DAY) == 0

    def test_letters_say_that_there_is_a_guest_and_not_who(self) -> None:
        event = make.event(seats_each=3)
        seated, waits = pair(event), pair(event, at=NOON + SECOND)
        booking.withdraw(event.pk, seated.person, by=seated.person, at=NOON + HOUR)
        kinds = Message.objects.filter(person__in=[seated.person, waits.person])
        facts = {message.kind: message.context["with_guest"] for message in kinds}
        assert facts == {"events/seat_confirmed": True, "events/seat_offered": True}
        assert "安娜" not in str([message.context for message in kinds])
