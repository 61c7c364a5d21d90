"""Real threads on PostgreSQL: twelve chairs are twelve chairs, and each guard is shown to matter."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from community.events.models import Event, Guest, Seat, SeatHold, Signup
from community.events.services import booking, cancelling, changing_over, checking_in, seating
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.members.models import Person
from tests.events import make
from tests.events.make import SATURDAY
from tests.make import NOON, approved, member, person

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("without_limits"),
]
THREADS = 16
GUARDS = {
    "signup_one_per_seat": (Signup, '"seat_id"', '"seat_id" IS NOT NULL'),
    "hold_one_per_seat": (SeatHold, '"seat_id"', '"freed_at" IS NULL'),
    "guest_one_per_seat": (Guest, '"seat_id"', '"seat_id" IS NOT NULL'),
}


def together(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts on up to sixteen threads that start at once; what each answered: "ok" or the refusal's code."""
    start = Barrier(min(THREADS, len(acts)))

    def run(number: int, act: Callable[[], Any]) -> str:
        if number < start.parties:
            start.wait(timeout=30)
        try:
            act()
            return "ok"
        except RuleBroken as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(start.parties) as pool:
        return list(pool.map(run, range(len(acts)), acts))


def pressing(event: Event, who: Person) -> Callable[[], Any]:
    return lambda: booking.sign_up(event.pk, who, by=who, at=NOON)


def pressing_again(event: Event, who: Person) -> Callable[[], Any]:
    """Somebody who is told that the chair was taken this moment, and presses again as the sentence says."""

    def press() -> Any:
        for _ in range(THREADS):
            try:
                return booking.sign_up(event.pk, who, by=who, at=NOON)
            except RuleBroken as refused:
                if refused.code != "seat.taken":
                    raise
        raise AssertionError("seats never ran out")

    return press


def held(event: Event) -> int:
    return Signup.objects.filter(event=event, status="confirmed").count()


@contextmanager
def without_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The event is read, not locked."""
    with monkeypatch.context() as patch:
        patch.setattr(seating, "lock_event", lambda pk: Event.objects.select_related("city").get(pk=pk))
        yield


@contextmanager
def without_constraints() -> Iterator[None]:
    """The database no longer says that a chair has one holder. The rows that broke it are removed afterwards."""
    with connection.cursor() as cursor:
        for name in GUARDS:
            cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        SeatHold.objects.all().delete()
        Guest.objects.all().delete()
        Signup.objects.all().delete()
        with connection.cursor() as cursor:
            for name, (model, column, where) in GUARDS.items():
                cursor.execute(f'CREATE UNIQUE INDEX "{name}" ON "{model._meta.db_table}" ({column}) WHERE {where}')


def test_forty_people_for_twelve_chairs(rounds: Callable[[int], int]) -> None:
    """The host has the first chair; eleven of forty get the others, in every round, the rest a place in line."""
    crowd = [member() for _ in range(40)]
    for number in range(rounds(50)):
        event = make.event(starts_at=SATURDAY + number * make.DAY)
        answers = Counter(together(*(pressing(event, who) for who in crowd)))
        assert answers == {"ok": 40}
        assert held(event) == 12
        assert Signup.objects.filter(event=event, status="waiting").count() == 29
        chairs = Signup.objects.filter(event=event, status="confirmed").values_list("seat__number", flat=True)
        assert sorted(chairs) == list(range(1, 13))


def test_with_only_the_lock_off_the_database_still_says_twelve(monkeypatch: pytest.MonkeyPatch) -> None:
    event, crowd = make.event(), [member() for _ in range(40)]
    with without_lock(monkeypatch):
        answers = Counter(together(*(pressing_again(event, who) for who in crowd)))
    assert set(answers) <= {"ok", "seat.full"}
    assert held(event) == 12


def test_with_lock_and_constraint_off_it_oversells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above prove nothing."""
    crowd = [member() for _ in range(40)]
    event = make.event()
    with without_constraints(), without_lock(monkeypatch):
        together(*(pressing(event, who) for who in crowd))
        assert held(event) > 12


def test_two_for_the_last_chair(rounds: Callable[[int], int]) -> None:
    one, two = member(), member()
    for number in range(rounds(50)):
        event = make.event(seats_each=2, starts_at=SATURDAY + number * make.DAY)
        assert together(pressing(event, one), pressing(event, two)) == ["ok", "ok"]
        assert sorted(event.signups.values_list("status", flat=True)) == ["confirmed", "confirmed", "waiting"]


def test_a_double_click_on_two_connections_is_one_seat(rounds: Callable[[int], int]) -> None:
    who = member()
    for number in range(rounds(30)):
        event = make.event(starts_at=SATURDAY + number * make.DAY)
        assert together(*[pressing(event, who)] * 4) == ["ok"] * 4
        assert held(event) == 2
        assert AuditEntry.objects.filter(action="signup.confirm", person=who).count() == number + 1


def test_one_person_never_gets_two_overlapping_seats(rounds: Callable[[int], int]) -> None:
    who = member()
    for number in range(rounds(30)):
        starts_at = SATURDAY + number * make.DAY
        events = [make.event(starts_at=starts_at), make.event(starts_at=starts_at + make.HOUR)]
        answers = together(*(pressing(event, who) for event in events))
        assert sorted(answers) == ["ok", "signup.overlap"]


def test_two_who_change_over_in_opposite_directions_both_sit_once(rounds: Callable[[int], int]) -> None:
    """Both events are locked by key, whichever is wanted: nobody waits for the other for ever, nobody loses a seat."""
    one, two, newcomer = member(), member(), member()
    for number in range(rounds(40)):
        starts_at = SATURDAY + number * make.DAY
        here, there = (make.event(kind="class", seats_each=2, starts_at=starts_at) for _ in range(2))
        make.seat(here, one)
        make.seat(there, two)
        over = [
            lambda w=who, e=event: changing_over.change_over(e.pk, w, by=w, at=NOON)
            for who, event in ((one, there), (two, here))
        ]
        answers = together(*over, pressing(here, newcomer))
        assert set(answers) <= {"ok", "change_over.full"} and answers[2] == "ok"
        for who in (one, two):
            seats = Signup.objects.filter(person=who, event__in=[here, there], status="confirmed")
            assert seats.count() == 1, "one seat before, one seat after"
        holds = SeatHold.objects.filter(seat__event__in=[here, there], freed_at=None)
        assert holds.count() == Signup.objects.filter(event__in=[here, there], seat__isnull=False).count()


def test_withdrawing_twice_frees_one_chair_and_one_newcomer_has_it(rounds: Callable[[int], int]) -> None:
    who, newcomers = member(), [member() for _ in range(6)]
    for number in range(rounds(30)):
        event = make.event(seats_each=2, starts_at=SATURDAY + number * make.DAY)
        signup = make.seat(event, who)
        leave = lambda event=event: booking.withdraw(event.pk, who, by=who, at=NOON)  # noqa: E731
        together(leave, leave, *(pressing(event, newcomer) for newcomer in newcomers))
        assert held(event) <= 2
        assert Signup.objects.filter(event=event, status__in=["offered", "confirmed"]).count() == 2
        assert SeatHold.objects.filter(signup=signup, freed_at__isnull=False).count() == 1
        assert AuditEntry.objects.filter(action="signup.withdraw", subject_id=signup.pk).count() == 1


def test_two_staff_tap_the_same_row(rounds: Callable[[int], int]) -> None:
    staff = [make.organizer(), make.organizer()]
    for number in range(rounds(30)):
        application = approved(person())
        event = make.event(starts_at=SATURDAY + number * make.HOUR, ends_at=SATURDAY + (number + 1) * make.HOUR)
        signup = make.seat(event, application.person)
        tap = [
            lambda by=by, s=signup: checking_in.check_in(s.public_id, by=by, at=s.event.starts_at) for by in staff * 2
        ]
        assert together(*tap) == ["ok"] * 4
        assert AuditEntry.objects.filter(action="signup.check_in", subject_id=signup.pk).count() == 1
        assert AuditEntry.objects.filter(action="application.attend", person=application.person).count() == 1


def test_cancelling_while_people_sign_up_leaves_nobody_seated(rounds: Callable[[int], int]) -> None:
    staff, crowd = make.organizer(), [member() for _ in range(12)]
    for number in range(rounds(50)):
        event = make.event(starts_at=SATURDAY + number * make.DAY)
        cancel = lambda event=event: cancelling.cancel(event.pk, by=staff, at=NOON, reason="场地停电")  # noqa: E731
        answers = together(cancel, *(pressing(event, who) for who in crowd))
        assert set(answers) <= {"ok", "event.cancelled", "seat.full", "busy"}
        if answers[0] == "busy":
            cancel()
        event.refresh_from_db()
        assert event.status == "cancelled"
        assert held(event) == 0
        assert Seat.objects.filter(event=event, signups=None).count() == 12
        told = AuditEntry.objects.filter(action="signup.cancel", subject_type="events.Signup")
        assert told.filter(subject_id__in=event.signups.values("pk")).count() == answers[1:].count("ok") + 1


def test_check_in_and_cancelling_never_both_happen(rounds: Callable[[int], int]) -> None:
    staff = make.organizer()
    for number in range(rounds(30)):
        event = make.event(starts_at=SATURDAY + number * make.DAY)
        signup = make.seat(event)
        answers = together(
            lambda e=event: cancelling.cancel(e.pk, by=staff, at=e.starts_at, reason="场地停电"),
            lambda s=signup: checking_in.check_in(s.public_id, by=staff, at=s.event.starts_at),
        )
        assert answers in (["ok", "signup.stale"], ["event.checked_in", "ok"])
