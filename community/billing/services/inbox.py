"""The webhook inbox: stored first under the event's unique id, worked on after; each row is claimed by a lease."""

from datetime import datetime

import structlog
from django.db.models import F

from community.billing import gateway, rules, states
from community.billing.models import WebhookEvent
from community.billing.services import converging
from community.kernel.conflicts import settled
from community.kernel.ring import ring
from community.kernel.states import move

log = structlog.get_logger()
WORK = (
    "checkout.session.",
    "payment_intent.succeeded",
    "refund.",
    "charge.dispute.",
)  # other types are kept and need nothing


@settled()
def store(notice: gateway.Notice, *, at: datetime) -> bool:
    """Keep what was told and ring the worker after commit. False when this event is known already."""
    rows = WebhookEvent.objects.bulk_create(
        [
            WebhookEvent(
                event_id=notice.event_id,
                type=notice.type,
                object_id=notice.object_id,
                received_at=at,
                look_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    event = WebhookEvent.objects.get(event_id=notice.event_id)
    if event.status == states.PROCESSED:
        return False
    ring("billing.take_event", event.pk)
    return bool(rows)


def take(event_id: int, *, at: datetime) -> None:
    """Work on one event if nobody else has it; a failure waits longer each time. Raises gateway.Unreachable."""
    event = _claim(event_id, at=at)
    if event is None:
        return
    try:
        if event.type.startswith(WORK):
            converging.converge(event.object_id, at=at)
    except Exception as error:
        log.warning("webhook_failed", id=event.event_id, type=event.type, error=type(error).__name__)
        _failed(event, error, at=at)
        if isinstance(error, gateway.Unreachable):
            raise
        return
    _processed(event, at=at)


@settled()
def _claim(event_id: int, *, at: datetime) -> WebhookEvent | None:
    claimed = WebhookEvent.objects.filter(
        pk=event_id, status__in=[states.RECEIVED, states.FAILED], look_at__lte=at
    ).update(look_at=at + rules.LEASE, tries=F("tries") + 1)
    if not claimed:
        return None
    event = WebhookEvent.objects.get(pk=event_id)
    if event.status == states.FAILED:
        move(states.WEBHOOK, event, "retry", by=None, at=at)
    return event


@settled()
def _processed(event: WebhookEvent, *, at: datetime) -> None:
    row = WebhookEvent.objects.select_for_update().get(pk=event.pk)
    if row.status == states.RECEIVED:  # a worker that overran its lease finds it done
        move(states.WEBHOOK, row, "process", by=None, at=at, processed_at=at, error="")


@settled()
def _failed(event: WebhookEvent, error: Exception, *, at: datetime) -> None:
    row = WebhookEvent.objects.select_for_update().get(pk=event.pk)
    if row.status == states.RECEIVED:
        move(states.WEBHOOK, row, "fail", by=None, at=at, look_at=at + rules.pause(row.tries), error=repr(error)[:500])
