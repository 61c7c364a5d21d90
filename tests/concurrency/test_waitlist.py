"""Real threads on PostgreSQL: the waitlist never oversells, never undersells, and nobody overtakes (invariants 1, 2)."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from community.events import selectors
from community.events.models import Event, SeatHold, Signup
from community.events.services import booking, offering, publishing
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from tests.concurrency.test_seats import THREADS, held, pressing, together, without_lock
from tests.events import make
from tests.events.make import HOUR, SATURDAY
from tests.make import NOON, member

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("without_limits"),
]
MINUTE = timedelta(minutes=1)
ALLOWED = {"ok", "offer.none", "offer.over", "signup.none", "seat.full", "seat.taken", "seats.occupied", "busy"}


def sound(event: Event) -> None:
    """Never above capacity, nobody undersold, one chair a person, and the record of each chair tells the same."""
    event.refresh_from_db()
    rows = Signup.objects.filter(event=event)
    seated = rows.filter(status__in=["offered", "confirmed"])
    assert seated.count() <= event.capacity
    assert seated.values("seat_id").distinct().count() == seated.count()
    assert not rows.filter(status="waiting").exists() or seated.count() == event.capacity
    assert SeatHold.objects.filter(signup__event=event, freed_at=None).count() == seated.count()


def test_forty_people_come_go_and_accept_while_offers_end(rounds: Callable[[int], int]) -> None:
    people, staff = [member() for _ in range(40)], make.organizer()
    for number in range(rounds(40)):
        dice = random.Random(number)
        event = make.event(starts_at=SATURDAY + number * make.DAY)
        for minute, who in enumerate(people[:30]):
            make.seat(event, who, at=NOON + minute * MINUTE)
        at = NOON + HOUR
        for step in range(3):
            acts = []
            for who in people:
                verb = dice.choice([booking.withdraw, booking.accept, booking.accept, booking.sign_up])
                acts.append(partial(verb, event.pk, who, by=who, at=at))
            acts += [partial(offering.sweep, at=at)] * 3
            size = {"table_count": 2} if step == 1 else {}
            acts.append(partial(publishing.edit, event.pk, by=staff, at=at, **size))
            dice.shuffle(acts)
            assert set(together(*acts)) <= ALLOWED
            sound(event)
            at += 13 * HOUR
        offering.sweep(at=at)
        sound(event)


def test_freed_chairs_go_to_the_first_in_line_whoever_frees_them(rounds: Callable[[int], int]) -> None:
    """Eight leave at once on eight threads: the first eight of the line are asked, in whatever order it happened."""
    people = [member() for _ in range(30)]
    for number in range(rounds(50)):
        event = make.event(kind="class", seats_each=10, starts_at=SATURDAY + number * make.DAY)
        for minute, who in enumerate(people):
            make.seat(event, who, at=NOON + minute * MINUTE)
        at = NOON + HOUR
        line = [place.signup.person_id for place in selectors.line(event, at) if place.signup]
        leaving = [partial(booking.withdraw, event.pk, who, by=who, at=at) for who in people[:8]]
        assert together(*leaving, *[partial(offering.sweep, at=at)] * 4) == ["ok"] * 12
        asked = Signup.objects.filter(event=event, status="offered").values_list("person_id", flat=True)
        assert set(asked) == set(line[:8])
        order = AuditEntry.objects.filter(action="signup.offer", subject_id__in=event.signups.values("pk"))
        assert list(order.order_by("pk").values_list("person_id", flat=True)) == line[:8]


def test_an_offer_is_accepted_declined_and_ended_at_once(rounds: Callable[[int], int]) -> None:
    """One chair, one answer: whatever comes first holds, and never two people sit on it."""
    seated, first, second = member(), member(), member()
    for number in range(rounds(50)):
        event = make.event(kind="class", seats_each=1, starts_at=SATURDAY + number * make.DAY)
        for minute, who in enumerate((seated, first, second)):
            make.seat(event, who, at=NOON + minute * MINUTE)
        booking.withdraw(event.pk, seated, by=seated, at=NOON + HOUR)
        late = NOON + 13 * HOUR
        answers = together(
            partial(booking.accept, event.pk, first, by=first, at=late - MINUTE),
            partial(booking.withdraw, event.pk, first, by=first, at=late - MINUTE),
            partial(offering.sweep, at=late),
            partial(offering.sweep, at=late),
        )
        assert set(answers) <= {"ok", "offer.none"}
        sound(event)


def test_the_last_hours_first_tap_wins_once(rounds: Callable[[int], int]) -> None:
    people = [member() for _ in range(THREADS)]
    for number in range(rounds(50)):
        event = make.event(kind="class", seats_each=1, starts_at=SATURDAY + number * make.DAY)
        seated = make.seat(event)
        for who in people:
            make.seat(event, who)
        at = event.starts_at - HOUR
        booking.withdraw(event.pk, seated.person, by=seated.person, at=at)
        taps = [partial(booking.accept, event.pk, who, by=who, at=at) for who in people]
        answers = together(*taps)
        assert sorted(answers) == ["ok"] + ["seat.full"] * (THREADS - 1)
        assert held(event) == 1


def test_a_newcomer_never_gets_the_chair_that_somebody_waits_for(rounds: Callable[[int], int]) -> None:
    seated, waiting, newcomers = member(), member(), [member() for _ in range(8)]
    for number in range(rounds(50)):
        event = make.event(kind="class", seats_each=1, starts_at=SATURDAY + number * make.DAY)
        make.seat(event, seated)
        make.seat(event, waiting)
        leave = partial(booking.withdraw, event.pk, seated, by=seated, at=NOON)
        assert together(leave, *(pressing(event, who) for who in newcomers)) == ["ok"] * 9
        assert Signup.objects.get(event=event, status="offered").person_id == waiting.pk
        assert held(event) == 0


def test_without_the_event_lock_the_line_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above prove nothing: unlocked, an answer is refused or a chair stays idle beside the line."""
    people = [member() for _ in range(30)]
    broken = 0
    for number in range(6):
        event = make.event(kind="class", seats_each=10, starts_at=SATURDAY + number * make.DAY)
        for minute, who in enumerate(people):
            make.seat(event, who, at=NOON + minute * MINUTE)
        with without_lock(monkeypatch):
            acts = [partial(booking.withdraw, event.pk, who, by=who, at=NOON + HOUR) for who in people[:10]]
            try:
                answers = together(*acts, *[partial(offering.settle_event, event.pk, at=NOON + HOUR)] * 6)
            except Exception:  # the database's last word, untranslated
                broken += 1
                continue
        idle = Signup.objects.filter(event=event, status__in=["offered", "confirmed"]).count() < 10
        broken += set(answers) != {"ok"} or idle
    assert broken


def test_refusals_leave_nothing_behind() -> None:
    event = make.event(kind="class", seats_each=1)
    seated, who = make.seat(event), make.seat(event)
    with pytest.raises(RuleBroken):
        booking.accept(event.pk, who.person, by=who.person, at=NOON)
    assert list(event.signups.order_by("pk").values_list("pk", "status")) == [
        (seated.pk, "confirmed"), (who.pk, "waiting"),
    ]  # fmt: skip
