"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.matching.services import encoding, pairing


@shared_task(name="matching.sweep")
def sweep() -> None:
    """By words at once; by meaning as soon as that is encoded."""
    pairing.sweep(at=timezone.now())
    if encoding.sweep(at=timezone.now()):
        pairing.sweep(at=timezone.now())
