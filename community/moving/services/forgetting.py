"""What an import or export held of people goes by itself: files, words of rows, and with them the way back."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from community.kernel.conflicts import settled
from community.kernel.states import move
from community.moving import rules, states
from community.moving.models import Batch, Export, Made, Overwritten, Row


def forget_exports(*, at: datetime) -> int:
    """Files of the whole club after seven days; how many."""
    exports = Export.objects.filter(status__in=[states.ASKED, states.MADE], asked_at__lte=at - rules.EXPORT_KEPT)
    return sum(_forget_export(pk, at=at) for pk in _keys(exports))


def forget_imports(*, at: datetime) -> int:
    """What an imported file held, after thirty days; how many."""
    old = Q(handed_in_at__lte=at - rules.WORDS_KEPT)
    old &= Q(carried_at=None) | Q(carried_at__lte=at - rules.WORDS_KEPT)
    batches = Batch.objects.filter(old, forgotten_at=None).exclude(status__in=states.AT_WORK)
    return sum(forget_batch(pk, at=at) for pk in _keys(batches))


def _keys(rows: QuerySet[Batch] | QuerySet[Export]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


@settled()
def _forget_export(pk: int, *, at: datetime) -> bool:
    export = Export.objects.select_for_update(of=("self",)).get(pk=pk)
    if not states.EXPORT.allows(export.status, "forget"):
        return False
    export.file.delete(save=False)
    move(states.EXPORT, export, "forget", by=None, at=at, file="")
    return True


@settled()
def forget_batch(pk: int, *, at: datetime) -> bool:
    """Counts, dates and who did it stay."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=pk)
    if batch.forgotten_at is not None:
        return False
    for rows in (Row, Made, Overwritten):
        rows.objects.filter(batch=batch).delete()
    batch.file.delete(save=False)
    Batch.objects.filter(pk=pk).update(file="", facts={}, stays=[], forgotten_at=at)
    return True


@settled()
def forget_person(emails: Iterable[str], person_id: int, *, at: datetime) -> int:
    """R52: somebody is erased. Imports that name them lose their words, exports their files; how many."""
    named = Row.objects.filter(who__in=[email.lower() for email in emails]).values("batch")
    made = Made.objects.filter(label="members.Person", key=person_id).values("batch")
    batches = Batch.objects.filter(Q(pk__in=named) | Q(pk__in=made), forgotten_at=None)
    kept = Export.objects.filter(status=states.MADE)
    return sum(forget_batch(pk, at=at) for pk in _keys(batches)) + sum(_forget_export(pk, at=at) for pk in _keys(kept))
