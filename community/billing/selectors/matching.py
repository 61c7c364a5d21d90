"""What a statement's rows are probably for: by reference, else by amount and name. A suggestion with its reason (R19)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from community.billing import rules, statements, states
from community.billing.models import Arrival, BankTransfer, Invoice, Statement, StatementRow, TransferCode
from community.kernel import audit
from community.kernel.ids import ALPHABET

SHOWN = 50


@dataclass(frozen=True)
class Suggestion:
    """The invoices a row is probably for; `why` is one of rules.MATCHES."""

    why: str
    invoices: Sequence[Invoice]

    @property
    def words(self) -> str:
        return " ".join(invoice.number for invoice in self.invoices)


def to_match() -> QuerySet[StatementRow]:
    """Rows nobody has dealt with, the oldest first."""
    return StatementRow.objects.filter(status=states.NEW).order_by("value_on", "pk")


def put_aside() -> QuerySet[StatementRow]:
    """Rows that were nothing of ours, the latest first; at most fifty."""
    return StatementRow.objects.filter(status=states.ASIDE).order_by("-value_on", "-pk")[:50]


def files() -> QuerySet[Statement]:
    """Statements that were taken, the latest first, those taken back too; `brought` rows are there."""
    taken = Statement.objects.filter(taken_at__isnull=False).select_related("handed_in_by", "taken_back_by")
    return taken.annotate(brought=Count("rows")).order_by("-taken_at", "-pk")


def in_use(statement: Statement) -> QuerySet[StatementRow]:
    """What keeps a file from being taken back: rows somebody dealt with, in the order of the file's days."""
    rows = statement.rows.select_related("transfer").annotate(once=Exists(Arrival.objects.filter(row=OuterRef("pk"))))
    return rows.filter(~Q(status=states.NEW) | Q(once=True)).order_by("value_on", "pk")


@dataclass(frozen=True)
class File:
    """A file that was taken: how many rows of it stand where, those in use, and why it was taken back."""

    counts: dict[str, int]
    used: list[StatementRow]
    more: int
    went: int
    reason: str


def file_of(statement: Statement) -> File:
    """Its rows as a page shows them; at most fifty of those in use."""
    counted = statement.rows.order_by().values_list("status").annotate(n=Count("pk"))
    used = in_use(statement)
    back = audit.trail(statement).filter(action="statement.take_back").first()
    return File(
        dict(counted), list(used[:SHOWN]), max(used.count() - SHOWN, 0), back.data["rows"] if back else 0,
        back.reason if back else "",
    )  # fmt: skip


def once_payouts(statement: Statement) -> QuerySet[StatementRow]:
    """Rows to match again that somebody took from a payout: the books tell of both (R20)."""
    return in_use(statement).filter(status=states.NEW)


def brought_by(serials: Sequence[str]) -> QuerySet[Statement]:
    """The files that brought rows with these serials."""
    rows = StatementRow.objects.filter(serial__in=serials)
    return files().filter(pk__in=rows.values("statement"))


def suggestions(rows: Iterable[StatementRow]) -> dict[int, Suggestion]:
    """A suggestion for each row that has one; two queries and their companies, however many rows."""
    rows = list(rows)
    words = {row.pk: statements.references(row.memo, ALPHABET) for row in rows}
    codes = {
        code.code: code.invoice
        for code in TransferCode.objects.filter(code__in=set().union(*words.values())).select_related("invoice__person")
    }
    open_ones = list(
        Invoice.objects.filter(status=states.OPEN, amount__in={row.amount for row in rows})
        .select_related("person")
        .prefetch_related("person__stakes__company")
    )
    found = {}
    for row in rows:
        named = [codes[word] for word in sorted(words[row.pk]) if word in codes]
        alike = [invoice for invoice in open_ones if invoice.money == row.money and _is(row.payer, invoice)]
        why = rules.match(row.amount, [invoice.amount for invoice in named], len(alike))
        if why:
            found[row.pk] = Suggestion(why, named or alike)
    return found


def _is(payer: str, invoice: Invoice) -> bool:
    """Whether the bank's payer is the person or one of their companies, spaces aside."""
    names = {invoice.person.full_name, *(stake.company.legal_name for stake in invoice.person.stakes.all())}
    plain = statements.clean(payer).replace(" ", "")
    return bool(plain) and plain in {statements.clean(name).replace(" ", "") for name in names if name}


def preview(found: Sequence[dict[str, str]]) -> tuple[list[dict[str, str]], int]:
    """The rows of a handed-in file that are new, and how many are known already."""
    known, seen, fresh = known_serials([row["serial"] for row in found]), set(), []
    for row in found:
        if row["serial"] not in known and row["serial"] not in seen:
            fresh.append(row)
        seen.add(row["serial"])
    return fresh, len(found) - len(fresh)


def known_serials(serials: Sequence[str]) -> set[str]:
    """Those that a statement brought before, or that somebody wrote down by hand."""
    rows = StatementRow.objects.filter(serial__in=serials).values_list("serial", flat=True)
    typed = BankTransfer.objects.filter(serial__in=serials, status__in=states.TRANSFER_COUNTS)
    return {*rows, *typed.values_list("serial", flat=True)}
