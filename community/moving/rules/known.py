"""What is known on both sides when a file is looked through: its rows as values, and the club as it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from community.moving.rules import cells
from community.moving.rules.columns import SUBJECTS

Occasion = tuple[str, datetime, str]  # kind, beginning, topic


@dataclass(frozen=True)
class Fault:
    """What is wrong: at which column ("" for the row as a whole), the word for it, what was found there."""

    column: str
    code: str
    found: str = ""
    more: str = ""


@dataclass(frozen=True)
class Change:
    """A field that would be written: from → to, as people read them."""

    column: str
    old: str
    new: str


@dataclass
class Line:
    """One row of a file. `values` holds what is not blank and could be read; `number` is the sheet's own."""

    subject: str
    number: int
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    title: str = ""
    who: str = ""  # the e-mail of the member it is about
    changes: list[Change] = field(default_factory=list)
    result: str = ""

    def lacks(self, column: str) -> bool:
        """Nothing stands there: neither a value nor something that was wrong."""
        return column not in self.values and all(fault.column != column for fault in self.faults)

    def wrong(self, column: str, code: str, found: Any = None, more: str = "") -> None:
        value = self.values.get(column) if found is None else found
        self.faults.append(Fault(column, code, cells.shown(value), more))


@dataclass(frozen=True)
class Period:
    """A term, half-open. `line`: the row of the file it comes from, 0 for one of the club's."""

    starts_on: date
    ends_on: date
    ends_early_on: date | None = None
    tier: int = 0
    line: int = 0


@dataclass
class Known:
    """Somebody who has an account. `values`: what the columns of Members say of them today."""

    pk: int
    email: str
    values: dict[str, Any]
    application: int | None = None  # the admitted one
    applying: bool = False
    shut: bool = False
    stakes: tuple[str, ...] = ()  # codes of all companies they stand for
    terms: tuple[Period, ...] = ()


@dataclass
class Club:
    """The club as it stands, read in a fixed number of questions."""

    people: Mapping[str, Known]
    companies: Mapping[str, tuple[int, str]]  # code → key, name
    balances: Mapping[tuple[str, date], int]
    occasions: Mapping[Occasion, int]
    attended: frozenset[tuple[str, Occasion]]
    lists: cells.Lists
    trainee_tiers: frozenset[int]
    at_tables: frozenset[str]
    most: Mapping[str, int]  # kind of event → people
    by_phone: dict[str, list[str]] = field(default_factory=dict)
    by_code: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for email, known in self.people.items():
            if known.values.get("phone") and not known.shut:
                self.by_phone.setdefault(known.values["phone"], []).append(email)
            for code in known.stakes:
                self.by_code.setdefault(code, []).append(email)


def line_of(subject: str, number: int, raw: Mapping[str, Any], lists: cells.Lists) -> Line:
    """Read one row: every cell is judged, none stops the others."""
    line = Line(subject, number, {})
    for column in SUBJECTS[subject].columns:
        cell = raw.get(column.name)
        if cells.is_blank(cell):
            if column.needed:
                line.faults.append(Fault(column.name, "needed"))
            continue
        try:
            line.values[column.name] = cells.read(cell, column, lists)
        except cells.Bad as bad:
            line.faults.append(Fault(column.name, bad.code, cells.shown(cell), bad.more))
    line.title = title_of(subject, raw)
    return line


TITLES = {
    "companies": ("legal_name", "credit_code"), "members": ("full_name", "email", "phone"),
    "terms": ("member",), "balances": ("member",), "attendance": ("member",),
}  # fmt: skip


def title_of(subject: str, raw: Mapping[str, Any]) -> str:
    return next((cells.shown(raw[name]) for name in TITLES[subject] if not cells.is_blank(raw.get(name))), "")


def lines_of(subject: str, rows: Iterable[tuple[int, Mapping[str, Any]]], lists: cells.Lists) -> list[Line]:
    return [line_of(subject, number, raw, lists) for number, raw in rows]
