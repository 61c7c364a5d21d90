"""A plan told in figures, for people and for the organizer: who is new to whom, and what is not as it should be."""

from dataclasses import dataclass, field
from itertools import combinations

from community.events.planning.question import Pair, Question, pair


@dataclass(frozen=True)
class TableScore:
    """One table. Pairs are counted; what should not be is named by its pairs of keys."""

    pairs: int
    new_pairs: int
    fits: int
    newcomers: int
    experienced: int
    all_new: bool
    host: int | None = None
    same_company: tuple[Pair, ...] = ()
    same_industry: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Room:
    tables: tuple[TableScore, ...]
    torn: tuple[tuple[int, ...], ...] = field(default=())  # asked to sit together, and don't

    @property
    def pairs(self) -> int:
        return sum(table.pairs for table in self.tables)

    @property
    def new_pairs(self) -> int:
        return sum(table.new_pairs for table in self.tables)

    @property
    def fits(self) -> int:
        return sum(table.fits for table in self.tables)


def score(question: Question, tables: tuple[tuple[int, ...], ...]) -> Room:
    """The figures of any seating of the question's guests, planned or moved by hand."""
    question = question.in_order()
    table_of = {key: n for n, there in enumerate(tables) for key in there}
    torn = tuple(group for group in question.together if len({table_of[key] for key in group if key in table_of}) > 1)
    return Room(tuple(_table(question, there) for there in tables), torn)


def _table(question: Question, keys: tuple[int, ...]) -> TableScore:
    there = [guest for guest in question.guests if guest.key in set(keys)]
    met = {(a, b) for a, b, _ in question.met}
    pairs = [(a, b, pair(a.key, b.key)) for a, b in combinations(there, 2)]
    industries = [both for a, b, both in pairs if a.industry is not None and a.industry == b.industry]
    return TableScore(
        pairs=len(pairs),
        new_pairs=sum(both not in met for _, _, both in pairs),
        fits=len({both for _, _, both in pairs} & set(question.fits)),
        newcomers=sum(guest.is_new for guest in there),
        experienced=sum(guest.is_experienced for guest in there),
        all_new=bool(there) and all(guest.is_new for guest in there),
        host=host_of(question, keys),
        same_company=tuple(both for a, b, both in pairs if set(a.companies) & set(b.companies)),
        same_industry=tuple(industries) if question.mix_industries else (),
        apart=tuple(sorted({both for _, _, both in pairs} & set(question.apart))),
    )


def new_to(question: Question, tables: tuple[tuple[int, ...], ...], key: int) -> tuple[int, int]:
    """For one person: how many of the others at their table are new to them, and how many others there are."""
    met = {pair(a, b) for a, b, _ in question.met}
    others = [other for there in tables if key in there for other in there if other != key]
    return sum(pair(key, other) not in met for other in others), len(others)


def host_of(question: Question, keys: tuple[int, ...]) -> int | None:
    """Who hosts a table of these people: who was named; else whoever sat at most tables, if they were at one at all."""
    named = [key for key, _ in question.hosts if key in keys]
    if named:
        return named[0]
    there = [guest for guest in question.guests if guest.key in keys and not guest.is_new]
    return min(there, key=lambda guest: (-guest.tables_before, guest.key)).key if there else None
