"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from celery import shared_task
from django.utils import timezone

from community.billing import gateway
from community.billing.services import (
    auto_renewals,
    backfilling,
    converging,
    inbox,
    reconciling,
    refunds,
    releasing,
    renewals,
    sweeping,
)
from community.kernel.days import day_of, months_later

log = structlog.get_logger()
Answer = TypeVar("Answer")


@shared_task(name="billing.sweep")
def sweep() -> int:
    return sweeping.sweep(at=timezone.now())


@shared_task(name="billing.backfill")
def backfill() -> int | None:
    return _if_configured(backfilling.run)


@shared_task(name="billing.reconcile")
def reconcile() -> int | None:
    run = _if_configured(reconciling.run)
    return run and run.movements


@shared_task(name="billing.release_income")
def release_income() -> int:
    """The month that has ended, in community time."""
    at = timezone.now()
    return releasing.release(months_later(day_of(at).replace(day=1), -1), at=at)


def _if_configured(work: Callable[..., Answer]) -> Answer | None:
    if not gateway.configured():
        return None
    try:
        return work(at=timezone.now())
    except (gateway.Unreachable, gateway.Refused) as error:
        log.warning("provider_unreachable", work=work.__module__, error=str(error))
        return None


@shared_task(name="billing.renewals")
def run_renewals() -> int:
    return renewals.run(at=timezone.now())


@shared_task(name="billing.take_event")
def take_event(event_pk: int) -> None:
    _left_to_the_sweeper(inbox.take, event_pk)


@shared_task(name="billing.tend_attempt")
def tend_attempt(attempt_pk: int) -> None:
    _left_to_the_sweeper(converging.tend, attempt_pk)


@shared_task(name="billing.send_refund")
def send_refund(refund_pk: int) -> None:
    _left_to_the_sweeper(refunds.send, refund_pk)


@shared_task(name="billing.detach_card")
def detach_card(auto_renewal_pk: int) -> None:
    _left_to_the_sweeper(auto_renewals.detach, auto_renewal_pk)


def _left_to_the_sweeper(work: Callable[..., object], pk: int) -> None:
    """A provider that doesn't answer is no failure of the task: the row stays due."""
    try:
        work(pk, at=timezone.now())
    except gateway.Unreachable:
        log.warning("provider_unreachable", work=work.__name__, pk=pk)
