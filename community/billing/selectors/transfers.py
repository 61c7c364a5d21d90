"""Bank transfers as the desk looks at them: to confirm, awaited, done."""

import re
import unicodedata

from django.db.models import QuerySet

from community.billing import states
from community.billing.models import BankSlip, BankTransfer, Invoice, ReceivingEntity, TransferCode
from community.kernel.errors import RuleBroken


def to_confirm() -> QuerySet[BankTransfer]:
    """Written down by one, waiting for a second person; the oldest first."""
    return _whole(BankTransfer.objects.filter(status=states.RECORDED)).order_by("recorded_at", "pk")


def done() -> QuerySet[BankTransfer]:
    return _whole(BankTransfer.objects.exclude(status=states.RECORDED)).select_related("payment", "confirmed_by")


def _whole(rows: QuerySet[BankTransfer]) -> QuerySet[BankTransfer]:
    return rows.select_related("recorded_by").prefetch_related("invoices__person")


def awaited() -> QuerySet[Invoice]:
    """Open invoices whose payer has asked for a reference: their money is on its way, or will be."""
    return (
        Invoice.objects.filter(status=states.OPEN, transfer_code__isnull=False)
        .select_related("person", "transfer_code")
        .prefetch_related("slips")
        .order_by("transfer_code__made_at", "pk")
    )


def named(words: str) -> list[Invoice]:
    """The invoices of these numbers or references, each once. Raises RuleBroken("transfer.unknown_invoice")."""
    found: dict[int, Invoice] = {}
    for word in re.split(r"[^0-9A-Za-z-]+", unicodedata.normalize("NFKC", words)):
        if not word:
            continue
        invoice = (
            Invoice.objects.filter(number=word).first()
            or Invoice.objects.filter(transfer_code__code=word.upper()).first()
        )
        if invoice is None:
            raise RuleBroken("transfer.unknown_invoice", word=word[:20])
        found[invoice.pk] = invoice
    return list(found.values())


def code_of(invoice: Invoice) -> str:
    """The invoice's reference for transfers, "" when nobody asked for one."""
    return TransferCode.objects.filter(invoice=invoice).values_list("code", flat=True).first() or ""


def slips_of(invoice: Invoice) -> list[BankSlip]:
    return list(invoice.slips.all())


def entities() -> list[ReceivingEntity]:
    """Current ones first, then those of the past."""
    return list(ReceivingEntity.objects.select_related("named_by").order_by("-is_current", "-named_at")[:50])
