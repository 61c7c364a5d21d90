"""Random histories of one event against a small model: who sits, who is asked until when, who waits (R22, R24)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from community.events.models import Signup
from community.events.services import booking, offering, publishing
from community.kernel.errors import RuleBroken
from tests.events import make
from tests.events.make import DAY, HOUR
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.django_db
START = NOON + 3 * DAY + 2 * HOUR  # Tuesday, 14:00
MINUTE = timedelta(minutes=1)
CLASSES = [0, 1, 1, 1, 2, 2]  # by person: a running clock, no seat lately, a seat lately


@dataclass
class Model:
    """What product.md §5 says of seats, in forty lines and without a database."""

    room: int
    status: dict[int, str] = field(default_factory=dict)
    since: dict[int, datetime] = field(default_factory=dict)
    asked: dict[int, datetime] = field(default_factory=dict)
    ends: dict[int, datetime] = field(default_factory=dict)

    def of(self, *wanted: str) -> list[int]:
        return [who for who, status in self.status.items() if status in wanted]

    def free(self) -> int:
        return self.room - len(self.of("offered", "confirmed"))

    def settle(self, at: datetime) -> None:
        for who in self.of("offered"):
            if self.ends[who] <= at:
                self.status[who] = "waiting"
        if at >= START - 3 * HOUR:
            return
        first = datetime.min.replace(tzinfo=at.tzinfo)
        line = sorted(self.of("waiting"), key=lambda w: (CLASSES[w], self.asked.get(w, first), self.since[w]))
        for who in line[: self.free()]:
            self.status[who], self.asked[who] = "offered", at
            morning = at.replace(hour=8, minute=0)
            begins = morning if at.hour < 8 else morning + DAY if at.hour >= 22 else at
            self.ends[who] = min(begins + 12 * HOUR, START - 3 * HOUR)

    def sign_up(self, who: int, at: datetime) -> None:
        if self.status.get(who, "withdrawn") == "withdrawn" and at >= START:
            return
        self.settle(at)
        if self.status.get(who, "withdrawn") != "withdrawn":
            return
        self.since[who] = at
        self.asked.pop(who, None)
        self.status[who] = "waiting" if self.of("waiting") or not self.free() else "confirmed"
        self.settle(at)

    def accept(self, who: int, at: datetime) -> None:
        status = self.status.get(who)
        if at >= START or status not in ("waiting", "offered"):
            return
        if status == "waiting":
            over = [w for w in self.of("offered") if self.ends[w] <= at]
            if at >= START - 3 * HOUR and self.free() + len(over) > 0:
                self.settle(at)
                self.status[who] = "confirmed"
        elif at < self.ends[who]:
            self.status[who] = "confirmed"
        else:
            self.settle(at)

    def withdraw(self, who: int, at: datetime) -> None:
        if at < START and self.status.get(who) in ("waiting", "offered", "confirmed"):
            self.status[who] = "withdrawn"
            self.settle(at)

    def resize(self, room: int, at: datetime) -> None:
        if at < START and room >= len(self.of("offered", "confirmed")):
            self.room = room
            self.settle(at)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sign_up"] * 4 + ["withdraw"] * 3 + ["accept"] * 3 + ["sweep", "resize"]),
        st.integers(0, len(CLASSES) - 1),
        st.sampled_from([1, 1, 7, 60, 240, 720, 900]),  # minutes that pass before it
    ),
    max_size=25,
)


def crowd() -> list[Any]:
    people = [approved(person()).person, *(member() for _ in CLASSES[1:])]
    earlier = make.event(kind="class", at=NOON - 20 * DAY, starts_at=NOON - 10 * DAY)
    for who in people[4:]:
        make.seat(earlier, who, at=NOON - 20 * DAY)
    return people


def act(verb: str, number: int, event: Any, people: list[Any], staff: Any, at: datetime) -> None:
    who = people[number]
    try:
        if verb == "sweep":
            offering.sweep(at=at)
        elif verb == "resize":
            publishing.edit(event.pk, by=staff, at=at, seats_each=1 + number % 3)
        else:
            getattr(booking, verb)(event.pk, who, by=who, at=at)
    except RuleBroken:
        pass


def follow(model: Model, verb: str, number: int, at: datetime) -> None:
    if verb == "sweep":
        model.settle(at)
    elif verb == "resize":
        model.resize(1 + number % 3, at)
    else:
        getattr(model, verb)(number, at)


def test_histories_follow_the_model() -> None:
    people, staff = crowd(), make.organizer()

    @given(room=st.integers(1, 3), steps=STEPS)
    def history(room: int, steps: list[tuple[str, int, int]]) -> None:
        with transaction.atomic():
            event = make.event(by=staff, kind="class", seats_each=room, starts_at=START)
            model, at = Model(room), NOON
            for verb, number, minutes in steps:
                at += minutes * MINUTE
                act(verb, number, event, people, staff, at)
                follow(model, verb, number, at)
                rows = {row.person_id: row for row in Signup.objects.filter(event=event)}
                real = {n: rows[who.pk].status for n, who in enumerate(people) if who.pk in rows}
                assert real == model.status, (verb, number, at)
                ends = {n: rows[people[n].pk].offer_ends_at for n in model.of("offered")}
                assert ends == {n: model.ends[n] for n in model.of("offered")}
                assert len(model.of("offered", "confirmed")) <= model.room
            transaction.set_rollback(True)

    history()
