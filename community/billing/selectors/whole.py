"""The books and invoices as a whole, for an export to be read."""

from collections.abc import Iterator
from typing import Any

from community.billing.models import Invoice, Line

INVOICE = ("number", "person__email", "purpose", "status", "amount", "currency", "issued_at", "due_at", "paid_at")
LINE = ("journal__booked_at", "journal__fact", "account", "amount", "currency")


def invoices() -> Iterator[dict[str, Any]]:
    yield from Invoice.objects.order_by("number").values(*INVOICE).iterator(chunk_size=2000)


def lines() -> Iterator[dict[str, Any]]:
    """Every line of every journal, as booked."""
    yield from Line.objects.order_by("journal__booked_at", "journal_id", "pk").values(*LINE).iterator(chunk_size=2000)
