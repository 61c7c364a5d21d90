"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.matching.services import pairing


@shared_task(name="matching.sweep")
def sweep() -> None:
    pairing.sweep(at=timezone.now())
