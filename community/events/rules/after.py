"""After an event (R29): when people are asked, and what may be said of the answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

ASKED_FOR = timedelta(days=14)
ASKED_AFTER = timedelta(hours=2)  # people are on their way home
LEAST_ANSWERS = 3  # fewer would say who said it
SECOND_WITHIN = timedelta(days=14)


def asked_until(ends_at: datetime) -> datetime:
    return ends_at + ASKED_FOR


@dataclass(frozen=True)
class Satisfaction:
    """How many were there, how many answered, how many said yes; `told` only from three answers on."""

    there: int = 0
    answers: int = 0
    yes: int = 0

    @property
    def told(self) -> bool:
        return self.answers >= LEAST_ANSWERS

    @property
    def percent(self) -> int:
        return round(self.yes * 100 / self.answers) if self.answers else 0

    @property
    def response(self) -> int:
        return round(self.answers * 100 / self.there) if self.there else 0


def total(events: Iterable[Satisfaction]) -> Satisfaction:
    """Of several events: those with too few answers are left out. Whichever totals one takes from one another, what is
    left are whole events with enough answers each."""
    told = [one for one in events if one.told]
    return Satisfaction(sum(one.there for one in told), sum(one.answers for one in told), sum(one.yes for one in told))


@dataclass(frozen=True)
class Sitting:
    """One check-in: who, at which event and table (None: no table), when it began, whether it was a visit."""

    person: int
    event: int
    table: int | None
    began_at: datetime
    is_visit: bool = False


def second_connections(
    sittings: Iterable[Sitting], since: datetime, until: datetime
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each table of [since, until): (people there, of them those who met one of the others again in 14 days).

    Again means checked in at another table together, or at the same visit (R35). Keys are (event, table).
    """
    tables: dict[tuple[int, int], list[Sitting]] = {}
    meetings: dict[int, list[tuple[datetime, str, int]]] = {}
    for sitting in sittings:
        if sitting.table is not None:
            tables.setdefault((sitting.event, sitting.table), []).append(sitting)
            meetings.setdefault(sitting.person, []).append((sitting.began_at, "table", sitting.table))
        elif sitting.is_visit:
            meetings.setdefault(sitting.person, []).append((sitting.began_at, "visit", sitting.event))
    found = {}
    for key, there in tables.items():
        if since <= there[0].began_at < until and len(there) > 1:
            found[key] = len(there), _met_again(there, meetings)
    return found


def _met_again(there: list[Sitting], meetings: Mapping[int, list[tuple[datetime, str, int]]]) -> int:
    began_at = there[0].began_at
    places: dict[tuple[str, int], set[int]] = {}
    for sitting in there:
        for met_at, kind, place in meetings.get(sitting.person, []):
            if began_at < met_at <= began_at + SECOND_WITHIN:
                places.setdefault((kind, place), set()).add(sitting.person)
    return len(set().union(*(people for people in places.values() if len(people) > 1)))
