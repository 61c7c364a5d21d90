"""Imports and exports for the desk's pages; every one with a bounded number of queries."""

from datetime import datetime

from django.db.models import QuerySet

from community.moving import rules, states
from community.moving.models import Batch, Export, Row


def batches() -> QuerySet[Batch]:
    """Newest first, without those put away unread."""
    return Batch.objects.exclude(status=states.DROPPED).select_related("handed_in_by", "ordered_by", "leaving_by")


def rows_of(batch: Batch, result: str = "", subject: str = "") -> QuerySet[Row]:
    """In the order of the file; mistakes by themselves when asked."""
    rows = Row.objects.filter(batch=batch).order_by("pk")
    rows = rows.filter(result=result) if result in rules.RESULTS else rows
    return rows.filter(subject=subject) if subject else rows


def exports_of(person_id: int) -> QuerySet[Export]:
    """A person's own; nobody sees another's."""
    return Export.objects.filter(asked_by=person_id).exclude(status=states.GONE)


def open_until(export: Export) -> datetime:
    return (export.made_at or export.asked_at) + rules.EXPORT_KEPT
