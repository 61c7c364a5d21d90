"""What a statement's rows are probably for: by reference, else by amount and name. A suggestion with its reason (R19)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from community.billing import rules, statements, states
from community.billing.models import BankTransfer, Invoice, StatementRow, TransferCode
from community.kernel.ids import ALPHABET


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
