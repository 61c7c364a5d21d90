"""R3: hostile uploads, class by class, through the whole way in: refused with the reason, or made harmless."""

import resource

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from community.kernel.errors import RuleBroken, all_refusals
from community.members.models import Document
from community.members.papers import answers, drawing, sandbox
from community.members.services import applications, documents
from tests import make
from tests.members import hostile

CASES = {case[0]: case[1:] for case in hostile.cases()}
REFUSED = [name for name, case in CASES.items() if case[2]]
HARMLESS = [name for name, case in CASES.items() if not case[2]]


def made(name: str) -> bytes:
    content = CASES[name][1]
    return content() if callable(content) else content


TRACES = (b"<script", b"<html", b"<?php", b"SECRET", b"PK\x03\x04", b"/JavaScript")


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 61 and len(REFUSED) >= 61


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_reason_and_nothing_stored(name: str, tmp_path) -> None:
    typed, _, why = CASES[name]
    content = made(name)
    who = make.person()
    application = applications.start(who, at=make.NOON)
    with pytest.raises(RuleBroken) as refused:
        documents.add(application, SimpleUploadedFile(typed, content), "licence", by=who, at=make.NOON)
    assert refused.value.code == why and why in all_refusals()
    assert not Document.objects.exists() and not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.django_db
@pytest.mark.parametrize("name", HARMLESS)
def test_made_harmless(name: str, tmp_path) -> None:
    typed, content = CASES[name][0], made(name)
    who = make.person()
    application = applications.start(who, at=make.NOON)
    upload = SimpleUploadedFile("x", content)
    upload._name = typed  # as a client may send it; Django's own setter cleans it before we would
    document = documents.add(application, upload, "licence", by=who, at=make.NOON)
    stored = document.file.read()
    assert not [trace for trace in TRACES if trace in stored]
    assert document.content_type in ("application/pdf", "image/png", "image/jpeg")
    assert len(document.name) <= 100 and "/" not in document.name and document.name.isprintable()
    inside = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert inside == [document.file.name] and inside[0].removeprefix("evidence/").isalnum()


def test_a_bomb_bursts_in_a_process_of_its_own() -> None:
    """What the worker may take is bounded, whatever a parser would do with it."""
    bombs = [made(name) for name in ("pdf: flate bomb", "pdf: object stream bomb", "png of 900 megapixels")]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for content in bombs:
        with pytest.raises(answers.Refused):
            sandbox.clean(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # kB


def test_what_takes_too_long_or_dies_is_a_bomb(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    with pytest.raises(answers.Refused, match=r"document\.bomb"):
        sandbox.clean(hostile.pdf())
    monkeypatch.undo()
    monkeypatch.setattr(sandbox, "WORKER", "/dev/null")
    with pytest.raises(ValueError, match="Expecting value"):
        sandbox.clean(hostile.pdf())


def test_a_page_that_cannot_be_drawn_is_broken() -> None:
    with pytest.raises(answers.Refused, match=r"document\.broken"):
        sandbox.draw(b"nothing", "application/pdf", page=1, mark="x")


def test_pages_are_bounded_pictures_with_the_mark_burnt_in() -> None:
    import io

    from PIL import Image

    for content, kind in (
        (hostile.pdf(), "application/pdf"),
        (hostile.picture(size=(3000, 2000), mode="RGBA"), "image/png"),
        (hostile.picture("JPEG", size=(3000, 2000)), "image/jpeg"),
    ):
        marked = Image.open(io.BytesIO(sandbox.draw(content, kind, page=1, mark="reviewer@x · 2026-11-21 12:00")))
        plain = Image.open(io.BytesIO(sandbox.draw(content, kind, page=1, mark=" ")))
        assert max(marked.size) <= drawing.SIDE and marked.format == "JPEG"
        assert marked.convert("RGB").tobytes() != plain.convert("RGB").tobytes()


def test_opening_at_a_page_is_harmless_and_leaves() -> None:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
        made.docinfo["/Author"] = "SECRET"
        with made.open_metadata() as about:
            about["dc:title"] = "SECRET"

    clean = sandbox.clean(hostile.pdf(change))
    with pikepdf.open(ContentFile(clean.content)) as found:
        assert "/OpenAction" not in found.Root and "/Info" not in found.trailer and "/Metadata" not in found.Root
