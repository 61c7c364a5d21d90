"""Taking up what bells, webhooks and workers missed; once a minute, safe to run twice and in parallel."""

from collections.abc import Callable
from datetime import datetime

import structlog

from community.billing import gateway, rules, states
from community.billing.models import Attempt, AutoRenewal, CardCharge, Channel, Refund, WebhookEvent
from community.billing.services import auto_renewals, charging, converging, inbox, refunds

log = structlog.get_logger()
AT_ONCE = 100  # of each kind per run: a run ends before the next begins


def sweep(*, at: datetime) -> int:
    """Inbox rows that are new, failed or whose lease ran out; open payment pages; refunds to send or ask about; saved
    cards whose hour has come, and those to take away. How many."""
    events = WebhookEvent.objects.filter(status__in=[states.RECEIVED, states.FAILED])
    pages = Attempt.objects.filter(status=states.OPEN)
    back = Refund.objects.filter(status__in=[states.REQUESTED, states.SENDING, states.PENDING], channel=Channel.STRIPE)
    cards = CardCharge.objects.filter(status=states.PLANNED)
    gone = AutoRenewal.objects.filter(status=states.OFF, detached_at=None).exclude(method_id="")
    kinds = (
        (events, inbox.take), (pages, _tend), (back, refunds.send), (gone, auto_renewals.detach), (cards, _charge),
    )  # fmt: skip
    looked = 0
    try:
        for rows, work in kinds:
            due = rows.filter(look_at__lte=at).order_by("look_at").values_list("pk", flat=True)
            for pk in list(due[:AT_ONCE]):
                _one(work, pk, at)
                looked += 1
    except gateway.Unreachable:
        log.warning("sweep_stopped", reason="the payment provider does not answer")
    return looked


def _one(work: Callable[..., None], pk: int, at: datetime) -> None:
    """One row's failure stops no other row; a silent provider stops them all until the next run."""
    try:
        work(pk, at=at)
    except gateway.Unreachable:
        raise
    except Exception:
        log.exception("sweep_failed", work=work.__name__, pk=pk)


def _tend(attempt_id: int, *, at: datetime) -> None:
    claimed = Attempt.objects.filter(pk=attempt_id, status=states.OPEN, look_at__lte=at)
    if claimed.update(look_at=at + rules.LOOK_EVERY):
        converging.tend(attempt_id, at=at)


def _charge(charge_id: int, *, at: datetime) -> None:
    """The outside call comes after the commit of what it is for, as everywhere."""
    if gateway.configured() and (attempt := charging.begin(charge_id, at=at)) is not None:
        converging.press(attempt, at=at, fresh=True)
