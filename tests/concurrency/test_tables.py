"""Real threads on PostgreSQL: people change tables while others sign up and leave, and nobody loses a chair."""

import random
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import pytest
from django.db import DatabaseError

from community.events.models import Seat, SeatHold, Signup
from community.events.selectors import tables
from community.events.services import booking, planning, seating
from community.members.models import Person
from tests.concurrency.test_mixed import meeting
from tests.concurrency.test_seats import together, without_lock
from tests.events import make
from tests.events.make import SATURDAY
from tests.make import NOON, member

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ALLOWED = {"ok", "plan.full", "seat.taken", "busy"}


def test_two_organizers_seat_people_while_others_come_and_go(rounds: Callable[[int], int]) -> None:
    make.without_limits()  # the same people in every round
    staying, moving, by = [member() for _ in range(5)], [member() for _ in range(6)], make.organizer()
    for number in range(rounds(30)):
        dice = random.Random(number)
        event = make.event(table_count=3, seats_each=4, starts_at=SATURDAY + number * make.DAY)
        for who in [*staying, *moving[:3]]:
            make.seat(event, who)
        acts: list[Callable[[], object]] = []
        for _ in range(3):
            wanted = {signup.public_id: dice.randint(1, 3) for signup in tables.at_tables(event)}
            acts.append(partial(planning.seat, event.pk, wanted, by=by, at=NOON))
        # A seating that is sure to fit: everybody one table further.
        ring = {signup.public_id: tables.table_of(signup) % 3 + 1 for signup in tables.at_tables(event)}
        acts += [partial(planning.seat, event.pk, ring, by=by, at=NOON)]
        acts += [partial(booking.sign_up, event.pk, who, by=who, at=NOON) for who in moving[3:]]
        acts += [partial(booking.withdraw, event.pk, who, by=who, at=NOON) for who in moving[:3]]
        dice.shuffle(acts)
        assert set(together(*acts)) <= ALLOWED
        seated = Signup.objects.filter(event=event, seat__isnull=False)
        assert set(seated.values_list("person", flat=True)) == {event.host_id, *(p.pk for p in [*staying, *moving[3:]])}
        assert Seat.objects.filter(event=event).count() == 12
        holds = SeatHold.objects.filter(signup__event=event, freed_at=None).values_list("seat", "signup")
        assert set(holds) == set(seated.values_list("seat", "pk"))


@pytest.mark.parametrize("locked", [True, False])
def test_without_the_lock_a_chair_is_lost_or_the_database_refuses(
    monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Else the test above proves nothing: unlocked, all three read the room before any of them moves anybody; in one of
    eight rounds at the latest."""
    make.without_limits()  # the same people in every round
    staying, newcomer, by = [member() for _ in range(6)], member(), make.organizer()
    meeting(monkeypatch, seating, "free_seats")
    with nullcontext() if locked else without_lock(monkeypatch):
        rounds = (crossing(staying, newcomer, by, number) for number in range(1 if locked else 8))
        assert all(rounds) is locked


def crossing(staying: list[Person], newcomer: Person, by: Person, number: int) -> bool:
    """Everybody one table further, everybody one table back, and somebody new, at once: whether all chairs are as told."""
    event = make.event(table_count=3, seats_each=4, starts_at=SATURDAY + number * make.DAY)
    for who in staying:
        make.seat(event, who)
    ring = {signup.public_id: tables.table_of(signup) % 3 + 1 for signup in tables.at_tables(event)}
    back = {signup.public_id: (tables.table_of(signup) + 1) % 3 + 1 for signup in tables.at_tables(event)}
    acts = [partial(planning.seat, event.pk, wanted, by=by, at=NOON) for wanted in (ring, back)]
    acts += [partial(booking.sign_up, event.pk, newcomer, by=newcomer, at=NOON)]
    try:
        answers = set(together(*acts))
    except DatabaseError:  # the database's last word, untranslated
        return False
    holds = SeatHold.objects.filter(signup__event=event, freed_at=None).values_list("seat", "signup")
    seated = Signup.objects.filter(event=event, seat__isnull=False).values_list("seat", "pk")
    return answers <= ALLOWED - {"seat.taken"} and sorted(holds) == sorted(seated)
