"""What the planner is asked, in plain values, and what it answers."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

EXPERIENCED = 3  # tables sat at before: somebody who carries a table
VERSION = 1  # of the engine: another way of planning is another input

Pair = tuple[int, int]


def pair(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)


@dataclass(frozen=True)
class Guest:
    """Somebody who will sit at a table. `tables_before`: tables they were checked in at; `stage`: 0 to 4."""

    key: int
    tables_before: int = 0
    companies: tuple[int, ...] = ()
    industry: int | None = None
    stage: int | None = None

    @property
    def is_new(self) -> bool:
        return self.tables_before == 0

    @property
    def is_experienced(self) -> bool:
        return self.tables_before >= EXPERIENCED


@dataclass(frozen=True)
class Question:
    """Everything a plan depends on: the same question has the same answer, whatever order its parts come in.

    Tables are counted from 0; `chairs` says how many each has. `met` are pairs with how often they sat together;
    `fits` pairs of whom one needs what the other offers. `apart`, `together` and `here` (guest, table) are what the
    organizer wants; `hosts` (guest, table) the hosts already named. `cohort` lists the people of a group that comes
    unchanged every week, in an order that stays.
    """

    guests: tuple[Guest, ...]
    chairs: tuple[int, ...]
    met: tuple[tuple[int, int, int], ...] = ()
    fits: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    here: tuple[Pair, ...] = ()
    hosts: tuple[Pair, ...] = ()
    mix_industries: bool = False
    cohort: tuple[int, ...] = ()
    seed: int = 0

    def in_order(self) -> "Question":
        """The same question, its parts in one order: pairs smaller key first, everything sorted, nothing twice."""
        pairs = {name: tuple(sorted({pair(*both) for both in getattr(self, name)})) for name in ("fits", "apart")}
        met = {pair(a, b): times for a, b, times in self.met}
        return Question(
            guests=tuple(sorted(self.guests, key=lambda guest: guest.key)),
            chairs=self.chairs,
            met=tuple((a, b, times) for (a, b), times in sorted(met.items())),
            together=tuple(sorted(tuple(sorted(set(group))) for group in self.together if len(set(group)) > 1)),
            here=tuple(sorted(set(self.here))),
            hosts=tuple(sorted(set(self.hosts))),
            mix_industries=self.mix_industries,
            cohort=self.cohort,
            seed=self.seed,
            **pairs,
        )

    def digest(self) -> str:
        """What is stored beside a plan: anybody can ask again and compare."""
        text = json.dumps({"version": VERSION, **asdict(self.in_order())}, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """The guests of each table by key, and who hosts it (None: nobody there could)."""

    tables: tuple[tuple[int, ...], ...]
    hosts: tuple[int | None, ...]
    digest: str
