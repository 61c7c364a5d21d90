"""R3 around the papers: pages with their reader burnt in, who opened what, replacing, closing drafts, changing keys."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Application, Document, Person
from community.members.services import applications, documents
from tests import make
from tests.members import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_SECOND_FACTOR = False


def signed_in(who: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


def upload(content: bytes = b"", name: str = "licence.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or hostile.pdf(pages=2))


def paper() -> Document:
    """A submitted application's licence, two pages."""
    who = make.person("林晓")
    application = applications.start(who, at=make.NOON)
    documents.add(application, upload(), "licence", by=who, at=make.NOON)
    applications.submit(application.pk, make.clean(full_name="林晓"), by=who, at=make.NOON)
    return Document.objects.get()


class TestReading:
    def test_pages_as_pictures_of_no_store_the_original_as_a_download(self) -> None:
        document, client = paper(), signed_in(make.reviewer())
        path = f"/desk/documents/{document.public_id}/"
        page = client.get(path).content.decode()
        assert f"{path}pages/1/" in page and f"{path}pages/2/" in page and f"{path}pages/3/" not in page
        answer = client.get(f"{path}pages/2/")
        assert answer["Content-Type"] == "image/jpeg" and answer["Cache-Control"] == "private, no-store"
        assert max(Image.open(io.BytesIO(answer.content)).size) <= 1600
        for number in ("0", "3", "99999999999", "-1", "x"):
            assert client.get(f"{path}pages/{number}/").status_code == 404
        original = client.get(f"{path}original/")
        assert original["Content-Disposition"].startswith("attachment") and original.content.startswith(b"%PDF")

    def test_every_opening_is_on_record_and_the_owner_sees_it(self) -> None:
        document, by = paper(), make.reviewer()
        client, path = signed_in(by), f"/desk/documents/{document.public_id}/"
        client.get(f"{path}pages/1/")  # a page's own address is no way around
        client.get(path), client.get(f"{path}pages/2/")
        client.get(f"{path}original/")
        found = AuditEntry.objects.filter(action="document.open", actor=by).order_by("pk")
        assert [entry.data["as"] for entry in found] == ["pages", "original"]
        seen = signed_in(document.application.person).get("/application/").content.decode()
        assert by.name in seen and "looked at the pages" in seen and "original downloaded" in seen

    def test_a_reading_lasts_a_quarter_of_an_hour(self) -> None:
        document, by = paper(), make.reviewer()
        for minutes in (0, 5, 14, 15, 20, 31):
            documents.leafed(document, by=by, at=make.NOON + timedelta(minutes=minutes))
        assert AuditEntry.objects.filter(action="document.open").count() == 3

    def test_the_mark_says_who_and_when_in_the_clubs_time(self, monkeypatch) -> None:
        marks = []
        monkeypatch.setattr(documents.sandbox, "draw", lambda *_, mark, **__: marks.append(mark) or b"jpeg")
        by = make.person("周宁", email="zhōu.ning@example.test")
        documents.page_image(paper(), 1, by=by, at=make.NOON)
        assert marks == [f"zh?u.ning@example.test · {by.public_id} · 2026-11-21 12:00"]

    def test_what_cannot_be_drawn_or_read_says_so(self) -> None:
        document, client = paper(), signed_in(make.reviewer())
        Document.objects.update(content_type="image/png")
        answer = client.get(f"/desk/documents/{document.public_id}/pages/1/")
        assert answer.status_code == 422 and "can't be opened" in answer.content.decode()
        Path(document.file.path).write_bytes(b"not ours")
        with pytest.raises(RuleBroken, match=r"file\.missing"):
            documents.opened(document, by=document.application.person, at=make.NOON)


class TestDoors:
    @pytest.mark.parametrize("end", ["", "pages/1/", "original/"])
    def test_strangers_lapsed_reviewers_owners_and_guesses(self, end: str) -> None:
        document = paper()
        path = f"/desk/documents/{document.public_id}/{end}"
        owner = document.application.person
        for who in (make.person(), make.member(), owner):
            assert signed_in(who).get(path).status_code == 403
        lapsed = make.reviewer()
        client = signed_in(lapsed)
        assert client.get(path).status_code == 200
        lapsed.groups.clear()
        assert client.get(path).status_code == 403
        owner.groups.set(make.reviewer().groups.all())
        assert signed_in(owner).get(path).status_code == 404
        guesses = ("222222222222", document.file.name.rpartition("/")[2][:12], str(document.pk), "licence.pdf")
        for guess in guesses:
            assert signed_in(make.reviewer()).get(f"/desk/documents/{guess}/{end}").status_code == 404
        assert Client().get(path).status_code == 302
        assert not AuditEntry.objects.filter(action="document.open").exclude(actor=lapsed).exists()

    def test_the_sponsor_opens_nothing_even_as_a_reviewer(self) -> None:
        document = paper()
        sponsor = make.reviewer()
        Application.objects.update(sponsor=sponsor)
        assert signed_in(sponsor).get(f"/desk/documents/{document.public_id}/").status_code == 404

    def test_files_have_no_address_of_their_own(self) -> None:
        document = paper()
        for path in (f"/media/{document.file.name}", f"/{document.file.name}", f"/static/{document.file.name}"):
            assert signed_in(make.reviewer()).get(path).status_code == 404
        with pytest.raises(ValueError, match="no address"):
            default_storage.url(document.file.name)


class TestReplacing:
    def test_the_right_one_takes_the_wrong_ones_place_even_when_six_are_there(
        self, django_capture_on_commit_callbacks
    ) -> None:
        who = make.person()
        application = applications.start(who, at=make.NOON)
        for _ in range(6):
            documents.add(application, upload(), "licence", by=who, at=make.NOON)
        wrong, client = Document.objects.first(), signed_in(who)
        path = f"/application/documents/{wrong.public_id}/replace/"
        client.post(path, {"file": upload(b"GIF89a")})
        client.post(path)
        assert Document.objects.filter(pk=wrong.pk).exists()
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(path, {"file": upload(name="right.pdf")}).status_code == 302
        assert Document.objects.count() == 6 and Document.objects.filter(name="right.pdf", kind="licence").exists()
        assert not Document.objects.filter(pk=wrong.pk).exists() and not default_storage.exists(wrong.file.name)
        with pytest.raises(RuleBroken, match=r"document\.gone"):
            documents.replace(wrong, upload(), by=who, at=make.NOON)

    def test_a_wrong_one_taken_away_is_gone_from_disk_and_stays_on_record(
        self, django_capture_on_commit_callbacks, settings
    ) -> None:
        who = make.person("林晓")
        document = documents.add(applications.start(who, at=make.NOON), upload(), "licence", by=who, at=make.NOON)
        stored = Path(settings.MEDIA_ROOT) / document.file.name
        assert stored.exists()
        with django_capture_on_commit_callbacks(execute=True):
            signed_in(who).post(f"/application/documents/{document.public_id}/remove/")
        assert not Document.objects.exists() and not stored.exists()
        assert AuditEntry.objects.filter(action="document.remove", actor=who).count() == 1

    def test_not_a_strangers_and_not_after_sending(self) -> None:
        document = paper()
        path = f"/application/documents/{document.public_id}/replace/"
        assert signed_in(make.person()).post(path, {"file": upload()}).status_code == 404
        with pytest.raises(RuleBroken, match=r"application\.not_editable"):
            documents.replace(document, upload(), by=document.application.person, at=make.NOON)


class TestUntouchedDrafts:
    def test_closed_with_a_notice_and_deleted_after_180_days(self, django_capture_on_commit_callbacks) -> None:
        who = make.person()
        application = applications.start(who, at=make.NOON)
        applications.save_draft(application.pk, {"about": "半句话"}, by=who, at=make.NOON)
        documents.add(application, upload(), "licence", by=who, at=make.NOON)
        edge = make.NOON + timedelta(days=180)
        assert documents.close_untouched(at=edge - timedelta(seconds=1)) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert [documents.close_untouched(at=edge) for _ in range(2)] == [1, 0]
        application.refresh_from_db()
        assert application.status == "closed" and application.draft == {} and not Document.objects.exists()
        assert not list(default_storage.names()) and Message.objects.get(person=who).kind == "members/draft_closed"
        assert applications.start(who, at=edge).pk != application.pk

    def test_an_upload_is_a_touch_and_the_waiting_room_is_no_neglect(self) -> None:
        who = make.person()
        application = applications.start(who, at=make.NOON)
        later = make.NOON + timedelta(days=100)
        documents.add(application, upload(), "licence", by=who, at=later)
        assert documents.close_untouched(at=make.NOON + timedelta(days=200)) == 0
        Application.objects.update(ready_at=later)
        assert documents.close_untouched(at=make.NOON + timedelta(days=900)) == 0

    def test_somebody_who_comes_back_in_that_moment_keeps_the_draft(self) -> None:
        who = make.person()
        applications.start(who, at=make.NOON)
        assert documents._close(who.pk, make.NOON - timedelta(days=1), make.NOON) is False


class TestFiles:
    def test_what_no_row_names_goes_after_a_day(self) -> None:
        assert documents.sweep_orphans(at=timezone.now()) == 0
        document = paper()
        default_storage.save("evidence/orphan", ContentFile(b"x"))
        assert documents.sweep_orphans(at=timezone.now()) == 0
        assert documents.sweep_orphans(at=timezone.now() + timedelta(days=2)) == 1
        assert default_storage.exists(document.file.name)

    def test_purging_twice_is_purging_once(self) -> None:
        assert documents._purge(0, make.NOON) is False


class TestKeys:
    def test_rotation_is_safe_to_interrupt_and_to_repeat(self, settings, monkeypatch, capsys) -> None:
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        settings.EVIDENCE_KEYS = [old]
        for name in "abc":
            default_storage.save(f"evidence/{name}", ContentFile(name.encode()))
        settings.EVIDENCE_KEYS = [new, old]
        replace, done = Path.replace, []

        def interrupted(self: Path, target: str) -> Path:
            if done:
                raise KeyboardInterrupt
            done.append(target)
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("rotate_evidence_keys")
        monkeypatch.undo()
        assert [default_storage.open(f"evidence/{n}").read() for n in "abc"] == [b"a", b"b", b"c"]
        call_command("rotate_evidence_keys")
        call_command("rotate_evidence_keys")
        said = capsys.readouterr().out.splitlines()
        assert said == ["2 encrypted anew, 1 were current, 0 open with no key.", "0 encrypted anew, 3 were current, 0 open with no key."]  # fmt: skip
        settings.EVIDENCE_KEYS = [new]
        assert [default_storage.open(f"evidence/{n}").read() for n in "abc"] == [b"a", b"b", b"c"]
        assert {Path(default_storage.path(f"evidence/{n}")).stat().st_mode & 0o777 for n in "abc"} == {0o600}

    def test_a_file_that_no_key_opens_is_named(self, tmp_path, capsys, monkeypatch) -> None:
        default_storage.save("evidence/a", ContentFile(b"x"))
        Path(default_storage.path("evidence/a")).write_bytes(b"noise")
        with pytest.raises(SystemExit):
            call_command("rotate_evidence_keys")
        assert "no key opens evidence/a" in capsys.readouterr().err
        monkeypatch.setattr(default_storage, "names", lambda: iter(["evidence/gone"]))
        call_command("rotate_evidence_keys")
