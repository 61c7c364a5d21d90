"""Payouts of the provider, and the rows of a statement they arrived as (R20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from community.billing import rules
from community.billing.models import Arrival, ProviderEntry, ReceivingEntity, StatementRow
from community.billing.selectors import matching
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import CNY, Money

SHOWN = 30
FEES_AT_MOST = 10  # a row that is short by more than a tenth is not offered
ROWS_LOOKED_AT = 500


def payouts() -> QuerySet[ProviderEntry]:
    """What the provider sent to our bank, as far as it is booked."""
    return ProviderEntry.objects.filter(type=rules.PAYOUT, amount__lt=0, settled_at__isnull=False)


def live() -> QuerySet[Arrival]:
    return Arrival.objects.filter(undone_at=None)


def _back() -> Exists:
    """It failed or was cancelled: its money is at the provider again."""
    again = ProviderEntry.objects.filter(type__in=rules.PAYOUT_BACK, source_id=OuterRef("source_id"))
    return Exists(again.exclude(source_id=""))


def on_the_way() -> QuerySet[ProviderEntry]:
    """Sent, and neither arrived nor gone back; the oldest first."""
    there = Arrival.objects.filter(payout=OuterRef("pk"), undone_at=None)
    return payouts().filter(~Exists(there), ~_back()).order_by("moved_at", "pk")


def late(at: datetime) -> QuerySet[ProviderEntry]:
    """Those that should have arrived by now."""
    return on_the_way().filter(moved_at__lt=at - rules.PAYOUT_EXPECTED)


def arrived() -> QuerySet[Arrival]:
    """The latest first."""
    return live().select_related("payout", "row", "found_by").order_by("-row__value_on", "-pk")


def arrived_and_back() -> QuerySet[Arrival]:
    """R20: found on a statement, and the provider says that it went back."""
    again = ProviderEntry.objects.filter(type__in=rules.PAYOUT_BACK, source_id=OuterRef("payout__source_id"))
    return live().filter(Exists(again.exclude(source_id=""))).select_related("payout")


def from_provider() -> list[StatementRow]:
    """Rows waiting that name the provider and no invoice: none of a member's."""
    named = [row for row in matching.to_match() if rules.names_provider(row.payer, row.memo)]
    known = matching.suggestions(named) if named else {}
    return [row for row in named if row.pk not in known]


def unclaimed(rows: Iterable[StatementRow]) -> list[StatementRow]:
    """Those that are probably for no invoice, and that nobody took from a payout again."""
    rows = list(rows)
    known = matching.suggestions(rows) if rows else {}
    undone = set(Arrival.objects.filter(row__in=rows, undone_at__isnull=False).values_list("row", flat=True))
    return [row for row in rows if row.pk not in known and row.pk not in undone]


def moved(one: ProviderEntry | StatementRow) -> rules.Moved:
    if isinstance(one, StatementRow):
        return rules.Moved(one.money, one.value_on)
    return rules.Moved(one.sent, day_of(one.moved_at))


def candidates(waiting: Iterable[ProviderEntry]) -> dict[int, list[StatementRow]]:
    """For each payout the rows it can be, those nearest to its amount first; one query, however many."""
    waiting = list(waiting)
    rows = waiting and list(
        matching.to_match().filter(currency__in={payout.currency for payout in waiting})[:ROWS_LOOKED_AT]
    )
    found = {}
    for payout in waiting:
        sent = moved(payout)
        least = Money(sent.money.amount - sent.money.amount // FEES_AT_MOST, sent.money.currency)
        near = [row for row in rows if not rules.why_not_this_row(sent, moved(row), "some") and not row.money < least]
        found[payout.pk] = sorted(near, key=lambda row: (-row.amount, row.value_on))[:5]
    return found


def accounts() -> list[tuple[str, str]]:
    """The currencies an account of ours can have, each with whose it is: yuan, those we receive transfers in, those the
    provider pays out in."""
    paid = payouts().order_by("currency").values_list("currency", flat=True).distinct()
    ours = dict(ReceivingEntity.objects.filter(is_current=True).order_by("currency").values_list("currency", "payee"))
    codes = dict.fromkeys([CNY, *ours, *paid])
    return [(code, f"{code} · {ours[code]}" if code in ours else code) for code in codes]


def named(serial: str) -> StatementRow:
    """The row of this serial. Raises RuleBroken("payout.unknown_row")."""
    row = StatementRow.objects.filter(serial=serial).first()
    if row is None:
        raise RuleBroken("payout.unknown_row", serial=serial[:20])
    return row


@dataclass(frozen=True)
class Waiting:
    payout: ProviderEntry
    is_late: bool
    rows: list[StatementRow]


@dataclass(frozen=True)
class Board:
    """The treasurers' view of payouts: the oldest that wait, how many wait and are late in all, the latest that arrived."""

    waiting: list[Waiting]
    count: int
    late: int
    arrived: list[Arrival]


def board(at: datetime) -> Board:
    shown = list(on_the_way()[:SHOWN])
    rows, since = candidates(shown), at - rules.PAYOUT_EXPECTED
    return Board(
        [Waiting(payout, payout.moved_at < since, rows[payout.pk]) for payout in shown],
        on_the_way().count(),
        late(at).count(),
        list(arrived()[:SHOWN]),
    )
