"""R52: somebody takes their data along. A task makes the file, its owner alone opens it, seven days later it is gone."""

from datetime import datetime, timedelta
from functools import partial
from tempfile import SpooledTemporaryFile

from cryptography.fernet import InvalidToken
from django.core.files.base import File
from django.db import transaction

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.kernel.ring import ring
from community.members import archive, rules
from community.members.models import DataExport, Person
from community.members.notifications import rights as letters
from community.members.services.people import lock_person

IN_MEMORY = 4 * 1024 * 1024


@settled({"export_one_being_made": "export.under_way"})
def ask(person: Person, *, language: str, at: datetime) -> DataExport:
    """Ask for one's own data. Raises RuleBroken: "export.under_way", "export.lately"."""
    lock_person(person.pk)
    last = DataExport.objects.filter(person=person).first()
    if last is not None and last.made_at is None:
        raise RuleBroken("export.under_way")
    if last is not None and last.deleted_at is None and at < last.asked_at + rules.EXPORT_EVERY:
        raise RuleBroken("export.lately")
    export = DataExport.objects.create(person=person, language=language, asked_at=at)
    audit.record("export.ask", export, by=person, at=at)
    ring("members.make_export", export.pk)
    return export


def make(export_id: int, *, at: datetime) -> bool:
    """Make the file and tell its owner; whether there was one to make. Gathered outside every lock; safe to run twice:
    the second file finds the first and is not kept."""
    export = DataExport.objects.select_related("person").filter(pk=export_id, made_at=None, deleted_at=None).first()
    if export is None or export.person.erased_at is not None:
        return False
    with SpooledTemporaryFile(IN_MEMORY) as made:
        archive.write(made, export.person, language=export.language, at=at)
        size = made.tell()
        made.seek(0)
        name = export.file.storage.save(f"exports/{public_id()}", File(made))
    if not _keep(export, name, size, at=at):
        export.file.storage.delete(name)
        return False
    return True


@settled()
def _keep(export: DataExport, name: str, size: int, *, at: datetime) -> bool:
    lock_person(export.person_id)
    ends_at = at + timedelta(days=rules.EXPORT_DAYS)
    waiting = DataExport.objects.filter(pk=export.pk, made_at=None, deleted_at=None)
    if not waiting.update(made_at=at, ends_at=ends_at, file=name, size=size):
        return False
    export.refresh_from_db()
    audit.record("export.make", export, by=None, at=at)
    letters.export_ready(export, at=at)
    return True


def opened(export: DataExport, *, by: Person, at: datetime) -> "File[bytes]":
    """The file to be read piece by piece, with the opening on record. Raises RuleBroken: "export.over", "file.missing"."""
    if export.deleted_at is not None or export.ends_at is None or at >= export.ends_at:
        raise RuleBroken("export.over")
    try:
        content: File[bytes] = export.file.open()
    except (FileNotFoundError, InvalidToken):
        raise RuleBroken("file.missing") from None
    audit.record("export.open", export, by=by, at=at)
    return content


def make_due(*, at: datetime) -> int:
    """What a lost bell left unmade."""
    waiting = DataExport.objects.filter(made_at=None, deleted_at=None).order_by("pk")
    return sum(make(key, at=at) for key in list(waiting.values_list("pk", flat=True)))


def delete_due(*, at: datetime) -> int:
    """Files whose seven days are over; how many."""
    over = DataExport.objects.filter(deleted_at=None, ends_at__lte=at).order_by("pk")
    return sum(_delete(export, at=at) for export in list(over))


@settled()
def _delete(export: DataExport, *, at: datetime) -> bool:
    if not DataExport.objects.filter(pk=export.pk, deleted_at=None).update(deleted_at=at, file=""):
        return False
    if name := export.file.name:
        transaction.on_commit(partial(export.file.storage.delete, name))
    audit.record("export.delete", export, by=None, at=at)
    return True


def forget(person_id: int, *, at: datetime) -> int:
    """Somebody is erased: their files go with them, in the caller's transaction; how many."""
    kept = DataExport.objects.select_for_update().filter(person_id=person_id, deleted_at=None).order_by("pk")
    return sum(_delete(export, at=at) for export in list(kept))
