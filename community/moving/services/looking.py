"""Taking a file and looking through it: a result for every row, and nothing written to the club."""

from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.kernel.ring import ring
from community.kernel.states import move
from community.members.services import documents
from community.moving import files, rules, states
from community.moving.models import Batch, Row
from community.moving.rules import known, planning
from community.moving.selectors import club

if TYPE_CHECKING:
    from community.members.models import Person

log = structlog.get_logger()
AT_ONCE = 1000
LETTERS = (b"PK", files.OLD_EXCEL)


def hand_in(upload: "UploadedFile[bytes]", *, by: "Person", at: datetime) -> Batch:
    """Keep a file, encrypted, and ring for somebody to look through it. Raises RuleBroken("file.size", "file.kind")."""
    if (upload.size or 0) > rules.FILE_BYTES:
        raise RuleBroken("file.size")
    content = upload.read()
    if not content.startswith(LETTERS) and b"\x00" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise RuleBroken("file.kind")
    return _keep(documents.safe_name(upload.name or ""), content, by=by, at=at)


@settled()
def _keep(name: str, content: bytes, *, by: "Person", at: datetime) -> Batch:
    batch = Batch(name=name, size=len(content), handed_in_at=at, handed_in_by=by)
    batch.file.save(public_id(), ContentFile(content), save=False)
    batch.save()
    audit.record("batch.hand_in", batch, by=by, at=at, new=batch.status)
    ring("moving.look_through", batch.pk)
    return batch


def look(batch_id: int, *, at: datetime) -> None:
    """Read the file and compare it with the club, under no lock. Again nothing happens."""
    batch = Batch.objects.select_related("handed_in_by").get(pk=batch_id)
    if batch.status != states.RECEIVED:
        return
    try:
        plan = plan_of(batch, at=at)
    except files.Unreadable as wrong:
        _refuse(batch, wrong.code, wrong.params, at=at)
    except Exception as error:  # whatever it is, somebody looks at the page and must be told
        log.exception("import_not_read", batch=batch.public_id, error=type(error).__name__)
        _refuse(batch, "file.failed", {}, at=at)
    else:
        _read(batch, plan, at=at)


def plan_of(batch: Batch, *, at: datetime) -> planning.Plan:
    """What the file would do now, in the words of whoever handed it in. Raises files.Unreadable."""
    try:
        with batch.file.open() as kept:
            content = kept.read()
    except (FileNotFoundError, ValueError):
        raise RuleBroken("batch.file_gone") from None
    with translation.override(batch.handed_in_by.language):
        now = club.club()
        sheets = {subject: known.lines_of(subject, rows, now.lists) for subject, rows in files.read(content).items()}
        return planning.plan(sheets, now, at)


@settled()
def _refuse(batch: Batch, code: str, params: dict[str, str], *, at: datetime) -> None:
    if not _still_waits(batch):
        return
    move(states.BATCH, batch, "refuse", by=None, at=at, refused=code, facts=params, read_at=at)


@settled()
def _read(batch: Batch, plan: planning.Plan, *, at: datetime) -> None:
    if not _still_waits(batch):
        return
    move(states.BATCH, batch, "read", by=None, at=at, counts=plan.counts(), read_at=at)
    write_rows(batch, plan)


def _still_waits(batch: Batch) -> bool:
    """Under its lock: the bell and the sweeper may come together."""
    kept = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    return kept.status == states.RECEIVED


def write_rows(batch: Batch, plan: planning.Plan) -> None:
    """The result of every row, in place of an earlier look's."""
    Row.objects.filter(batch=batch).delete()
    Row.objects.bulk_create(
        [
            Row(
                batch=batch, subject=line.subject, number=line.number, result=line.result, title=line.title[:60],
                who=line.who[:254], faults=[[f.column, f.code, f.found, f.more] for f in line.faults],
                changes=[[c.column, c.old, c.new] for c in line.changes],
            )
            for line in plan.lines
        ],
        AT_ONCE,
    )  # fmt: skip


@settled()
def drop(batch: Batch, *, by: "Person", at: datetime) -> None:
    """Put a file away that nobody carries out: its rows and the file go. Raises RuleBroken("batch.stale")."""
    move(states.BATCH, batch, "drop", by=by, at=at)
    Row.objects.filter(batch=batch).delete()
    batch.file.delete(save=False)
    Batch.objects.filter(pk=batch.pk).update(file="", forgotten_at=at)
