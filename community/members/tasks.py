"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.members.services import clock, documents, intake, renewing, trainees, verifying


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
    at = timezone.now()
    documents.close_untouched(at=at)
    documents.purge_due(at=at)
    documents.sweep_orphans(at=at)


@shared_task(name="members.trainees")
def trainees_due() -> None:
    at = timezone.now()
    trainees.end_all_due(at=at)
    trainees.remind_all_due(at=at)


@shared_task(name="members.remind_reverification")
def remind_reverification() -> None:
    verifying.remind_all_due(at=timezone.now())


@shared_task(name="members.expire")
def expire() -> None:
    renewing.expire_all_due(at=timezone.now())
