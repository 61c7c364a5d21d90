"""The provider's payouts against the bank's statements (R20): each arrives as one row, or somebody asks where it is.

Locks are taken in one order: the payout, then the row, then the arrival.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from community.billing import rules, states
from community.billing.models import Arrival, BankTransfer, ProviderEntry, StatementRow
from community.billing.selectors import matching
from community.billing.selectors import payouts as lists
from community.billing.services import differences, ledger
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.states import move

if TYPE_CHECKING:
    from community.members.models import Person


def look(*, at: datetime) -> int:
    """Find for each payout its row where only one can be meant, and report what is missing; how many were found.
    Runs every night and whenever a statement was taken."""
    waiting = list(lists.on_the_way())
    currencies = {payout.currency for payout in waiting}
    rows = lists.unclaimed(matching.to_match().filter(currency__in=currencies)) if waiting else []
    found = 0
    for payout, row in rules.payout_pairs([lists.moved(one) for one in waiting], [lists.moved(one) for one in rows]):
        try:
            _arrive(waiting[payout].pk, rows[row].pk, by=None, reason="", at=at)
            found += 1
        except RuleBroken:
            continue  # somebody was first
    report(at=at)
    return found


def match(payout: ProviderEntry, row: StatementRow, *, by: "Person", reason: str = "", at: datetime) -> Arrival:
    """A treasurer says which row a payout arrived as. Where less arrived it needs a reason, and what is short is booked
    as a fee.

    Raises RuleBroken: "payout.stale", "statement_row.stale", and what `rules.why_not_this_row` says.
    """
    arrival = _arrive(payout.pk, row.pk, by=by, reason=reason, at=at)
    report(at=at)
    return arrival


@settled({"arrival_one_of_a_payout": "payout.stale", "arrival_one_of_a_row": "statement_row.stale"})
def _arrive(payout_id: int, row_id: int, *, by: "Person | None", reason: str, at: datetime) -> Arrival:
    payout = ProviderEntry.objects.select_for_update(of=("self",)).get(pk=payout_id)
    row = StatementRow.objects.select_for_update(of=("self",)).filter(pk=row_id).first()
    if row is None:  # its statement was taken back meanwhile
        raise RuleBroken("statement_row.stale")
    if not lists.on_the_way().filter(pk=payout.pk).exists():
        raise RuleBroken("payout.stale")
    states.STATEMENT_ROW.after(row.status, "arrive")
    if BankTransfer.objects.filter(serial=row.serial, status__in=states.TRANSFER_COUNTS).exists():
        raise RuleBroken("statement_row.stale")  # somebody wrote it down by hand since
    if refused := rules.why_not_this_row(lists.moved(payout), lists.moved(row), reason):
        raise RuleBroken(refused)
    arrival = Arrival.objects.create(payout=payout, row=row, reason=reason, found_at=at, found_by=by)
    move(states.STATEMENT_ROW, row, "arrive", by=by, at=at, reason=reason, data={"payout": payout.source_id})
    ledger.payout_arrived(arrival, at=at)
    return arrival


def take_back(arrival: Arrival, *, by: "Person", reason: str, at: datetime) -> None:
    """It was not this row: a booking against it, never an edit. The payout is on its way again and may find another
    row; this row waits for somebody. Raises RuleBroken("arrival.stale")."""
    _take_back(arrival.pk, by=by, reason=reason, at=at)
    report(at=at)


@settled()
def _take_back(arrival_id: int, *, by: "Person", reason: str, at: datetime) -> None:
    found = Arrival.objects.get(pk=arrival_id)
    ProviderEntry.objects.select_for_update(of=("self",)).get(pk=found.payout_id)
    row = StatementRow.objects.select_for_update(of=("self",)).get(pk=found.row_id)
    arrival = Arrival.objects.select_for_update(of=("self",)).get(pk=arrival_id)
    if arrival.undone_at is not None:
        raise RuleBroken("arrival.stale")
    arrival.undone_at, arrival.undone_by = at, by
    arrival.save(update_fields=["undone_at", "undone_by"])
    audit.record("arrival.take_back", arrival, by=by, at=at, reason=reason)
    move(states.STATEMENT_ROW, row, "reopen", by=by, at=at, reason=reason)
    ledger.payout_not_arrived(arrival, at=at)


@settled()
def report(*, at: datetime) -> None:
    """What of payouts differs today: those that are late, those that arrived and went back, and rows that name the
    provider and are no payout we know."""
    late = {one.source_id or one.external_id: one.sent for one in lists.late(at)}
    back = {one.payout.source_id: one.payout.sent for one in lists.arrived_and_back()}
    stray = {row.serial: row.money for row in lists.from_provider()}
    for kind, found in ((rules.LATE, late), (rules.CAME_BACK, back), (rules.STRAY, stray)):
        differences.all_of(kind, found, at=at)
