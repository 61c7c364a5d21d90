"""Opening balances (R20): what was paid elsewhere for days still to come is owed in service, and the books say so.

The counterpart is an account of its own: the money itself is wherever the old books left it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Sum

from community.billing import rules
from community.billing.models import Journal, Line, OpeningBalance
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.money import CNY

if TYPE_CHECKING:
    from community.members.models import Person

Account = Line.Account
AT_ONCE = 1000


def take_in(
    found: Iterable[tuple[int, int, date, date]], *, by: "Person", at: datetime, reason: str
) -> list[OpeningBalance]:
    """Record (person, fen, from, until) with a balanced journal each, in the caller's transaction."""
    rows = OpeningBalance.objects.bulk_create(
        [
            OpeningBalance(person_id=person_id, amount=amount, currency=CNY, starts_on=starts_on, ends_on=ends_on,
                           recorded_at=at, recorded_by=by)
            for person_id, amount, starts_on, ends_on in found
        ],
        AT_ONCE,
    )  # fmt: skip
    _book([(row.fact, row, 1) for row in rows], at)
    audit.record_all("opening.import", rows, by=by, at=at, reason=reason, of_people=False)
    return rows


def take_back(keys: Iterable[int], *, at: datetime) -> int:
    """The import is undone: each booking is reversed by another (R20), and the rows go. In the caller's transaction.

    Raises RuleBroken("opening.earned") when a part has become income since.
    """
    rows = list(OpeningBalance.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"))
    if any(_earned(rows).values()):
        raise RuleBroken("opening.earned")
    _book([(f"{row.fact}:reversed", row, -1) for row in rows], at)
    OpeningBalance.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _book(facts: list[tuple[str, OpeningBalance, int]], at: datetime) -> None:
    """The same journals as `ledger.move_money`, many at once."""
    journals = Journal.objects.bulk_create([Journal(fact=fact, booked_at=at) for fact, _, _ in facts], AT_ONCE)
    Line.objects.bulk_create(
        [
            Line(journal=journal, account=account, amount=side * sign * row.amount, currency=row.currency)
            for journal, (_, row, sign) in zip(journals, facts, strict=True)
            for account, side in ((Account.OPENING, 1), (Account.DEFERRED_INCOME, -1))
        ],
        AT_ONCE,
    )


def _earned(rows: Iterable[OpeningBalance]) -> dict[str, int]:
    """What has become income, by the balance's fact."""
    facts = [row.fact for row in rows]
    lines = Line.objects.filter(account=Account.INCOME, journal__fact__startswith="income:opening:")
    found = dict.fromkeys(facts, 0)
    for fact, total in lines.values_list("journal__fact").annotate(total=Sum("amount")):
        name = fact.removeprefix("income:").rpartition(":")[0]
        if name in found:
            found[name] -= total
    return found


def release(month: date, until: date, *, at: datetime) -> int:
    """A month's share of every opening balance becomes income, by day; how many journals. Safe to repeat."""
    rows = OpeningBalance.objects.filter(starts_on__lt=until).order_by("pk")
    done = set(Journal.objects.filter(fact__startswith="income:opening:", fact__endswith=f":{month:%Y-%m}")
               .values_list("fact", flat=True))  # fmt: skip
    return sum(_release(row.pk, month, until, at=at) for row in rows if f"income:{row.fact}:{month:%Y-%m}" not in done)


@settled()
def _release(pk: int, month: date, until: date, *, at: datetime) -> bool:
    row = OpeningBalance.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    earned = rules.earned(row.amount, row.starts_on, row.ends_on, until) - _earned([row])[row.fact]
    if not earned:
        return False
    journal = Journal.objects.create(fact=f"income:{row.fact}:{month:%Y-%m}", booked_at=at)
    Line.objects.bulk_create(
        Line(journal=journal, account=account, amount=amount, currency=row.currency)
        for account, amount in ((Account.DEFERRED_INCOME, earned), (Account.INCOME, -earned))
    )
    return True
