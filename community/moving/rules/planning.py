"""What a file would do to a club (R2, R14, R51): each row's result, and the rows to write. Pure: nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from community.kernel.days import day_of, months_later
from community.kernel.forms import CONTROL
from community.members.rules import TRAINEE
from community.moving import rules
from community.moving.rules import matching
from community.moving.rules.columns import ATTENDANCE, BALANCES, COMPANIES, MEMBERS, TERMS
from community.moving.rules.known import Change, Club, Known, Line, Occasion, Period

PERSON = ("full_name", "phone", "wechat", "language", "hide_me")  # written on the person
CARD = ("title", "industry", "city", "stage", "about", "needs", "offers")  # written on the application
COMPANY = ("credit_code", "role", "share_percent", "verified_on", "sponsor")  # shown once, then decided in the desk


@dataclass
class Plan:
    """The lines with their results, and what carrying out would write, members by e-mail."""

    lines: list[Line]
    companies: list[Line] = field(default_factory=list)
    renamed: list[tuple[int, Line]] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)  # nobody has an account by this address yet
    joining: list[Line] = field(default_factory=list)  # an account without a membership, which gets one
    changed: list[tuple[Known, dict[str, Any]]] = field(default_factory=list)
    terms: dict[str, list[Period]] = field(default_factory=dict)
    balances: list[tuple[str, int, date, date]] = field(default_factory=list)  # who, fen, from, until
    occasions: dict[Occasion, list[Line]] = field(default_factory=dict)

    @property
    def faulty(self) -> bool:
        return any(line.result == rules.ERROR for line in self.lines)

    def counts(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for line in self.lines:
            kinds = found.setdefault(line.subject, dict.fromkeys(rules.RESULTS, 0))
            kinds[line.result] += 1
        return found


def plan(sheets: Mapping[str, list[Line]], club: Club, at: datetime) -> Plan:
    """Look through the lines of a file. Order: companies, members, terms, balances, attendance."""
    made = Plan([line for lines in sheets.values() for line in lines])
    names = _companies(sheets.get(COMPANIES, []), club, made)
    who = matching.Who(club, sheets.get(MEMBERS, []))
    wanted = _wanted(sheets.get(TERMS, []), who)
    for line in sheets.get(MEMBERS, []):
        _member(line, club, who, names, wanted, made)
    periods = _terms(sheets.get(TERMS, []), club, who, made, at)
    _balances(sheets.get(BALANCES, []), club, who, periods, made, at)
    _attendance(sheets.get(ATTENDANCE, []), club, who, made, at)
    for line in made.lines:
        if line.faults:
            line.result, line.changes = rules.ERROR, []
    return made


# Companies ---------------------------------------------------------------------------------------


def _companies(lines: Iterable[Line], club: Club, made: Plan) -> set[str]:
    """The codes one may name afterwards."""
    first: dict[str, int] = {}
    for line in lines:
        code, name = line.values.get("credit_code"), line.values.get("legal_name")
        if code in first:
            line.wrong("credit_code", "twice", more=str(first[code]))
        elif code:
            first[code] = line.number
        if line.faults:
            continue
        known = club.companies.get(str(code))
        if known is None:
            line.result = rules.NEW
            made.companies.append(line)
        elif alike(known[1], name):
            line.result = rules.UNCHANGED
        else:
            line.result, line.changes = rules.CHANGED, [Change("legal_name", known[1], str(name))]
            made.renamed.append((known[0], line))
    return first.keys() | club.companies.keys()


# Members -----------------------------------------------------------------------------------------


def _wanted(lines: Iterable[Line], who: matching.Who) -> dict[str, list[Line]]:
    """The rows of Terms by whom they are for, as far as that can be told."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        line.who = who.named(line) or ""
        if line.who:
            found.setdefault(line.who, []).append(line)
    return found


def _member(
    line: Line, club: Club, who: matching.Who, companies: set[str], terms: Mapping[str, list[Line]], made: Plan
) -> None:
    email = who.of_line(line)
    if line.values.get("credit_code") and line.values["credit_code"] not in companies:
        line.wrong("credit_code", "unknown_company")
    sponsor = _sponsor(line, who)
    if email is None:
        return
    line.who = email
    known = club.people.get(email)
    if known is None:
        _fresh(line, club, sponsor, terms.get(email, []))
        if not line.faults:
            line.result = rules.NEW
            made.people.append(line)
    elif known.shut:
        line.wrong("email", "shut", email)
    elif known.application is None and not known.terms:
        _joining(line, known, sponsor, club, terms.get(email, []), made)
    else:
        _existing(line, known, sponsor, club, made)


def _sponsor(line: Line, who: matching.Who) -> str | None:
    if "sponsor" not in line.values:
        return None
    found = who.find(line, "sponsor", "sponsor_unknown")
    if found is not None:
        line.values["sponsor"] = found
    return found


def _fresh(line: Line, club: Club, sponsor: str | None, terms: list[Line]) -> None:
    """What a membership can't begin without."""
    for name in ("full_name", "role"):
        if line.lacks(name):
            line.wrong(name, "needed_new", "")
    role = line.values.get("role")
    if role and role != TRAINEE and line.lacks("credit_code"):
        line.wrong("credit_code", "needed_new", "")
    if role == TRAINEE and line.lacks("sponsor"):
        line.wrong("sponsor", "sponsor_needed", "")
    if sponsor is not None and sponsor == line.who:
        line.wrong("sponsor", "sponsor_self")
    if not terms:
        line.wrong("", "no_term", line.who)
    if role == TRAINEE:
        _trainee(terms, club)


def _trainee(terms: list[Line], club: Club) -> None:
    """R11: their own tier, and the day on which their months end."""
    for term in terms:
        tier = term.values.get("tier")
        if tier and tier not in club.trainee_tiers:
            term.wrong("tier", "trainee_tier", club.lists.shown["tier"].get(tier, ""))
        elif tier and "ends_early_on" not in term.values and not term.faults:
            term.wrong("ends_early_on", "trainee_end", "")


def _joining(line: Line, known: Known, sponsor: str | None, club: Club, terms: list[Line], made: Plan) -> None:
    """Somebody who has an account and never was a member."""
    asked = [name for name in (*CARD, *COMPANY) if name in line.values]
    if known.applying and (asked or terms):
        line.wrong("", "applying", known.email)
        return
    if not terms:
        if asked:
            line.wrong(asked[0], "no_membership")
        else:
            _existing(line, known, sponsor, club, made)
        return
    line.values = {name: value for name, value in known.values.items() if name in PERSON and value} | line.values
    _fresh(line, club, sponsor, terms)
    if not line.faults:
        line.result = rules.CHANGED
        line.changes = [Change("membership", "", "")] + _differences(line, known, club, PERSON)
        made.joining.append(line)


def _existing(line: Line, known: Known, sponsor: str | None, club: Club, made: Plan) -> None:
    """Blanks never overwrite; company, role and sponsor were decided by people and stay as they are (R2)."""
    for change in _differences(line, known, club, COMPANY):
        line.wrong(change.column, "decided", change.new, change.old)
    if known.application is None and any(name in line.values for name in CARD):
        line.wrong(next(name for name in CARD if name in line.values), "no_card")
    if line.faults:
        return
    line.changes = _differences(line, known, club, (*PERSON, *CARD))
    line.result = rules.CHANGED if line.changes else rules.UNCHANGED
    if line.changes:
        made.changed.append((known, {change.column: line.values[change.column] for change in line.changes}))


def _differences(line: Line, known: Known, club: Club, names: Iterable[str]) -> list[Change]:
    return [
        Change(name, said(name, known.values.get(name), club), said(name, line.values[name], club))
        for name in names
        if name in line.values and not alike(line.values[name], known.values.get(name))
    ]


def alike(one: Any, other: Any) -> bool:
    """Blanks and line ends are no difference: a spreadsheet changes them by itself."""
    if isinstance(one, str) and isinstance(other, str):
        return one.translate(CONTROL).split() == other.translate(CONTROL).split()
    return bool(one == other)


def said(column: str, value: Any, club: Club) -> str:
    """A value as people read it; long texts are cut."""
    if value is None or value == "":
        return ""
    shown = club.lists.shown.get(column, {}).get(value, value)
    if isinstance(shown, bool):
        return "yes" if shown else "no"
    text = shown.isoformat() if isinstance(shown, date) else str(shown)
    return text if len(text) <= 200 else f"{text[:199]}…"


# Terms -------------------------------------------------------------------------------------------


def _terms(lines: Iterable[Line], club: Club, who: matching.Who, made: Plan, at: datetime) -> dict[str, list[Period]]:
    """Every member's terms after it: R14, none overlaps another."""
    periods: dict[str, list[Period]] = {}
    for line in lines:
        if not line.who:
            who.find(line, "member", "unknown_member")
            continue
        _ended(line, at)
        known = club.people.get(line.who)
        mine = periods.setdefault(line.who, list(known.terms) if known else [])
        same = next((one for one in mine if not one.line and one.starts_on == line.values.get("starts_on")), None)
        if same is not None and not line.faults:
            _as_it_stands(line, same, club)
            continue
        _sound(line, at)
        if known is not None and (known.shut or known.applying):
            line.wrong("member", "shut" if known.shut else "applying")
        if known is not None and known.application is None and not known.terms and not who.has_line(line.who):
            line.wrong("member", "no_row")
        if line.faults:
            continue
        term = Period(line.values["starts_on"], line.values["ends_on"], line.values.get("ends_early_on"),
                      line.values["tier"], line.number)  # fmt: skip
        clash = next((one for one in mine if one.starts_on < term.ends_on and term.starts_on < one.ends_on), None)
        if clash is not None:
            line.wrong("starts_on", "overlap_row" if clash.line else "overlap", term.starts_on.isoformat(),
                       str(clash.line) if clash.line else f"{clash.starts_on}–{clash.ends_on}")  # fmt: skip
        else:
            mine.append(term)
            line.result = rules.NEW
            made.terms.setdefault(line.who, []).append(term)
    for email, known in club.people.items():
        periods.setdefault(email, list(known.terms))
    return periods


def _ended(line: Line, at: datetime) -> None:
    """A term that ended early, and did so already, ended then: so it is recorded (R11, R18)."""
    starts, ends, early = (line.values.get(name) for name in ("starts_on", "ends_on", "ends_early_on"))
    if starts and ends and early and starts < early <= min(ends, day_of(at)):
        line.values["ends_on"] = early


def _sound(line: Line, at: datetime) -> None:
    starts, ends = line.values.get("starts_on"), line.values.get("ends_on")
    early = line.values.get("ends_early_on")
    if starts and starts > day_of(at) + rules.AHEAD_MOST:
        line.wrong("starts_on", "term_ahead")
    if starts and ends:
        if ends <= starts:
            line.wrong("ends_on", "term_backwards", more=starts.isoformat())
        elif ends > months_later(starts, 12 * rules.TERM_YEARS_MOST):
            line.wrong("ends_on", "term_long", more=str(rules.TERM_YEARS_MOST))
        elif early and not starts < early <= ends:
            line.wrong("ends_early_on", "early_outside")


def _as_it_stands(line: Line, same: Period, club: Club) -> None:
    """A recorded term is changed by renewing, leaving or the treasurer, never by a file."""
    old = {"ends_on": same.ends_on, "ends_early_on": same.ends_early_on, "tier": same.tier}
    for name, value in old.items():
        if name in line.values and line.values[name] != value:
            line.wrong(name, "term_differs", said(name, line.values[name], club), said(name, value, club))
    line.result = rules.UNCHANGED


# Balances ----------------------------------------------------------------------------------------


def _balances(
    lines: Iterable[Line], club: Club, who: matching.Who, periods: Mapping[str, list[Period]], made: Plan, at: datetime
) -> None:
    """What is still owed in service out of fees paid before: it becomes income until its term ends (R20)."""
    seen: dict[tuple[str, date], int] = {}
    for line in lines:
        email = who.find(line, "member", "unknown_member")
        line.who = email or ""
        on = line.values.get("as_of_on")
        if on and on > day_of(at):
            line.wrong("as_of_on", "balance_ahead")
        if not email or not on:
            continue
        term = next((one for one in periods.get(email, []) if one.starts_on <= on < one.ends_on), None)
        if term is None:
            line.wrong("as_of_on", "balance_outside")
        if (email, on) in seen:
            line.wrong("as_of_on", "twice", more=str(seen[email, on]))
        seen.setdefault((email, on), line.number)
        if line.faults or term is None:
            continue
        recorded = club.balances.get((email, on))
        if recorded is None:
            line.result = rules.NEW
            made.balances.append((email, line.values["amount"], on, term.ends_on))
        elif recorded == line.values["amount"]:
            line.result = rules.UNCHANGED
        else:
            line.wrong("amount", "balance_differs", f"{line.values['amount'] / 100:.2f}", f"{recorded / 100:.2f}")


# Attendance --------------------------------------------------------------------------------------


def _attendance(lines: Iterable[Line], club: Club, who: matching.Who, made: Plan, at: datetime) -> None:
    room = _Room(club)
    for line in lines:
        email = who.find(line, "member", "unknown_member")
        line.who = email or ""
        if line.faults or email is None:
            continue
        occasion = (line.values["kind"], line.values["starts_at"], line.values["topic"])
        if (email, occasion) in club.attended:
            line.result = rules.UNCHANGED
        elif email in club.people and club.people[email].shut:
            line.wrong("member", "shut")
        elif occasion[1] + rules.USUAL_LENGTH > at:
            line.wrong("starts_at", "event_ahead")
        elif occasion in club.occasions:
            line.wrong("topic", "event_here")
        elif room.takes(line, occasion):
            line.result = rules.NEW
            made.occasions.setdefault(occasion, []).append(line)


class _Room:
    """Who sits where of the occasions a file brings: one place a person, twelve a table (R22)."""

    def __init__(self, club: Club) -> None:
        self.club = club
        self.cities: dict[Occasion, tuple[int, int]] = {}  # city, the row that said it first
        self.there: dict[tuple[str, Occasion], int] = {}
        self.chairs: dict[tuple[Occasion, int], int] = {}

    def takes(self, line: Line, occasion: Occasion) -> bool:
        from community.events.rules import SEATS_AT_A_TABLE

        city, row = self.cities.setdefault(occasion, (line.values["city"], line.number))
        if city != line.values["city"]:
            line.wrong("city", "event_city", self.club.lists.shown["city"].get(line.values["city"]), str(row))
        if (line.who, occasion) in self.there:
            line.wrong("member", "twice", more=str(self.there[line.who, occasion]))
        at_tables = occasion[0] in self.club.at_tables
        if "table" in line.values and not at_tables:
            line.wrong("table", "no_tables")
        table = line.values.get("table", 1) if at_tables else 0
        most = SEATS_AT_A_TABLE if at_tables else self.club.most[occasion[0]]
        if self.chairs.get((occasion, table), 0) >= most:
            line.wrong("table" if at_tables else "topic", "table_full" if at_tables else "room_full", table, str(most))
        if line.faults:
            return False
        self.there[line.who, occasion] = line.number
        self.chairs[occasion, table] = self.chairs.get((occasion, table), 0) + 1
        return True


def ends_at(occasion: Occasion) -> datetime:
    return occasion[1] + rules.USUAL_LENGTH
