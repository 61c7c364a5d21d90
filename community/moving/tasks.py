"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.kernel import retention
from community.moving.services import carrying, exporting, forgetting, looking, sweeping, undoing


@shared_task(name="moving.look_through")
def look_through(batch_id: int) -> None:
    looking.look(batch_id, at=timezone.now())


@shared_task(name="moving.carry_out")
def carry_out(batch_id: int) -> None:
    carrying.carry(batch_id, at=timezone.now())


@shared_task(name="moving.undo")
def undo_batch(batch_id: int) -> None:
    undoing.undo(batch_id, at=timezone.now())


@shared_task(name="moving.redraw_cards")
def redraw_cards(batch_id: int) -> int:
    return carrying.redraw_now(batch_id, at=timezone.now())


@shared_task(name="moving.export")
def make_export(export_id: int) -> None:
    exporting.make(export_id, at=timezone.now())


@shared_task(name="moving.sweep")
def sweep() -> int:
    return sweeping.sweep(at=timezone.now())


@shared_task(name="moving.forget")
def forget() -> int:
    at = timezone.now()
    gone = retention.swept("imports", forgetting.forget_imports(at=at), at=at)
    gone += retention.swept("whole_club", forgetting.forget_exports(at=at), at=at)
    return gone + retention.swept("orphans", sweeping.sweep_orphans(at=at), at=at)
