"""Evidence (R3): taken, replaced, opened through one gate with an audit entry, deleted by itself."""

import unicodedata
from datetime import datetime, timedelta
from functools import partial

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.members import notifications, policies, rules
from community.members import states as lifecycle
from community.members.models import Application, CompanyChange, Document, Person
from community.members.papers import answers, sandbox
from community.members.services.people import lock_person

PAGES, ORIGINAL = "pages", "original"  # how a paper was opened
SAME_READING = timedelta(minutes=15)


def checked(upload: "UploadedFile[bytes]") -> answers.Clean:
    """The upload made harmless, outside every lock. Raises RuleBroken("document.…") naming what is wrong."""
    if (upload.size or 0) > rules.DOCUMENT_BYTES:
        raise RuleBroken("document.size")
    try:
        return sandbox.clean(upload.read())
    except answers.Refused as refused:
        raise RuleBroken(refused.code) from None


def add(application: Application, upload: "UploadedFile[bytes]", kind: str, *, by: Person, at: datetime) -> Document:
    """Take one file. Raises RuleBroken("document.…") naming what is wrong; nothing is stored then."""
    return _add(application, checked(upload), safe_name(upload.name or ""), kind, by=by, at=at)


@settled()
def _add(application: Application, clean: answers.Clean, name: str, kind: str, *, by: Person, at: datetime) -> Document:
    _editable(application)
    if Document.objects.filter(application=application).count() >= rules.DOCUMENTS_MOST:
        raise RuleBroken("document.count")
    Application.objects.filter(pk=application.pk).update(touched_at=at)
    return store(application, clean, name, kind, by=by, at=at)


def replace(document: Document, upload: "UploadedFile[bytes]", *, by: Person, at: datetime) -> Document:
    """Put the right file in the place of a wrong one; the wrong one is gone only when the right one was taken."""
    return _replace(document, checked(upload), safe_name(upload.name or ""), by=by, at=at)


@settled()
def _replace(document: Document, clean: answers.Clean, name: str, *, by: Person, at: datetime) -> Document:
    assert document.application is not None
    _editable(document.application)
    if not Document.objects.filter(pk=document.pk).exists():
        raise RuleBroken("document.gone")
    fresh = store(document.application, clean, name, document.kind, by=by, at=at)
    _drop(document, "document.remove", by=by, at=at)
    return fresh


@settled()
def remove(document: Document, *, by: Person, at: datetime) -> None:
    """Take a wrong file away again, while the application can be edited."""
    assert document.application is not None
    _editable(document.application)
    _drop(document, "document.remove", by=by, at=at)


def store(
    of: Application | CompanyChange, clean: answers.Clean, name: str, kind: str, *, by: Person, at: datetime
) -> Document:
    """Keep a checked file, encrypted, under a name of ours; in the caller's transaction, the person locked."""
    owner = {"application": of} if isinstance(of, Application) else {"change": of}
    document = Document(
        kind=kind, name=name, content_type=clean.content_type, size=len(clean.content), pages=clean.pages,
        uploaded_at=at, **owner,
    )  # fmt: skip
    document.file.save(public_id(), ContentFile(clean.content), save=False)
    document.save()
    audit.record("document.add", document, by=by, at=at, person_id=of.person_id, data={"kind": kind})
    return document


def opened(document: Document, *, by: Person, at: datetime) -> bytes:
    """The original, with the opening on record. Raises RuleBroken("file.missing") when the store has lost it."""
    content = _content(document)
    _record_opening(document, ORIGINAL, by=by, at=at)
    return content


def leafed(document: Document, *, by: Person, at: datetime) -> None:
    """Put on record that somebody opens the pages; leafing through them for a quarter of an hour is one reading."""
    lately = audit.trail(document).filter(action="document.open", actor=by, at__gt=at - SAME_READING)
    if not lately.exists():
        _record_opening(document, PAGES, by=by, at=at)


def page_image(document: Document, page: int, *, by: Person, at: datetime) -> bytes:
    """One page as a JPEG with its reader and the community's time burnt in, the reading on record.

    Raises RuleBroken("file.missing"), "document.broken" or "document.bomb" when it can't be drawn.
    """
    content = _content(document)
    leafed(document, by=by, at=at)
    email = by.email.encode("ascii", "replace").decode()  # the one font that is always there has Latin letters only
    mark = f"{email} · {by.public_id} · {at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    try:
        return sandbox.draw(content, document.content_type, page=page, mark=mark)
    except answers.Refused as refused:
        raise RuleBroken(refused.code) from None


def purge_due(*, at: datetime) -> int:
    """R3: evidence goes 90 days after approval, 30 after rejection, lapse or withdrawal; the verification stays."""
    approved = at - timedelta(days=rules.EVIDENCE_DAYS_AFTER_APPROVAL)
    ended = at - timedelta(days=rules.EVIDENCE_DAYS_AFTER_END)
    due = Document.objects.filter(
        Q(application__status__in=[lifecycle.APPROVED, lifecycle.ADMITTED], application__approved_at__lte=approved)
        | Q(application__status=lifecycle.REJECTED, application__rejected_at__lte=ended)
        | Q(application__status=lifecycle.LAPSED, application__lapsed_at__lte=ended)
        | Q(application__status=lifecycle.WITHDRAWN, application__withdrawn_at__lte=ended)
        | Q(application__status=lifecycle.CLOSED)
        | Q(change__status=lifecycle.APPROVED, change__decided_at__lte=approved)
        | Q(change__status__in=[lifecycle.REFUSED, lifecycle.WITHDRAWN], change__decided_at__lte=ended)
    )
    return sum(_purge(pk, at) for pk in list(due.values_list("pk", flat=True)))


@settled()
def _purge(document_id: int, at: datetime) -> bool:
    document = Document.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    if document is None:
        return False
    _drop(document, "document.purge", by=None, at=at)
    return True


@settled()
def remind_untouched(*, at: datetime) -> int:
    """R3: drafts that are closed soon because nobody touches them: 14 and 3 days before; how many are new."""
    since = at - timedelta(days=rules.DRAFT_DAYS)
    until = since + timedelta(days=max(rules.DRAFT_NOTICE_DAYS))
    drafts = Application.objects.filter(status=lifecycle.DRAFT, ready_at=None, person__is_active=True)
    near = drafts.filter(touched_at__gt=since, touched_at__lte=until).only("person_id", "touched_at").order_by("pk")
    due = [(draft, step) for draft in near if (step := rules.draft_step(draft.touched_at, at)) is not None]
    return notifications.draft_ending(due, at=at)


def close_untouched(*, at: datetime) -> int:
    """R3: drafts nobody touched for 180 days are closed with a notice; what was typed and uploaded goes with them."""
    before = at - timedelta(days=rules.DRAFT_DAYS)
    old = Application.objects.filter(status=lifecycle.DRAFT, ready_at=None, touched_at__lte=before).order_by("pk")
    return sum(_close(pk, before, at) for pk in list(old.values_list("person_id", flat=True)))


@settled()
def _close(person_id: int, before: datetime, at: datetime) -> bool:
    lock_person(person_id)
    drafts = Application.objects.filter(
        person_id=person_id, status=lifecycle.DRAFT, ready_at=None, touched_at__lte=before
    )
    application = drafts.select_related("person").first()
    if application is None:
        return False
    states.move(lifecycle.APPLICATION, application, "close", by=None, at=at, reason="untouched", draft={})
    purge(application, at=at)
    notifications.draft_closed(application, at=at)
    return True


def purge(of: Application | CompanyChange, *, at: datetime, by: Person | None = None) -> int:
    """Delete every paper of an application or change now, in the caller's transaction; how many."""
    papers = list(of.documents.select_for_update(of=("self",)).order_by("pk"))
    for document in papers:
        _drop(document, "document.purge", by=by, at=at)
    return len(papers)


def sweep_orphans(*, at: datetime) -> int:
    """Files that no row names, left behind when a process died between the two; a day old at least."""
    storage = Document._meta.get_field("file").storage
    if not storage.exists("evidence"):
        return 0
    found = {f"evidence/{name}" for name in storage.listdir("evidence")[1]}
    known = set(Document.objects.filter(file__in=found).values_list("file", flat=True))
    old = [name for name in sorted(found - known) if storage.get_modified_time(name) < at - timedelta(days=1)]
    for name in old:
        storage.delete(name)
    return len(old)


def safe_name(name: str) -> str:
    """A display name without paths, control or direction characters; never used as a path."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return shown[-100:] or "document"


def _content(document: Document) -> bytes:
    try:
        content: bytes = document.file.read()
    except (FileNotFoundError, InvalidToken):
        raise RuleBroken("file.missing") from None
    return content


def _record_opening(document: Document, how: str, *, by: Person, at: datetime) -> None:
    data = {"kind": document.kind, "as": how}
    audit.record("document.open", document, by=by, at=at, person_id=document.of.person_id, data=data)


def _editable(application: Application) -> None:
    lock_person(application.person_id)
    application.refresh_from_db(fields=["status", "asked_fields"])
    policies.may_change(application, [rules.PAPERS]).insist()


def _drop(document: Document, action: str, *, by: Person | None, at: datetime) -> None:
    data = {"kind": document.kind}
    audit.record(action, document, by=by, at=at, person_id=document.of.person_id, data=data)
    document.delete()
    transaction.on_commit(partial(document.file.delete, save=False))
