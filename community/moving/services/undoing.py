"""Undoing a whole import: the club as it was before, or a reason for every row that has lived on since."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from community.billing.services import openings
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ring import ring
from community.kernel.states import move
from community.members.services import moving_in, people
from community.moving import states
from community.moving.models import Batch, Made, Overwritten
from community.moving.services import carrying, marking
from community.posts.services import profiles

if TYPE_CHECKING:
    from community.members.models import Person

# Who needs whom: what comes later in this list may be pointed at by what comes before.
ORDER = (
    "kernel.Message", "events.SeatHold", "events.Signup", "events.Seat", "events.Table", "events.Event",
    "members.Term", "members.Stake", "members.Application", "account.EmailAddress", "members.Company",
    "members.Person",
)  # fmt: skip
BALANCE = "billing.OpeningBalance"
SHOWN = 50
CHANGED, GONE, USED, EARNED = "changed", "gone", "used", "earned"


class _Lived(Exception):
    """Rows that were changed or used since: [label, key, what happened, by what]."""

    def __init__(self, rows: list[tuple[str, int, str, str]]) -> None:
        super().__init__(len(rows))
        self.rows = rows


@settled()
def leave(batch: Batch, *, by: "Person", at: datetime) -> None:
    """Order the way back. Raises RuleBroken: "batch.forgotten", "batch.stale"."""
    if batch.forgotten_at is not None:
        raise RuleBroken("batch.forgotten")
    move(states.BATCH, batch, "leave", by=by, at=at, leaving_at=at, leaving_by=by, stays=[])
    ring("moving.undo", batch.pk)


def undo(batch_id: int, *, at: datetime) -> None:
    """Work it off, all or nothing. Where something has happened since, the import stays and says what."""
    batch = Batch.objects.select_related("leaving_by").get(pk=batch_id)
    if batch.status != states.LEAVING:
        return
    try:
        _undo(batch, at=at)
    except _Lived as lived:
        _stay(batch, [list(row) for row in lived.rows[:SHOWN]], len(lived.rows), at=at)


@settled()
def _undo(batch: Batch, *, at: datetime) -> None:
    moving_in.lock()
    kept = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if kept.status != states.LEAVING:  # the bell and the sweeper came together
        return
    made: dict[str, dict[int, str]] = defaultdict(dict)
    for label, key, mark in Made.objects.filter(batch=batch).values_list("label", "key", "mark"):
        made[label][key] = mark
    written = list(Overwritten.objects.filter(batch=batch))
    people.lock_people(made["members.Person"])
    assert batch.carried_at is not None
    profiles.take_back(_members(made), since=batch.carried_at)
    lived = [*_altered(batch, made), *_rewritten(written), *_pointed_at(made)]
    if lived:
        raise _Lived(lived)
    try:
        openings.take_back(made[BALANCE], at=at)
    except RuleBroken:
        raise _Lived([(BALANCE, key, EARNED, "") for key in list(made[BALANCE])[:1]]) from None
    for label in ORDER:
        marking.remove(label, list(made[label]))
    for label in {row.label for row in written}:
        marking.put_back(label, {row.key: row.before for row in written if row.label == label})
    carrying.redraw(batch)
    move(states.BATCH, kept, "undo", by=batch.leaving_by, at=at, undone_at=at)


def _members(made: Mapping[str, Mapping[int, str]]) -> list[int]:
    """Whose membership the import began: their cards were drawn up by themselves since."""
    terms = marking.values("members.Term", list(made["members.Term"]), ["person_id"])
    return sorted({row["person_id"] for row in terms.values()})


def _altered(batch: Batch, made: Mapping[str, Mapping[int, str]]) -> list[tuple[str, int, str, str]]:
    found = []
    for label, rows in made.items():
        now = marking.marks(label, list(rows), batch.columns.get(label, []))
        found += [
            (label, key, CHANGED if key in now else GONE, "") for key, mark in rows.items() if now.get(key) != mark
        ]
    return found


def _rewritten(written: list[Overwritten]) -> list[tuple[str, int, str, str]]:
    found = []
    groups: dict[tuple[str, tuple[str, ...]], list[Overwritten]] = defaultdict(list)
    for row in written:
        groups[row.label, tuple(sorted(row.after))].append(row)
    for (label, columns), rows in groups.items():
        now = marking.values(label, [row.key for row in rows], columns)
        found += [(label, row.key, CHANGED, "") for row in rows if now.get(row.key) != row.after]
    return found


def _pointed_at(made: Mapping[str, Mapping[int, str]]) -> list[tuple[str, int, str, str]]:
    ours = {label: set(rows) for label, rows in made.items()}
    return [
        (label, key, USED, other)
        for label, rows in made.items()
        for key, other in marking.referring(label, list(rows), ours)
    ]


@settled()
def _stay(batch: Batch, rows: list[list[object]], count: int, *, at: datetime) -> None:
    kept = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    move(states.BATCH, kept, "stay", by=None, at=at, reason=f"{count} rows were changed or used since", stays=rows,
         leaving_at=None, leaving_by=None)  # fmt: skip
