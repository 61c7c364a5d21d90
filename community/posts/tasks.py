"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.posts.services import introducing, posting, profiles


@shared_task(name="posts.sweep")
def sweep() -> None:
    at = timezone.now()
    posting.sweep(at=at)
    posting.remind_all_due(at=at)
    introducing.expire_all_due(at=at)
    profiles.make_missing(at=at)


@shared_task(name="posts.ask_to_refresh")
def ask_to_refresh() -> None:
    profiles.ask_all_to_refresh(at=timezone.now())
