"""Events that were never delivered: the provider keeps thirty days of them, and the inbox knows each by its id."""

from datetime import datetime, timedelta

from community.billing import gateway, rules
from community.billing.models import WebhookEvent
from community.billing.services import inbox

ALWAYS = timedelta(days=3)  # as long as the provider tries to deliver
KEPT = timedelta(days=30)


def run(*, at: datetime) -> int:
    """List the last three days, or since the last event that reached us if that is longer ago; how many were new.

    Raises gateway.Unreachable.
    """
    newest = WebhookEvent.objects.order_by("-received_at").values_list("received_at", flat=True).first()
    since = max(at - KEPT, min(at - ALWAYS, newest - rules.LEASE if newest else at - KEPT))
    return sum(inbox.store(notice, at=at) for notice in gateway.list_events(since))
