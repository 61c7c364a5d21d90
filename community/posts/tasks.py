"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.posts.services import introducing, posting, profiles


@shared_task(name="posts.sweep")
def sweep() -> int:
    at = timezone.now()
    over = posting.sweep(at=at) + introducing.expire_all_due(at=at)
    return over + posting.remind_all_due(at=at) + profiles.make_missing(at=at)


@shared_task(name="posts.ask_to_refresh")
def ask_to_refresh() -> int:
    return profiles.ask_all_to_refresh(at=timezone.now())


@shared_task(name="posts.remind_introductions")
def remind_introductions() -> int:
    return introducing.remind_all_due(at=timezone.now())
