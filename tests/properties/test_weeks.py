"""Random weeks of a club against `week.Week`: the same people sit, are asked until the same instant, wait, are refused."""

import copy
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from community.events import selectors
from community.events.models import Signup, StaffHold
from community.events.services import (
    allotting,
    booking,
    cancelling,
    checking_in,
    closing,
    guests,
    holding,
    offering,
    publishing,
)
from community.events.services.guests import NewGuest
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.members.models import Person
from tests.conftest import DEEP
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.make import NOON, approved, member, person, stake
from tests.properties.week import Happening, Member, Refused, Week

pytestmark = pytest.mark.django_db
WEEKS = 1000 if DEEP else 15
TICK = timedelta(microseconds=1)
THURSDAY = datetime(2026, 11, 26, 20, tzinfo=ZONE)
RELEASE = datetime(2026, 11, 30, 20, tzinfo=ZONE)  # Monday after the roundtable
WEDNESDAY = datetime(2026, 12, 2, 14, tzinfo=ZONE)
ENDS = SATURDAY + 3 * HOUR
EDGES = [THURSDAY, ENDS, RELEASE] + [start - ahead for start in (SATURDAY, WEDNESDAY) for ahead in (DAY, 3 * HOUR)]
# When people sat or were missing: sixty days and six months end at chosen instants of the week, to the tick.
PAST = [datetime(2026, 4, 1, 12, tzinfo=ZONE), datetime(2026, 5, 30, 12, tzinfo=ZONE)] + [
    edge - 60 * DAY for edge in (NOON + DAY, THURSDAY, THURSDAY + TICK, RELEASE, RELEASE - TICK, WEDNESDAY - DAY)
]
VERBS = ["sign_up"] * 6 + ["withdraw"] * 4 + ["accept"] * 5 + ["resize", "move_up", "worker", "worker"]
VERBS += ["bring"] * 3 + ["drop", "keep", "keep", "release"]


class Different(Exception):
    pass


class Club:
    """Ten people on two clocks, in two kinds of standing, two of them of one company; their pasts change by the week."""

    def __init__(self) -> None:
        make.without_limits()
        self.staff, self.hosts = make.organizer(), [member("陈明"), member("周宁")]
        self.people: list[Person] = [approved(person()).person for _ in range(2)] + [member() for _ in range(8)]
        shared = stake(self.people[4], verified_on=NOON.date()).company
        stake(self.people[5], verified_on=NOON.date(), company=shared)
        self.earlier = [
            make.event(kind="class", by=self.staff, at=at - DAY, starts_at=at, seats_each=20) for at in PAST
        ]
        self.numbers = {who.pk: number for number, who in enumerate(self.people)}

    def pasts(self, dice: random.Random) -> list[Member]:
        members = []
        for number, who in enumerate(self.people):
            joined = NOON - dice.choice([100, 100, 300, 700]) * DAY
            Person.objects.filter(pk=who.pk).update(joined_at=joined)
            one = Member(joined, on_clock=number < 2, company="shared" if number in (4, 5) else "")
            rows = []
            for event in dice.sample(self.earlier, dice.choice([0, 0, 1, 2, 3])):
                excused = dice.random() < 0.4
                one.seats.append(event.starts_at)
                one.offences += [] if excused else [event.starts_at]
                rows.append(
                    Signup(
                        event=event, person=who, status="missed", signed_up_at=event.created_at,
                        missed_at=event.ends_at, excused_at=event.ends_at if excused else None,
                        excused_by=self.staff if excused else None,
                    )
                )  # fmt: skip
            Signup.objects.bulk_create(rows)
            members.append(one)
        return members


class Life:
    """One week, lived twice: in the club and in the model."""

    def __init__(self, club: Club, dice: random.Random) -> None:
        self.club, self.dice, self.at = club, dice, NOON
        self.worker = dice.random() < 0.5  # else it is down all week: whoever comes later does its work
        rooms = [dice.randint(2, 4), dice.randint(2, 4)]
        fair = [dice.random() < 0.3, dice.random() < 0.6]
        reserve = dice.randint(0, 1)
        table = make.event(
            by=club.staff, starts_at=SATURDAY, host=club.hosts[0], seats_each=rooms[0],
            allots_at=THURSDAY if fair[0] else None,
        )  # fmt: skip
        visit = make.event(
            by=club.staff, kind="visit", starts_at=WEDNESDAY, host=club.hosts[1], seats_each=rooms[1], follows=[table],
            allots_at=RELEASE if fair[1] else None, reserve_for_others=reserve if fair[1] else 0,
        )  # fmt: skip
        self.events = {"table": table, "visit": visit}
        self.model = Week(
            club.pasts(dice),
            Happening(SATURDAY, rooms[0], allots=THURSDAY if fair[0] else None, seed=table.public_id),
            Happening(
                WEDNESDAY, rooms[1], RELEASE, RELEASE if fair[1] else None, reserve if fair[1] else 0, visit.public_id
            ),
        )
        self.told: list[object] = [self.worker, rooms, fair, reserve]

    def later(self, until: datetime) -> None:
        """A while, or to the very instant (or one tick before it) at which something ends."""
        model = self.model
        both = (model.table, model.visit)
        ends = [place.ends for one in both for place in one.places.values() if place.ends]
        ends += [kept.ends for one in both for kept in one.kept.values()]
        ahead = [edge for edge in (*EDGES, *ends, *ends, *ends) if self.at < edge - TICK and edge < until]
        if ahead and self.dice.random() < 0.45:
            self.at = min(self.dice.sample(ahead, min(2, len(ahead)))) - self.dice.choice([timedelta(0), TICK])
        else:
            self.at = min(until - TICK, self.at + self.dice.choice([0, 1, 30, 120, 420]) * HOUR / 60)

    def both(self, verb: str, which: str, real: Callable[[], Any], ideal: Callable[[Week], Any]) -> None:
        """Do it in the club and in the model: the same answer, and the same places at both events afterwards."""
        self.told.append((verb, which, self.at.isoformat()))
        seated = self.seated()
        try:
            real()
            answer = ""
        except RuleBroken as refused:
            answer = refused.code
        for name in ("table", "visit"):
            rows = Signup.objects.filter(event=self.events[name], is_host=False)
            getattr(self.model, name).keys = {self.club.numbers[row.person_id]: row.public_id for row in rows}
        tried = copy.deepcopy(self.model)
        expected = ""
        try:
            ideal(tried)
            self.model = tried
        except Refused as refused:
            expected = str(refused)
        if expected == "offer.over":  # the chair goes on at once
            self.model.settle(getattr(self.model, which), self.at)
        self.same(answer, expected)
        for name, event in self.events.items():
            one = getattr(self.model, name)
            found = {
                self.club.numbers[row.person_id]: (row.status, row.offer_ends_at, row.with_guest)
                for row in Signup.objects.filter(event=event, is_host=False)
            }
            self.same(found, {who: (place.status, place.ends, place.pair) for who, place in one.places.items()})
            self.same(one.free >= 0, True)
            if one.state == "open" and self.at < one.start:
                over = StaffHold.objects.filter(event=event, ended_at=None, ends_at__lte=self.at, seats__freed_at=None)
                free = one.free + sum(kept.chairs for kept in one.kept.values() if kept.ends <= self.at)
                self.same(selectors.free_chairs(event) + over.count(), free)
        gone = seated - self.seated()  # nobody is ever bumped, in whatever order things happen (R23)
        by_themselves = {(which, who) for name, who in gone if verb == f"withdraw {who}" and name == which}
        self.same(set() if verb in ("cancel", "close") else gone - by_themselves, set())
        early = [
            who for name, who in self.seated() if name == "visit" and not self.model.was_there(who, self.model.visit)
        ]
        self.same(early if self.at < RELEASE else [], [])

    def seated(self) -> set[tuple[str, int]]:
        rows = Signup.objects.filter(
            event__in=self.events.values(), status__in=["confirmed", "attended"], is_host=False
        )
        names = {event.pk: name for name, event in self.events.items()}
        return {(names[row.event_id], self.club.numbers[row.person_id]) for row in rows}

    def same(self, found: object, expected: object) -> None:
        if found != expected:
            raise Different(f"{self.told[-1]}: {found}, the model says {expected}; before: {self.told[:-1]}")

    def step(self) -> None:
        which = self.dice.choices(["table", "visit"], [2, 1] if self.at < SATURDAY else [0, 1])[0]
        event, at, club = self.events[which], self.at, self.club
        number = self.dice.randrange(len(club.people))
        asked = getattr(self.model, which).of("offered")
        verb = self.dice.choice(VERBS)
        if asked and self.dice.random() < 0.4:
            number, verb = self.dice.choice(asked), self.dice.choice(["accept", "accept", "withdraw", "cancel"])
        if verb == "cancel" and self.dice.random() < 0.7:
            verb = "accept"
        who, of = club.people[number], lambda week: getattr(week, which)
        if verb == "worker":
            if self.worker:
                self.work()
        elif verb == "cancel":
            self.both(
                verb, which,
                lambda: cancelling.cancel(event.pk, by=club.staff, at=at, reason="停电"), lambda week: week.cancel(of(week)),
            )  # fmt: skip
        elif verb == "resize":
            room = self.dice.randint(2, 5)
            self.both(
                f"{verb} {room}", which, lambda: publishing.edit(event.pk, by=club.staff, at=at, seats_each=room),
                lambda week: week.resize(of(week), room, at),
            )  # fmt: skip
        elif verb in ("keep", "release"):
            self.keep(which) if verb == "keep" else self.release(which)
        elif verb == "move_up":
            if key := getattr(self.model, which).keys.get(number):
                moving = {"event_id": event.public_id, "by": club.staff, "at": at, "reason": "请来的"}
                self.both(
                    f"{verb} {number}", which,
                    lambda: offering.move_up(key, **moving), lambda week: week.move_up(of(week), number, at),
                )  # fmt: skip
        else:
            # Whoever comes after the time of the allotment starts it, and it stands whatever they are told.
            acts = {"bring": partial(booking.sign_up, guest=NewGuest("安娜", "1")), "drop": guests.drop}
            act = acts.get(verb) or getattr(booking, verb)
            ideal = lambda week: getattr(week, verb)(of(week), number, at)  # noqa: E731
            starts = verb != "drop"
            self.both(
                f"{verb} {number}", which, lambda: act(event.pk, who, by=who, at=at),
                lambda week: self.after_allotment(week, which, ideal) if starts else ideal(week),
            )  # fmt: skip

    def after_allotment(self, week: Week, which: str, ideal: Callable[[Week], Any]) -> None:
        week.allot(getattr(week, which), self.at)
        self.model = copy.deepcopy(week)
        ideal(week)

    def keep(self, which: str) -> None:
        event, at, key = self.events[which], self.at, public_id()
        latest = getattr(self.model, which).start - 3 * HOUR
        until = self.dice.choice([at + HOUR, at + 5 * HOUR, at + 20 * HOUR, latest, latest + TICK])
        chairs = self.dice.randint(1, 2)
        kept = {
            "key": key,
            "chairs": chairs,
            "reason": "给讲者的朋友",
            "ends_at": until,
            "by": self.club.staff,
            "at": at,
        }
        ideal = lambda week: week.keep(getattr(week, which), key, chairs, until, at)  # noqa: E731
        self.both(
            f"keep {chairs} until {until.isoformat()}", which, lambda: holding.hold(event.pk, **kept),
            lambda week: self.after_allotment(week, which, ideal),
        )  # fmt: skip

    def release(self, which: str) -> None:
        event, kept = self.events[which], list(getattr(self.model, which).kept)
        if kept:
            key = self.dice.choice(kept)
            let_go = {"event_id": event.public_id, "by": self.club.staff, "at": self.at}
            self.both(
                "release", which, lambda: holding.release(key, **let_go),
                lambda week: week.release(getattr(week, which), key, self.at),
            )  # fmt: skip

    def work(self) -> None:
        def sweep(week: Week) -> None:
            for one in (week.table, week.visit):
                week.allot(one, self.at)
                if one.state == "open":
                    week.settle(one, self.at)

        def beat() -> None:
            allotting.run_all_due(at=self.at)
            offering.sweep(at=self.at)

        self.both("worker", "table", beat, sweep)

    def check_in(self, number: int) -> None:
        key = self.model.table.keys[number]
        tap = lambda: checking_in.check_in(key, by=self.club.staff, at=self.at, reason="补记")  # noqa: E731
        self.both(f"check_in {number}", "table", tap, lambda week: week.check_in(number))

    def live(self) -> None:
        for _ in range(14):
            self.later(SATURDAY)
            self.step()
        self.at = SATURDAY
        for number in self.model.table.of("confirmed"):
            if self.dice.random() < 0.6:
                self.check_in(number)
        if self.dice.random() < 0.8 and self.model.table.state == "open":
            self.at = ENDS
            staff, table = self.club.staff, self.events["table"]
            self.both("close", "table", lambda: closing.close_roster(table.pk, by=staff, at=ENDS), lambda w: w.close())
        for _ in range(14):
            self.later(WEDNESDAY + HOUR)
            forgotten = self.model.table.of("confirmed", "missed")
            if forgotten and self.dice.random() < 0.1:
                self.check_in(self.dice.choice(forgotten))
            else:
                self.step()
        if self.worker:
            self.work()


def test_weeks_follow_the_model() -> None:
    club, differences = Club(), []
    for number in range(WEEKS):
        with transaction.atomic():
            try:
                Life(club, random.Random(number)).live()
            except Different as difference:
                differences.append(f"week {number}: {difference}")
            transaction.set_rollback(True)
    assert not differences, "\n".join([f"{len(differences)} of {WEEKS}", *differences[:5]])
