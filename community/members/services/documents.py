"""Evidence (R3): judged by content, cleaned, encrypted, opened through one gate with an audit entry."""

import io
import unicodedata
from datetime import datetime, timedelta
from functools import partial

import pikepdf
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from PIL import Image, ImageOps, UnidentifiedImageError

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id
from community.members import policies, rules, states
from community.members.models import Application, Document, Person
from community.members.services.people import lock_person

MOST_PIXELS = 50_000_000
MOST_PAGES = 60
ACTIVE_KEYS = {"/OpenAction", "/AA", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"}
ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm")


def add(application: Application, upload: "UploadedFile[bytes]", kind: str, *, by: Person, at: datetime) -> Document:
    """Take one file. Raises RuleBroken("document.…") naming what is wrong; nothing is stored then."""
    if (upload.size or 0) > rules.DOCUMENT_BYTES:
        raise RuleBroken("document.size")
    content = upload.read()
    clean, content_type = cleaned(content)
    return _store(application, clean, content_type, safe_name(upload.name or ""), kind, by=by, at=at)


@settled()
def _store(
    application: Application, content: bytes, content_type: str, name: str, kind: str, *, by: Person, at: datetime
) -> Document:
    lock_person(application.person_id)
    application.refresh_from_db(fields=["status", "asked_fields"])
    policies.may_change(application, [rules.PAPERS]).insist()
    if Document.objects.filter(application=application).count() >= rules.DOCUMENTS_MOST:
        raise RuleBroken("document.count")
    document = Document(
        application=application, kind=kind, name=name, content_type=content_type, size=len(content), uploaded_at=at
    )
    document.file.save(public_id(), ContentFile(content), save=False)
    document.save()
    audit.record("document.add", document, by=by, at=at, person_id=application.person_id, data={"kind": kind})
    return document


@settled()
def remove(document: Document, *, by: Person, at: datetime) -> None:
    """Take a wrong file away again, while the application can be edited."""
    application = document.application
    lock_person(application.person_id)
    application.refresh_from_db(fields=["status", "asked_fields"])
    policies.may_change(application, [rules.PAPERS]).insist()
    audit.record("document.remove", document, by=by, at=at, person_id=application.person_id)
    document.delete()
    transaction.on_commit(partial(document.file.delete, save=False))


def opened(document: Document, *, by: Person, at: datetime) -> bytes:
    """The content, with the opening on record. Raises RuleBroken("file.missing") when the store has lost it."""
    try:
        content: bytes = document.file.read()
    except FileNotFoundError:
        raise RuleBroken("file.missing") from None
    audit.record("document.open", document, by=by, at=at, person_id=document.application.person_id)
    return content


def purge_due(*, at: datetime) -> int:
    """R3: evidence goes 90 days after approval, 30 after rejection, lapse or withdrawal; the verification stays."""
    approved = at - timedelta(days=rules.EVIDENCE_DAYS_AFTER_APPROVAL)
    ended = at - timedelta(days=rules.EVIDENCE_DAYS_AFTER_END)
    due = Document.objects.filter(
        Q(application__status__in=[states.APPROVED, states.ADMITTED], application__approved_at__lte=approved)
        | Q(application__status=states.REJECTED, application__rejected_at__lte=ended)
        | Q(application__status=states.LAPSED, application__lapsed_at__lte=ended)
        | Q(application__status=states.WITHDRAWN, application__withdrawn_at__lte=ended)
    )
    return sum(_purge(pk, at) for pk in list(due.values_list("pk", flat=True)))


@settled()
def _purge(document_id: int, at: datetime) -> bool:
    document = Document.objects.select_for_update(of=("self",)).select_related("application").get(pk=document_id)
    audit.record("document.purge", document, by=None, at=at, person_id=document.application.person_id)
    document.delete()
    transaction.on_commit(partial(document.file.delete, save=False))
    return True


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The content made harmless, and its type: pictures decoded and re-encoded, PDFs parsed. Judged by content."""
    if not content:
        raise RuleBroken("document.empty")
    if content.startswith(b"%PDF-"):
        return _clean_pdf(content), "application/pdf"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _clean_picture(content)
    raise RuleBroken("document.kind")


def _clean_picture(content: bytes) -> tuple[bytes, str]:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RuleBroken("document.too_large_picture")
            kind = picture.format or "PNG"
            upright = ImageOps.exif_transpose(picture)
            upright.load()
    except RuleBroken:
        raise
    except Image.DecompressionBombError:
        raise RuleBroken("document.too_large_picture") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError):
        raise RuleBroken("document.broken") from None
    out = io.BytesIO()
    if kind == "JPEG":
        upright.convert("RGB").save(out, "JPEG", quality=88)
        return out.getvalue(), "image/jpeg"
    fresh = Image.frombytes("RGBA", upright.size, upright.convert("RGBA").tobytes())
    fresh.save(out, "PNG")
    return out.getvalue(), "image/png"


def _clean_pdf(content: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise RuleBroken("document.broken")
            if pdf.is_encrypted:
                raise RuleBroken("document.locked")
            if _is_active(pdf):
                raise RuleBroken("document.active")
            out = io.BytesIO()
            with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
                for key in list(meta):
                    del meta[key]
            pdf.save(out)
    except pikepdf.PasswordError:
        raise RuleBroken("document.locked") from None
    except (pikepdf.PdfError, ValueError, OSError, RecursionError):
        raise RuleBroken("document.broken") from None
    return out.getvalue()


def _is_active(pdf: pikepdf.Pdf) -> bool:
    """Anything that acts by itself or carries another file, wherever in the document it hides."""
    waiting = list(pdf.objects)  # the indirect objects; direct ones are met inside them
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array):
            waiting.extend(item for item in found if _direct(item))
        elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            if set(found.keys()) & ACTIVE_KEYS or found.get("/S") in ACTIVE_ACTIONS:
                return True
            waiting.extend(value for key in found.keys() if _direct(value := found[key]))  # noqa: SIM118  not a dict
    return False


def _direct(item: object) -> bool:
    return isinstance(item, (pikepdf.Array, pikepdf.Dictionary)) and not item.is_indirect


def safe_name(name: str) -> str:
    """A display name without paths, control or direction characters; never used as a path."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    return shown[-100:] or "document"
