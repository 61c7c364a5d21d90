"""Tasks of ties: safe to run twice, and to run late."""

from celery import shared_task
from django.utils import timezone

from community.ties.services import nudging, one_to_ones, projects


@shared_task(name="ties.sweep")
def sweep() -> int:
    """What nobody confirmed in time is over."""
    at = timezone.now()
    return one_to_ones.expire_all_due(at=at) + projects.expire_all_due(at=at)


@shared_task(name="ties.nudge")
def nudge() -> int:
    return nudging.nudge_all_due(at=timezone.now())
