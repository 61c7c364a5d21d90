"""Real threads on PostgreSQL: a crowd collects, and the run gives exactly the seats the reference function names (R22)."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from community.events.models import AllotmentRun, Event, SeatHold, Signup
from community.events.rules.allotment import Inputs, allot
from community.events.services import allotting, booking
from community.kernel.models import AuditEntry, Message
from community.members.models import Person
from tests.concurrency.test_seats import pressing, together, without_constraints
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, member

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("without_limits"),
]


def crowd(count: int) -> list[Person]:
    people = [member() for _ in range(count)]
    for number, who in enumerate(people):
        Person.objects.filter(pk=who.pk).update(joined_at=NOON - (number * 7919 % 400) * DAY)
    return people


def event(number: int) -> Event:
    starts_at = SATURDAY + number * DAY
    return make.event(starts_at=starts_at, seats_each=12, allots_at=starts_at - 2 * DAY)


def seated(of: Event) -> set[str]:
    rows = Signup.objects.filter(event=of, status="confirmed", is_host=False)
    return set(rows.values_list("public_id", flat=True))


def test_two_hundred_at_once_and_exactly_those_the_function_names(rounds: Callable[[int], int]) -> None:
    """In whatever order two hundred press: eleven beside the host, and the same ones every time it is worked out."""
    people = crowd(200)
    for number in range(max(1, rounds(10) // 3)):
        table = event(number)
        order = random.Random(number).sample(people, len(people))
        assert set(together(*(pressing(table, who) for who in order))) == {"ok"}
        assert not seated(table), "nobody is confirmed before the run"
        at = table.allots_at
        late = [partial(booking.sign_up, table.pk, who, by=who, at=at + HOUR) for who in people[:4]]
        assert set(together(*[partial(allotting.run_if_due, table.pk, at=at)] * 6, *late)) <= {"ok", "busy"}
        run = AllotmentRun.objects.get(event=table)
        inputs = Inputs.from_plain(run.inputs)
        assert len(inputs.candidates) == 200
        assert seated(table) == {outcome.key for outcome in allot(inputs) if outcome.seated}
        assert len(seated(table)) == 11
        # Who had a seat in an earlier round comes after everybody who had none.
        before = set(Signup.objects.exclude(event=table).filter(status="confirmed").values_list("person_id", flat=True))
        fresh = [who for who in people if who.pk not in before]
        longest = sorted(fresh, key=lambda who: Person.objects.get(pk=who.pk).joined_at)[:11]
        assert Signup.objects.filter(event=table, status="confirmed", person__in=longest).count() == 11
        confirmed = AuditEntry.objects.filter(action="signup.confirm", subject_id__in=table.signups.values("pk"))
        assert confirmed.count() == 12, "once for each"


def test_coming_and_going_while_the_run_is_due_never_bumps_anybody(rounds: Callable[[int], int]) -> None:
    people = crowd(30)
    for number in range(rounds(40)):
        dice = random.Random(number)
        table = event(number)
        for who in people[:20]:
            make.seat(table, who)
        at = table.allots_at
        acts = [partial(allotting.run_if_due, table.pk, at=at)] * 3
        acts += [partial(booking.sign_up, table.pk, who, by=who, at=at + timedelta(minutes=1)) for who in people[20:]]
        acts += [partial(booking.withdraw, table.pk, who, by=who, at=at - HOUR) for who in people[:3]]
        dice.shuffle(acts)
        assert set(together(*acts)) <= {"ok", "busy"}
        allotting.run_if_due(table.pk, at=at + HOUR)
        rows = Signup.objects.filter(event=table)
        assert rows.filter(status__in=["confirmed", "offered"]).count() == 12
        assert SeatHold.objects.filter(signup__event=table, freed_at=None).count() == 12
        assert AllotmentRun.objects.filter(event=table).count() == 1
        gone = AuditEntry.objects.filter(action="signup.withdraw", subject_id__in=rows.values("pk"))
        assert set(gone.values_list("actor_id", flat=True)) <= {who.pk for who in people[:3]}, "only by themselves"


def test_without_the_lock_and_the_constraint_the_run_happens_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above prove nothing."""

    def unlocked(event_id: int):
        table = Event.objects.select_related("city").get(pk=event_id)
        return table, list(Signup.objects.filter(event_id=event_id, status="waiting").select_related("person", "seat"))

    broken = 0
    people = crowd(14)
    for number in range(4):
        table = event(number)
        for who in people:
            make.seat(table, who)
        with monkeypatch.context() as patch, without_constraints():
            patch.setattr("community.events.services.seating.lock_with_everybody", unlocked)
            try:
                together(*[partial(allotting.run_if_due, table.pk, at=table.allots_at)] * 6)
            except Exception:  # the database's last word, untranslated
                broken += 1
            broken += Message.objects.filter(kind="events/seat_confirmed").count() > 12 * (number + 1)
    assert broken
