"""Real threads on PostgreSQL: a pair has two chairs or none, whoever presses beside it; the office's chairs likewise."""

from collections.abc import Callable
from functools import partial

import pytest

from community.events.models import Event, Guest, SeatHold, Signup
from community.events.services import booking, guests, holding, offering, seating
from community.events.services.guests import NewGuest
from community.kernel.ids import public_id
from tests.concurrency.test_mixed import ANNA, meeting, never_over, sound
from tests.concurrency.test_seats import pressing, together, without_constraints, without_lock
from tests.events import make
from tests.events.make import HOUR, SATURDAY
from tests.make import NOON, member

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("without_limits"),
]


def room(number: int, seats: int) -> Event:
    starts_at = SATURDAY + number * make.DAY
    return make.event(kind="class", seats_each=seats, starts_at=starts_at, ends_at=starts_at + HOUR)


def bringing(event: Event, who, guest: NewGuest = ANNA) -> Callable[[], Signup]:
    return lambda: booking.sign_up(event.pk, who, by=who, at=NOON, guest=guest)


def test_a_pair_and_somebody_alone_for_the_last_two_chairs_and_for_the_last_one(rounds: Callable[[int], int]) -> None:
    one, two = member(), member()
    for number in range(rounds(40)):
        last_two, last_one = room(2 * number, 2), room(2 * number + 1, 1)
        assert together(bringing(last_two, one), pressing(last_two, two)) == ["ok", "ok"]
        sound(last_two)
        pair, single = (Signup.objects.get(event=last_two, person=who).status for who in (one, two))
        assert (pair, single) in {("confirmed", "waiting"), ("waiting", "confirmed")}
        assert together(bringing(last_one, one), pressing(last_one, two)) == ["ok", "ok"]
        sound(last_one)
        pair, single = (Signup.objects.get(event=last_one, person=who).status for who in (one, two))
        assert pair == "waiting" and single in {"confirmed", "offered"}, "one chair is never the pair's"


def test_pairs_come_go_and_turn_into_one(rounds: Callable[[int], int]) -> None:
    people = [member() for _ in range(10)]
    for number in range(rounds(20)):
        event = room(number, 7)
        assert set(together(*(bringing(event, who) for who in people[:8]))) == {"ok"}
        sound(event)
        at = NOON + HOUR
        acts = [partial(booking.withdraw, event.pk, who, by=who, at=at) for who in people[:3]]
        acts += [partial(guests.drop, event.pk, who, by=who, at=at) for who in people[2:6]]
        acts += [partial(booking.accept, event.pk, who, by=who, at=at) for who in people[5:8]]
        acts += [bringing(event, who) for who in people[8:]] + [partial(offering.settle_event, event.pk, at=at)] * 2
        assert set(together(*acts)) <= {"ok", "offer.none", "signup.none"}
        sound(event)


def test_a_hold_of_the_office_and_a_signup_for_the_last_chair(rounds: Callable[[int], int]) -> None:
    """One has it, whoever comes first: the office is told that none is free, or the person waits."""
    who, staff = member(), make.organizer()
    for number in range(rounds(40)):
        event = room(number, 1)
        hold = keeping(event, staff)
        answers = together(hold, pressing(event, who))
        status = Signup.objects.get(event=event).status
        assert (answers, status) in [(["ok", "ok"], "waiting"), (["hold.full", "ok"], "confirmed")]
        sound(event)


def keeping(event: Event, staff) -> Callable[[], object]:
    return partial(
        holding.hold, event.pk, key=public_id(), chairs=1, reason="给讲者的朋友", ends_at=NOON + HOUR, by=staff, at=NOON
    )


def test_without_the_lock_a_chair_has_two_holders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above prove nothing: unlocked the database refuses one of two; with its word off, both have it."""
    one, two, staff = member(), member(), make.organizer()
    meeting(monkeypatch, seating, "free_seats")
    event, bare, kept = room(0, 2), room(1, 2), room(2, 1)
    with without_lock(monkeypatch):
        assert sorted(together(bringing(event, one), bringing(event, two))) == ["ok", "seat.taken"]
        never_over(event)
        assert sorted(together(keeping(kept, staff), pressing(kept, two))) != ["ok", "ok"]
        with without_constraints():
            assert together(bringing(bare, one), bringing(bare, two)) == ["ok", "ok"]
            assert Guest.objects.filter(event=bare).values("seat").distinct().count() == 1, "two on one chair"
            with pytest.raises(AssertionError):
                never_over(bare)
            assert SeatHold.objects.filter(seat__event=bare, freed_at=None).count() == 4
