"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.members.services import clock, documents, intake


@shared_task(name="members.lapse_due")
def lapse_due() -> None:
    clock.lapse_all_due(at=timezone.now())


@shared_task(name="members.remind_clocks")
def remind_clocks() -> None:
    clock.remind_all_due(at=timezone.now())


@shared_task(name="members.let_in")
def let_in() -> None:
    intake.let_in(at=timezone.now())


@shared_task(name="members.purge_evidence")
def purge_evidence() -> None:
    documents.purge_due(at=timezone.now())
