"""Carrying an import out: by a second press, in one transaction, exactly what the look said, or nothing at all (R51)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError

from community.billing.services import openings
from community.events.services import moving_in as past
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ring import ring
from community.kernel.states import move
from community.members.services import moving_in, people
from community.moving import files, rules, states
from community.moving.models import Batch, Made, Overwritten
from community.moving.rules import planning
from community.moving.rules.known import Line, Period
from community.moving.services import looking, marking
from community.posts.services import profiles

if TYPE_CHECKING:
    from community.members.models import Person

log = structlog.get_logger()
AT_ONCE = 1000
COLUMNS = {"industry": "industry_id", "city": "city_id"}  # of the format → of the table


@settled()
def order(batch: Batch, *, by: "Person", at: datetime) -> None:
    """The second press. Raises RuleBroken: "batch.mistakes", "batch.nothing", "batch.stale"."""
    if batch.total(rules.ERROR):
        raise RuleBroken("batch.mistakes")
    if batch.status == states.READ and not batch.total(rules.NEW) + batch.total(rules.CHANGED):
        raise RuleBroken("batch.nothing")
    move(states.BATCH, batch, "order", by=by, at=at, ordered_at=at, ordered_by=by, refused="")
    ring("moving.carry_out", batch.pk)


def carry(batch_id: int, *, at: datetime) -> None:
    """Work an order off. What can't be done any more as it was read goes back to be read again, with the reason."""
    batch = Batch.objects.select_related("handed_in_by", "ordered_by").get(pk=batch_id)
    if batch.status != states.ORDERED:
        return
    try:
        _carry(batch, at=at)
    except RuleBroken as broken:
        _return(batch, broken.code, at=at)
    except (IntegrityError, files.Unreadable):  # somebody else wrote what this would have written
        _return(batch, "batch.differs", at=at)
    except Exception as error:
        log.exception("import_failed", batch=batch.public_id, error=type(error).__name__)
        _return(batch, "batch.failed", at=at)


@settled()
def _carry(batch: Batch, *, at: datetime) -> None:
    moving_in.lock()
    kept = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if kept.status != states.ORDERED:  # the bell and the sweeper came together
        return
    plan = looking.plan_of(batch, at=at)
    if plan.faulty or plan.counts() != kept.counts:
        raise RuleBroken("batch.differs")
    by = batch.ordered_by
    assert by is not None
    made = _Carried(batch, plan, by, at).write()
    columns = {label: marking.columns_of(label) for label, keys in made.items() if keys}
    for label, names in columns.items():
        Made.objects.bulk_create(
            [
                Made(batch=batch, label=label, key=key, mark=mark)
                for key, mark in marking.marks(label, made[label], names).items()
            ],
            AT_ONCE,
        )
    redraw(batch)
    move(states.BATCH, kept, "carry", by=by, at=at, carried_at=at, columns=columns, data={"rows": plan.counts()})


def redraw(batch: Batch) -> None:
    """Members' cards that say something else now are found by it, once this is committed."""
    if Overwritten.objects.filter(batch=batch, label="members.Application").exists():
        ring("moving.redraw_cards", batch.pk)


def redraw_now(batch_id: int, *, at: datetime) -> int:
    """One transaction a member; how many."""
    keys = Overwritten.objects.filter(batch=batch_id, label="members.Application").values_list("key", flat=True)
    owners = marking.values("members.Application", list(keys), ["person_id"])
    for row in owners.values():
        profiles.redraw(row["person_id"], at=at)
    return len(owners)


@settled()
def _return(batch: Batch, code: str, *, at: datetime) -> None:
    """Back to be read, with a fresh look when the club has changed."""
    kept = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    kept.handed_in_by = batch.handed_in_by
    counts = kept.counts
    if code == "batch.differs":
        plan = looking.plan_of(kept, at=at)
        counts = plan.counts()
        looking.write_rows(kept, plan)
    move(states.BATCH, kept, "return", by=None, at=at, reason=code, refused=code, counts=counts, read_at=at,
         ordered_at=None, ordered_by=None)  # fmt: skip


class _Carried:
    """One carrying out: the plan's rows in the order in which they need each other."""

    def __init__(self, batch: Batch, plan: planning.Plan, by: "Person", at: datetime) -> None:
        self.batch, self.plan, self.by, self.at = batch, plan, by, at
        self.roll = moving_in.Roll(*_keys())
        self.how: dict[str, Any] = {"by": by, "at": at, "reason": batch.reason}
        self.made: dict[str, list[int]] = {}

    def write(self) -> dict[str, list[int]]:
        people.lock_people(self._concerned())
        self._overwrite()
        names = [(line.values["credit_code"], line.values["legal_name"]) for line in self.plan.companies]
        self._add(moving_in.companies(names, self.roll, **self.how))
        coming = [*self.plan.people, *self.plan.joining]
        self._add(moving_in.people([self._newcomer(line) for line in coming], self.roll, **self.how))
        joined = {line.who for line in coming}
        more = {self.roll.people[who]: _years(found) for who, found in self.plan.terms.items() if who not in joined}
        self._add(moving_in.terms(more, {}, **self.how))
        balances = [(self.roll.people[who], fen, since, until) for who, fen, since, until in self.plan.balances]
        self._add({"billing.OpeningBalance": [row.pk for row in openings.take_in(balances, **self.how)]})
        self._add(past.take_in([self._past(*one) for one in self.plan.occasions.items()], **self.how))
        return self.made

    def _add(self, made: Mapping[str, list[int]]) -> None:
        for label, keys in made.items():
            self.made.setdefault(label, []).extend(keys)

    def _concerned(self) -> set[int]:
        known = self.roll.people
        named = {line.who for line in self.plan.lines if line.result != rules.UNCHANGED}
        return {known[who] for who in named if who in known}

    def _newcomer(self, line: Line) -> moving_in.Newcomer:
        value = line.values.get
        shown = moving_in.Shown(
            value("credit_code", ""), value("role", ""), value("share_percent"), value("verified_on")
        )
        return moving_in.Newcomer(
            email=line.who, account=_some(line.values, planning.PERSON), card=_some(line.values, planning.CARD),
            shown=shown, sponsor=value("sponsor", ""), terms=_years(self.plan.terms[line.who]),
            person_id=self.roll.people.get(line.who),
        )  # fmt: skip

    def _past(self, occasion: planning.Occasion, lines: list[Line]) -> past.Past:
        kind, starts_at, topic = occasion
        there = tuple((self.roll.people[line.who], line.values.get("table", 1)) for line in lines)
        return past.Past(kind, topic, lines[0].values["city"], starts_at, planning.ends_at(occasion), there)

    def _overwrite(self) -> None:
        """Cells that say something else than the club; what stood there is kept for the way back."""
        changes = {}
        for known, cells in self.plan.changed:
            changes[known.pk] = (
                known.application, _some(cells, planning.PERSON), _some(cells, planning.CARD)
            )  # fmt: skip
        for line in self.plan.joining:  # an account from before, whose own cells are written like anybody's
            account = _some(line.values, [change.column for change in line.changes if change.column != "membership"])
            if account:
                changes[self.roll.people[line.who]] = (None, account, {})
        written = {
            "members.Person": {pk: {*account, "name_key"} for pk, (_, account, _) in changes.items() if account},
            "members.Application": {app: set(card) for app, _, card in changes.values() if app and card},
            "members.Company": {pk: {"legal_name"} for pk, _ in self.plan.renamed},
        }
        before = {label: _stand(label, rows) for label, rows in written.items()}
        moving_in.correct(changes, **self.how)
        for pk, line in self.plan.renamed:
            moving_in.rename(pk, line.values["legal_name"], **self.how)
        for label, rows in written.items():
            after = _stand(label, rows)
            Overwritten.objects.bulk_create(
                [
                    Overwritten(batch=self.batch, label=label, key=pk, before=old, after=after[pk])
                    for pk, old in before[label].items()
                ],
                AT_ONCE,
            )


def _stand(label: str, rows: Mapping[int, set[str]]) -> dict[int, dict[str, Any]]:
    """What stands in the columns that are written, row by row; a statement a set of columns."""
    alike: dict[frozenset[str], list[int]] = {}
    for pk, columns in rows.items():
        alike.setdefault(frozenset(columns), []).append(pk)
    found: dict[int, dict[str, Any]] = {}
    for names, keys in alike.items():
        found |= marking.values(label, keys, names)
    return found


def _some(values: Mapping[str, Any], names: Any) -> dict[str, Any]:
    return {COLUMNS.get(name, name): values[name] for name in names if name in values}


def _years(found: list[Period]) -> tuple[moving_in.Years, ...]:
    ordered = sorted(found, key=lambda one: one.starts_on)
    return tuple(moving_in.Years(one.starts_on, one.ends_on, one.ends_early_on, one.tier) for one in ordered)


def _keys() -> tuple[dict[str, int], dict[str, int]]:
    from community.members.selectors import roll

    people_by_email = {entry.email: entry.pk for entry in roll.roll()}
    return people_by_email, {code: pk for code, (pk, _) in roll.companies().items()}
