"""Who sits with whom, week after week, with the product's own planner; ties come from sitting together alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from community.events.planning import Guest, Question, propose
from devtools.seating import Bar

TOPICS = 60  # what one needs and another offers
CONFLICTS = 150
OFTEN = 1.3  # how unequal attendance is: at 1.3 a lot's tables reach 94, 88 and 78 % in 12, 26 and 52 weeks
Planner = Callable[[Question], tuple[tuple[int, ...], ...]]


@dataclass
class Club:
    """Members, what they need and offer, who must not meet; and who has sat with whom so far."""

    members: int
    share: float = 1.0
    aims: bool = False
    cohort: bool = False
    rng: Random = field(default_factory=lambda: Random(7))  # a simulation is no secret
    met: dict[tuple[int, int], int] = field(default_factory=dict)
    seats: dict[int, int] = field(default_factory=dict)
    limit: int = 0
    fits_seated: int = 0
    conflicts_seated: int = 0
    slowest: float = 0.0

    def __post_init__(self) -> None:
        draw = Random(11)
        keys = range(self.members)
        needs = {key: draw.randrange(TOPICS) for key in keys}
        offers = {key: {draw.randrange(TOPICS), draw.randrange(TOPICS)} for key in keys}
        # Some come every week and many rarely: the regulars meet one another again and again.
        rare = (1 - self.share) / self.share * OFTEN
        self.comes = {key: 1.0 if self.share == 1 else draw.betavariate(OFTEN, rare) for key in keys}
        self.stages = {key: draw.randrange(5) for key in keys}
        self.fits = {(a, b) for a, b in combinations(keys, 2) if needs[a] in offers[b] or needs[b] in offers[a]}
        # A share of all pairs that leaves somebody apart every week at any size.
        self.conflicts = {tuple(sorted(draw.sample(keys, 2))) for _ in range(CONFLICTS)}

    def week(self, number: int, planner: Planner, tables: int | None = None) -> None:
        there = [key for key in range(self.members) if self.rng.random() < self.comes[key]]
        count = tables or -(-len(there) // 12)
        question = Question(
            tuple(Guest(key, self.seats.get(key, 0), stage=self.stages[key] if self.aims else None) for key in there),
            (12,) * count,
            met=tuple((a, b, times) for (a, b), times in self.met.items()),
            fits=tuple(self.fits) if self.aims else (),
            apart=tuple(self.conflicts) if self.aims else (),
            cohort=tuple(range(self.members)) if self.cohort else (),
            seed=number,
        )
        began = time.process_time()
        seated = planner(question)
        self.slowest = max(self.slowest, time.process_time() - began)
        self._remember(seated)

    def _remember(self, seated: tuple[tuple[int, ...], ...]) -> None:
        for table in seated:
            self.limit += len(table) * (len(table) - 1) // 2
            for key in table:
                self.seats[key] = self.seats.get(key, 0) + 1
            for both in combinations(sorted(table), 2):
                self.fits_seated += both in self.fits and both not in self.met
                self.conflicts_seated += both in self.conflicts
                self.met[both] = self.met.get(both, 0) + 1

    @property
    def reached(self) -> float:
        return len(self.met) / min(self.limit, self.members * (self.members - 1) // 2)


def planned(question: Question) -> tuple[tuple[int, ...], ...]:
    return propose(question).tables


def drawn(question: Question) -> tuple[tuple[int, ...], ...]:
    """Tables by lot, to compare with."""
    keys = [guest.key for guest in question.guests]
    Random(question.seed).shuffle(keys)
    return tuple(tuple(keys[n :: len(question.chairs)]) for n in range(len(question.chairs)))


def run(club: Club, weeks: int, planner: Planner = planned, tables: int | None = None) -> Club:
    for number in range(weeks):
        club.week(number, planner, tables)
    return club


def measure(quick: bool) -> Iterator[Bar]:
    small = run(Club(36), 4)
    yield Bar("36 people, 4 weeks: all 630 pairs", f"{len(small.met)} pairs", len(small.met) == 630)
    small = run(Club(36, cohort=True), 4)
    yield Bar("36 people who stay the same, 4 weeks: 630", f"{len(small.met)} pairs", len(small.met) == 630)
    middle = run(Club(120), 12)
    yield Bar("120 people, 12 weeks: at least 88 % of what can be", f"{middle.reached:.1%}", middle.reached >= 0.88)
    middle = run(Club(120, cohort=True), 12, tables=11)
    yield Bar("120 people who stay the same, 12 weeks: 100 %", f"{middle.reached:.1%}", middle.reached == 1)
    if not quick:
        yield from _year()


def _year() -> Iterator[Bar]:
    club = run(Club(600, share=0.29), 26)
    yield Bar("600 members, 29 % come, 26 weeks: at least 99.9 %", f"{club.reached:.2%}", club.reached >= 0.999)
    plain = len(club.met)
    for number in range(26, 52):
        club.week(number, planned)
    yield Bar("600 members, 52 weeks: at least 95 %", f"{club.reached:.2%}", club.reached >= 0.95)
    yield Bar("one evening of about 174 guests: at most 5 s of CPU", f"{club.slowest:.1f} s", club.slowest <= 5)
    lot = run(Club(600, share=0.29, aims=True), 26, drawn)
    aimed = run(Club(600, share=0.29, aims=True), 26)
    yield Bar(
        "with all aims: asked conflicts at a table, by lot and planned",
        f"{lot.conflicts_seated} → {aimed.conflicts_seated}", not aimed.conflicts_seated,
    )  # fmt: skip
    times = aimed.fits_seated / lot.fits_seated
    yield Bar(
        "needs that meet offers: at least 3 times as many as by lot",
        f"{lot.fits_seated} → {aimed.fits_seated} ({times:.1f} times)", times >= 3,
    )  # fmt: skip
    fewer = 1 - len(aimed.met) / plain
    yield Bar("… for at most 1.5 % fewer new pairs", f"{fewer:.2%}", fewer <= 0.015)
