"""R3: what is taken is judged by content and made harmless; the rest is refused with the reason."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry
from community.members import rules
from community.members.models import Application, Document
from community.members.papers import answers, cleaning
from community.members.services import applications, documents
from tests import make


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return out.getvalue()


def pdf(change: object = None, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        if change:
            change(made)  # type: ignore[operator]
        made.save(out, **options)
    return out.getvalue()


EXIF = Image.Exif()
EXIF[0x010F] = "SECRET-CAMERA"


def test_pictures_are_decoded_again_and_stripped() -> None:
    clean = cleaning.cleaned(picture("JPEG", exif=EXIF) + b"PK\x03\x04<script>alert(1)</script>")
    assert clean.content_type == "image/jpeg"
    assert not [trace for trace in (b"SECRET", b"script", b"PK\x03\x04") if trace in clean.content]
    clean = cleaning.cleaned(picture() + b"<?php")
    assert clean.content_type == "image/png" and b"php" not in clean.content


def test_a_pdf_with_html_in_front_is_not_a_pdf_and_one_with_a_tail_loses_it() -> None:
    with pytest.raises(answers.Refused, match=r"document\.kind"):
        cleaning.cleaned(b"<html>" + pdf())
    clean = cleaning.cleaned(pdf() + b"<script>alert(1)</script>")
    assert clean.content_type == "application/pdf" and b"script" not in clean.content


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\evil\\licence.png", "licence.png"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie: x.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("营业执照.pdf", "营业执照.pdf"),
        ("", "document"),
    ],
)
def test_names_are_only_shown(name: str, shown: str) -> None:
    assert documents.safe_name(name) == shown
    assert len(documents.safe_name("很" * 300)) == 100


@pytest.mark.django_db
class TestStored:
    def test_encrypted_at_rest_and_every_opening_on_record(self, settings, tmp_path) -> None:
        settings.MEDIA_ROOT = tmp_path
        who = make.person()
        application = applications.start(who, at=make.NOON)
        upload = SimpleUploadedFile("licence.png", picture())
        document = documents.add(application, upload, "licence", by=who, at=make.NOON)
        stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"\x89PNG" not in stored and "licence" not in document.file.name
        document = Document.objects.get(pk=document.pk)
        assert documents.opened(document, by=who, at=make.NOON).startswith(b"\x89PNG")
        assert AuditEntry.objects.filter(action="document.open", subject_id=document.pk, actor=who).count() == 1

    def test_seven_are_too_many_and_one_byte_too_much_is_refused(self, settings, tmp_path) -> None:
        settings.MEDIA_ROOT = tmp_path
        who = make.person()
        application = applications.start(who, at=make.NOON)
        for _ in range(6):
            documents.add(application, SimpleUploadedFile("a.png", picture()), "other", by=who, at=make.NOON)
        with pytest.raises(RuleBroken, match=r"document\.count"):
            documents.add(application, SimpleUploadedFile("a.png", picture()), "other", by=who, at=make.NOON)
        with pytest.raises(RuleBroken, match=r"document\.size"):
            big = SimpleUploadedFile("a.png", b"x" * (rules.DOCUMENT_BYTES + 1))
            documents.add(application, big, "other", by=who, at=make.NOON)
        assert Document.objects.count() == 6

    def test_a_submitted_application_takes_no_more(self, settings, tmp_path) -> None:
        settings.MEDIA_ROOT = tmp_path
        application = make.submitted()
        with pytest.raises(RuleBroken, match=r"application\.not_editable"):
            documents.add(
                application, SimpleUploadedFile("a.png", picture()), "other", by=application.person, at=make.NOON
            )

    @pytest.mark.parametrize(
        ("status", "stamp", "days"),
        [("admitted", "approved_at", 90), ("rejected", "rejected_at", 30), ("lapsed", "lapsed_at", 30)],
    )
    def test_evidence_is_purged_by_itself(
        self, settings, tmp_path, django_capture_on_commit_callbacks, status, stamp, days
    ):
        settings.MEDIA_ROOT = tmp_path
        application = make.approved()
        who = application.person
        changes = {stamp: make.NOON} | ({"rejected_by": who} if status == "rejected" else {})
        if status == "admitted":
            changes |= {"attended_at": make.NOON, "paid_at": make.NOON, "admitted_at": make.NOON}
        Application.objects.filter(pk=application.pk).update(status=status, **changes)
        document = application.documents.get()
        document.file.save("x", ContentFile(b"secret"))
        edge = make.NOON + timedelta(days=days)
        assert documents.purge_due(at=edge - timedelta(seconds=1)) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert documents.purge_due(at=edge) == 1
        assert documents.purge_due(at=edge) == 0
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        assert application.verifications.count() == 1
        assert AuditEntry.objects.filter(action="document.purge", person=who).count() == 1
