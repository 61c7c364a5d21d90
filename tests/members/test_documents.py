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


def script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))


def launch(made: pikepdf.Pdf) -> None:
    made.pages[0].Annots = made.make_indirect([pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.Launch))])


def attachment(made: pikepdf.Pdf) -> None:
    made.attachments["x.exe"] = b"MZ"


EXIF = Image.Exif()
EXIF[0x010F] = "SECRET-CAMERA"
BOMB = picture(size=(9000, 9000))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "document.empty"),
        (b"GIF89a" + b"x" * 50, "document.kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "document.kind"),
        (b"<html><script>alert(1)</script>", "document.kind"),
        (b"PK\x03\x04" + b"x" * 50, "document.kind"),
        (b"%PDF-1.7 not really", "document.broken"),
        (picture()[:30], "document.broken"),
        (picture("JPEG")[:60], "document.broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "document.broken"),
        (pdf(script), "document.active"),
        (pdf(launch), "document.active"),
        (pdf(attachment), "document.active"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "document.locked"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "document.locked"),
        (BOMB, "document.too_large_picture"),
    ],
    ids=range(15),
)
def test_refused(content: bytes, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        documents.cleaned(content)


def test_pictures_are_decoded_again_and_stripped() -> None:
    clean, kind = documents.cleaned(picture("JPEG", exif=EXIF) + b"PK\x03\x04<script>alert(1)</script>")
    assert kind == "image/jpeg" and b"SECRET" not in clean and b"script" not in clean and b"PK\x03\x04" not in clean
    clean, kind = documents.cleaned(picture() + b"<?php")
    assert kind == "image/png" and b"php" not in clean


def test_a_pdf_with_html_in_front_is_not_a_pdf_and_one_with_a_tail_loses_it() -> None:
    with pytest.raises(RuleBroken, match=r"document\.kind"):
        documents.cleaned(b"<html>" + pdf())
    clean, kind = documents.cleaned(pdf() + b"<script>alert(1)</script>")
    assert kind == "application/pdf" and b"script" not in clean


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
        assert b"PNG" not in stored and "licence" not in document.file.name
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
