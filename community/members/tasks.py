"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.kernel import retention
from community.members.services import clock, documents, erasing, exporting, intake, renewing, trainees, verifying


@shared_task(name="members.lapse_due")
def lapse_due() -> int:
    return clock.lapse_all_due(at=timezone.now())


@shared_task(name="members.remind_clocks")
def remind_clocks() -> int:
    return clock.remind_all_due(at=timezone.now())


@shared_task(name="members.let_in")
def let_in() -> int:
    return intake.let_in(at=timezone.now())


@shared_task(name="members.purge_evidence")
def purge_evidence() -> int:
    at = timezone.now()
    return (
        retention.swept("drafts", documents.close_untouched(at=at), at=at)
        + retention.swept("papers", documents.purge_due(at=at), at=at)
        + retention.swept("orphans", documents.sweep_orphans(at=at), at=at)
    )


@shared_task(name="members.trainees")
def trainees_due() -> int:
    at = timezone.now()
    return trainees.end_all_due(at=at) + trainees.remind_all_due(at=at)


@shared_task(name="members.remind_reverification")
def remind_reverification() -> int:
    return verifying.remind_all_due(at=timezone.now())


@shared_task(name="members.expire")
def expire() -> int:
    return renewing.expire_all_due(at=timezone.now())


@shared_task(name="members.remind_drafts")
def remind_drafts() -> int:
    return documents.remind_untouched(at=timezone.now())


@shared_task(name="members.make_export")
def make_export(export_id: int) -> bool:
    return exporting.make(export_id, at=timezone.now())


@shared_task(name="members.rights")
def rights_due() -> int:
    at = timezone.now()
    made = exporting.make_due(at=at)
    made += retention.swept("exports", exporting.delete_due(at=at), at=at)
    return made + retention.swept("erasures", erasing.carry_out_due(at=at), at=at)
