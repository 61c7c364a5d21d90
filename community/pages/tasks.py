"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.pages import waiting, weekly


@shared_task(name="pages.write_weeks")
def write_weeks() -> int:
    return weekly.write_all_due(at=timezone.now())


@shared_task(name="pages.remind_desks")
def remind_desks() -> int:
    return waiting.remind_all_due(at=timezone.now())
