"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.programmes.services import challenging, ending, reminding


@shared_task(name="programmes.sweep")
def sweep() -> int:
    at = timezone.now()
    return ending.sweep(at=at) + challenging.sweep(at=at)


@shared_task(name="programmes.remind")
def remind() -> int:
    at = timezone.now()
    return reminding.remind_all_due(at=at) + reminding.tell_hosts_all_due(at=at)
