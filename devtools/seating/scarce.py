"""Who gets a scarce seat: a year of one table a week, by first come and by fair allotment (engines of the seats).

Everybody wants a seat as often as they do; the eager press first. What counts is the worst-off tenth: of the seats they
wanted, how many they got. The order itself is the product's own function.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import django

from devtools.seating import Bar

ZONE = ZoneInfo("Asia/Shanghai")

MEMBERS, SEATS, WEEKS, SEEDS = 120, 12, 52, 20
BEGINS = datetime(2026, 1, 3, 14, tzinfo=ZONE)
BAR = 1.6  # × first come
WANTS = (0.15, 0.6)
SPREAD = 0.2
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "community.settings",
    "SECRET_KEY": "only-for-a-simulation",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
Week = Callable[[int, Sequence["Member"]], list["Member"]]


@dataclass
class Member:
    key: str
    wants: float  # how likely they want this week's seat
    haste: float  # how much later they press, as a rule
    joined_at: datetime
    last_at: datetime | None = None
    wanted: int = 0
    got: int = 0

    @property
    def success(self) -> float:
        return self.got / self.wanted if self.wanted else 1.0


def people(seed: int) -> list[Member]:
    rng = Random(seed)
    return [
        Member(f"m{n:03}", rng.uniform(*WANTS), rng.uniform(0, SPREAD), BEGINS - timedelta(days=rng.randrange(400)))
        for n in range(MEMBERS)
    ]


def first_come(rng: Random) -> Week:
    """Whoever presses first: some are later as a rule, the rest is luck."""
    return lambda week, asking: sorted(asking, key=lambda one: one.haste + rng.expovariate(1.0))[:SEATS]


def lottery(rng: Random) -> Week:
    return lambda week, asking: rng.sample(asking, min(SEATS, len(asking)))


def fair(rng: Random) -> Week:
    from community.events.rules.allotment import Candidate, Inputs, allot

    def give(week: int, asking: Sequence[Member]) -> list[Member]:
        candidates = tuple(Candidate(one.key, "standing", (one.last_at or one.joined_at).isoformat()) for one in asking)
        named = {one.key for one in allot(Inputs(candidates, SEATS, f"week {week}")) if one.seated}
        return [one for one in asking if one.key in named]

    return give


def year(seed: int, how: Callable[[Random], Week]) -> list[Member]:
    rng = Random(f"{seed}:year")
    members, give = people(seed), how(Random(f"{seed}:order"))
    for week in range(WEEKS):
        asking = [one for one in members if rng.random() < one.wants]
        for one in asking:
            one.wanted += 1
        for one in give(week, asking):
            one.got += 1
            one.last_at = BEGINS + timedelta(weeks=week)
    return members


def worst_tenth(members: Sequence[Member]) -> float:
    worst = sorted(one.success for one in members)[: len(members) // 10]
    return sum(worst) / len(worst)


def years(seeds: int, how: Callable[[Random], Week]) -> tuple[float, float]:
    """The success of the worst-off tenth, and how many people never had a seat; means of the seeds."""
    found = [year(seed, how) for seed in range(seeds)]
    never = sum(sum(not one.got for one in members) for members in found) / seeds
    return sum(map(worst_tenth, found)) / seeds, never


def measure(quick: bool) -> Iterator[Bar]:
    os.environ.update(SETTINGS)
    django.setup()
    seeds = 4 if quick else SEEDS
    first, first_never = years(seeds, first_come)
    drawn, drawn_never = years(seeds, lottery)
    longest, never = years(seeds, fair)
    yield Bar(
        f"{MEMBERS} members, {SEATS} seats, {WEEKS} weeks: the worst-off tenth ≥ {BAR} × first come",
        f"{longest / first:.2f} × ({longest:.3f} of the seats they wanted; first come {first:.3f}, lottery {drawn:.3f})",
        longest >= BAR * first,
    )
    yield Bar(
        "fewer people who never had a seat than by first come and by lottery",
        f"{never:.1f} (first come {first_never:.1f}, lottery {drawn_never:.1f})",
        never < min(first_never, drawn_never),
    )
