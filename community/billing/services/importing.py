"""Bank statements (R19): a file is looked through, taken once, and its rows become transfers, each by its serial."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile

from community.billing import statements, states
from community.billing.models import BankTransfer, Invoice, Statement, StatementRow
from community.billing.selectors import matching
from community.billing.services import payouts, transfers
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.money import CNY
from community.kernel.states import move
from community.members.services import documents

if TYPE_CHECKING:
    from community.members.models import Person

NAMED = 5  # serials a refusal names; the file's own page has them all


def hand_in(file: "UploadedFile[bytes]", *, currency: str = CNY, by: "Person", at: datetime) -> Statement:
    """Read a file of an account in this currency and keep what it holds to be looked at; nothing is taken yet.
    Raises RuleBroken("statement.…")."""
    if (file.size or 0) > statements.MOST_BYTES:
        raise RuleBroken("statement.size")
    try:
        found = statements.read(file.read())
    except statements.Unreadable as unreadable:
        raise RuleBroken(unreadable.code) from None
    return _keep(documents.safe_name(file.name or ""), found, currency=currency, by=by, at=at)


@settled()
def _keep(name: str, found: statements.Found, *, currency: str, by: "Person", at: datetime) -> Statement:
    Statement.objects.filter(handed_in_by=by, taken_at=None).delete()  # a first look that nobody took
    return Statement.objects.create(
        name=name,
        currency=currency,
        found=[asdict(one) | {"value_on": one.value_on.isoformat()} for one in found.movements],
        faults=found.faults[:200],
        outward=found.outward,
        handed_in_at=at,
        handed_in_by=by,
    )


def take(statement: Statement, *, by: "Person", at: datetime) -> int:
    """Take the rows whose serial is new; how many. Taking it twice, or the same days again, takes nothing twice. The
    provider's payouts among them find their place by themselves."""
    taken = _take(statement, by=by, at=at)
    payouts.look(at=at)
    return taken


@settled()
def _take(statement: Statement, *, by: "Person", at: datetime) -> int:
    kept = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if kept.taken_at is not None:
        raise RuleBroken("statement.taken")
    before = StatementRow.objects.count()
    known = matching.known_serials([row["serial"] for row in kept.found])
    StatementRow.objects.bulk_create(
        (
            StatementRow(
                statement=kept, serial=row["serial"], value_on=date.fromisoformat(row["value_on"]), payer=row["payer"],
                amount=row["amount"], currency=kept.currency, memo=row["memo"],
            )
            for row in kept.found
            if row["serial"] not in known
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    taken = StatementRow.objects.count() - before
    kept.found, kept.taken_at = [], at
    kept.save(update_fields=["found", "taken_at"])
    audit.record("statement.take", kept, by=by, at=at, data={"rows": taken})
    return taken


def take_back(statement: Statement, *, by: "Person", reason: str, at: datetime) -> int:
    """The file was of another account: its rows go, all of them or none, and it can be handed in again; how many went. The
    books know nothing of a row before somebody deals with it. Raises RuleBroken("statement.not_taken"),
    ("statement.taken_back"), ("statement.in_use") or ("statement.was_payout") naming rows."""
    gone = _take_back(statement.pk, by=by, reason=reason, at=at)
    payouts.report(at=at)
    return gone


@settled()
def _take_back(statement_id: int, *, by: "Person", reason: str, at: datetime) -> int:
    kept = Statement.objects.select_for_update(of=("self",)).get(pk=statement_id)
    if kept.taken_at is None:
        raise RuleBroken("statement.not_taken")
    if kept.taken_back_at is not None:
        raise RuleBroken("statement.taken_back")
    rows = list(StatementRow.objects.select_for_update(of=("self",)).filter(statement=kept).order_by("pk"))
    if used := [row.serial for row in rows if row.status != states.NEW]:
        raise RuleBroken("statement.in_use", serials=_some(used))
    if once := list(matching.once_payouts(kept).values_list("serial", flat=True)):
        raise RuleBroken("statement.was_payout", serials=_some(once))
    StatementRow.objects.filter(statement=kept).delete()
    kept.taken_back_at, kept.taken_back_by = at, by
    kept.save(update_fields=["taken_back_at", "taken_back_by"])
    audit.record("statement.take_back", kept, by=by, at=at, reason=reason, data={"rows": len(rows)})
    return len(rows)


def _some(serials: Sequence[str]) -> str:
    """The first few of them, as a sentence can hold them."""
    return ", ".join(serials[:NAMED]) + (" …" if len(serials) > NAMED else "")


@settled()
def record(row: StatementRow, invoices: Sequence[Invoice], *, by: "Person", at: datetime) -> BankTransfer:
    """Make a transfer of a row, for these invoices or for none; a second person confirms it.

    Raises RuleBroken: "statement_row.stale", and what `transfers.record` says.
    """
    kept = StatementRow.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if kept is None:  # its statement was taken back meanwhile
        raise RuleBroken("statement_row.stale")
    states.STATEMENT_ROW.after(kept.status, "record")
    transfer = transfers.record(
        serial=kept.serial, value_on=kept.value_on, payer=kept.payer or "–", money=kept.money, invoices=invoices,
        note=kept.memo, by=by, at=at,
    )  # fmt: skip
    move(states.STATEMENT_ROW, kept, "record", by=by, at=at, transfer=transfer)
    return transfer


@settled()
def set_aside(row: StatementRow, *, by: "Person", reason: str, at: datetime) -> None:
    """Nothing of ours: interest, a refund of the bank's. Stays on record with the reason."""
    move(states.STATEMENT_ROW, row, "set_aside", by=by, at=at, reason=reason)


@settled()
def reopen(row: StatementRow, *, by: "Person", reason: str, at: datetime) -> None:
    """It was ours after all: a row set aside waits to be matched again. Raises RuleBroken("statement_row.stale")."""
    if row.status != states.ASIDE:  # one that was written down is reopened by taking its transfer back
        raise RuleBroken("statement_row.stale")
    move(states.STATEMENT_ROW, row, "reopen", by=by, at=at, reason=reason)
