"""Refunds by bank transfer: which wait for an account, which are to be sent, and when."""

from datetime import date

from django.db.models import QuerySet

from community.billing import states
from community.billing.models import Channel, Refund, RefundBatch
from community.kernel.counting import in_one


def to_send() -> QuerySet[Refund]:
    """Under way by bank, the most urgent first; those whose account nobody has named yet at the end."""
    return _whole().filter(status__in=[states.REQUESTED, states.SENDING]).order_by("case__due_on", "requested_at", "pk")


def sent() -> QuerySet[Refund]:
    return _whole().filter(status__in=[states.SUCCEEDED, states.FAILED]).order_by("-settled_at", "-pk")


def _whole() -> QuerySet[Refund]:
    return Refund.objects.filter(channel=Channel.BANK).select_related(
        "payment__person", "payment__invoice", "case__told_by", "case__batch"
    )


def waiting() -> QuerySet[Refund]:
    return Refund.objects.filter(channel=Channel.BANK, status__in=[states.REQUESTED, states.SENDING])


def ready() -> QuerySet[Refund]:
    """Their account is named: they can be exported."""
    return waiting().filter(status=states.REQUESTED, case__told_at__isnull=False)


def late(on: date) -> QuerySet[Refund]:
    """Over the day on which they were due."""
    return waiting().filter(case__due_on__lt=on)


def figures(on: date) -> dict[str, int]:
    return in_one({"ready": ready(), "late": late(on), "waiting": waiting()})


def latest_batches() -> list[RefundBatch]:
    return list(RefundBatch.objects.select_related("made_by")[:10])


def batch_rows(batch: RefundBatch) -> list[Refund]:
    return list(_whole().filter(case__batch=batch).order_by("pk"))
