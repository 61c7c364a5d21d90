"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.matching.services import encoding, pairing


@shared_task(name="matching.sweep")
def sweep() -> int:
    """By words at once; by meaning as soon as that is encoded."""
    paired = pairing.sweep(at=timezone.now())
    if encoding.sweep(at=timezone.now()):
        paired += pairing.sweep(at=timezone.now())
    return paired
