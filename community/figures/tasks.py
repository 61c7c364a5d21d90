"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.figures.services import asking


@shared_task(name="figures.ask")
def ask() -> int:
    return asking.ask_all_due(at=timezone.now())
