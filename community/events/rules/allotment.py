"""Fair allotment (R22, R23, R26): who gets the seats of an event that is always full, as one pure function.

Signing up early earns nothing: inside a class whoever waited longest since the last seat comes first, and a seed that
stands since the publication decides between equals. The same input gives the same answer, on any machine, for anybody.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from community.events.rules import CLASSES, RELEASE_HOUR, RELEASED_BEFORE, VISIT, unforgiven
from community.kernel.days import day_of, start_of

FIRST_COME, ALLOTMENT = "first_come", "allotment"
ALLOTTED_BEFORE = timedelta(days=2)  # of an event that follows none: the evening two days before
FOUR_WEEKS = timedelta(weeks=4)  # R26: what each no-show that is not forgiven adds to the wait
RANKS = {code: rank for rank, (code, _) in enumerate(CLASSES)}
SEAT, RESERVED, LINE, SAME_COMPANY = "seat", "reserved", "line", "company"


def allot_at(starts_at: datetime, releases_at: datetime | None) -> datetime:
    """When signups end being collected: at a visit's release, else at 20:00 two days before, community time."""
    if releases_at is not None:
        return releases_at
    evening = start_of(day_of(starts_at - ALLOTTED_BEFORE)) + timedelta(hours=RELEASE_HOUR)
    return min(evening, starts_at - RELEASED_BEFORE)


def waits_since(last_seat_at: datetime | None, joined_at: datetime, offences: Sequence[datetime]) -> datetime:
    """Since when somebody waits: the last seat (a late cancellation counts as one), else joining; R26 moves it later."""
    return (last_seat_at or joined_at) + FOUR_WEEKS * len(unforgiven(offences))


@dataclass(frozen=True)
class Candidate:
    """Somebody who signed up. `since` is an ISO instant; `barred`: the refusal that keeps them from a seat now, if any."""

    key: str
    code: str
    since: str
    company: str = ""
    barred: str = ""

    @property
    def since_on(self) -> date:
        return day_of(datetime.fromisoformat(self.since))


@dataclass(frozen=True)
class Outcome:
    """The place in order, from 1, and the reason: "seat", "reserved", "line", "company", or what bars the person."""

    key: str
    place: int
    reason: str

    @property
    def seated(self) -> bool:
        return self.reason in (SEAT, RESERVED)


@dataclass(frozen=True)
class Inputs:
    """Everything the run looks at. `first`: the class that `reserve` seats are kept from, for the others."""

    candidates: tuple[Candidate, ...]
    seats: int
    seed: str
    first: str = ""
    reserve: int = 0
    taken: tuple[str, ...] = ()  # companies that have a seat already: the host's

    def digest(self) -> str:
        """SHA-256 of the inputs, in an order of their own: who signed up first leaves no trace in it."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def plain(self) -> dict[str, object]:
        facts = asdict(self)
        facts["candidates"] = sorted(facts["candidates"], key=lambda one: one["key"])
        facts["taken"] = sorted(self.taken)
        return facts

    @classmethod
    def from_plain(cls, facts: dict[str, object]) -> "Inputs":
        read = json.loads(json.dumps(facts))
        people = tuple(Candidate(**one) for one in read.pop("candidates"))
        return cls(people, **read | {"taken": tuple(read["taken"])})


def first_class(kind: str) -> str:
    """Whom a class is kept for first: people of the table before at a visit, running clocks elsewhere."""
    return "table" if kind == VISIT else "clock"


def tie(seed: str, key: str) -> str:
    """Between equals: a number nobody chose, which anybody can work out again."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def in_fair_order(candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    return sorted(
        candidates, key=lambda one: (RANKS[one.code], datetime.fromisoformat(one.since), tie(seed, one.key), one.key)
    )


def allot(inputs: Inputs) -> list[Outcome]:
    """Who gets a seat and why, in order. Barred people and a company's second person are set aside before the order
    is counted; they stay in line, after the others."""
    ordered = in_fair_order(inputs.candidates, inputs.seed)
    aside = _set_aside(ordered, inputs.taken)
    line = [one for one in ordered if one.key not in aside]
    seated = _seated(line, inputs)
    reasons = {one.key: aside.get(one.key) or seated.get(one.key, LINE) for one in ordered}
    places = [*line, *(one for one in ordered if one.key in aside)]
    return [Outcome(one.key, place, reasons[one.key]) for place, one in enumerate(places, start=1)]


def _set_aside(ordered: Sequence[Candidate], taken: Collection[str]) -> dict[str, str]:
    aside, companies = {}, set(taken)
    for one in ordered:
        if one.barred:
            aside[one.key] = one.barred
        elif one.company and one.company in companies:
            aside[one.key] = SAME_COMPANY
        elif one.company:
            companies.add(one.company)
    return aside


def _seated(line: Sequence[Candidate], inputs: Inputs) -> dict[str, str]:
    """`reserve` seats go to people outside the first class; what they leave goes on in order."""
    others = [one.key for one in line if one.code != inputs.first]
    kept = min(inputs.reserve, inputs.seats, len(others))
    first = [one.key for one in line][: inputs.seats - kept]
    helped = [key for key in others if key not in first][:kept]
    rest = [one.key for one in line if one.key not in first and one.key not in helped]
    more = rest[: inputs.seats - len(first) - len(helped)]
    return dict.fromkeys([*first, *more], SEAT) | dict.fromkeys(helped, RESERVED)
