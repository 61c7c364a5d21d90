"""The pages of applicants and reviewers: what they keep, show, refuse."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from community.kernel.models import AuditEntry
from community.members.models import Application, Document
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_SECOND_FACTOR = False


def signed_in(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


def png() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return SimpleUploadedFile("营业执照.png", out.getvalue(), "image/png")


class TestApplicant:
    def test_the_whole_form_in_steps(self) -> None:
        who = make.person()
        client = signed_in(who)
        assert client.get("/application/").status_code == 200
        assert not Application.objects.exists()
        typed = make.typed()
        assert client.get("/application/edit/").status_code == 200
        for step, names in {
            "me": ["full_name", "phone", "wechat", "title", "city"],
            "company": ["role", "legal_name", "credit_code", "share_percent", "sponsor", "industry", "stage"],
            "words": ["about", "needs", "offers"],
        }.items():
            answer = client.post("/application/edit/", {"step": step} | {n: typed[n] for n in names})
            assert answer.status_code == 302, answer.content.decode()
        answer = client.post("/application/documents/", {"kind": "licence", "file": png()}, follow=True)
        assert "营业执照.png" in answer.content.decode()
        answer = client.post("/application/submit/", {"step": "evidence", "consent": "on"})
        assert answer.status_code == 302 and Application.objects.get().status == "submitted"
        assert client.get("/application/").status_code == 200

    def test_all_fields_in_one_post_and_a_wrong_code_is_kept_and_named(self) -> None:
        client = signed_in(make.person())
        answer = client.post("/application/edit/", make.typed(credit_code="91440300708461136X"))
        assert answer.status_code == 200
        draft = Application.objects.get().draft
        assert draft["credit_code"] == "91440300708461136X" and draft["about"].startswith("做跨境")

    def test_submit_says_what_is_missing_and_changes_nothing(self) -> None:
        client = signed_in(make.person())
        client.post("/application/edit/", make.typed(legal_name=""))
        answer = client.post("/application/submit/", {"consent": "on"})
        assert answer.status_code == 200 and Application.objects.get().status == "draft"
        assert "check=1" in answer.content.decode()

    def test_hostile_input_is_kept_harmless(self) -> None:
        client = signed_in(make.person())
        for text in ("\x00", "<script>alert(1)</script>", "{{ 7|add:7 }}", "\u202e", "𠮷", "A" * 300_000, "=cmd()"):
            answer = client.post("/application/edit/", make.typed(about=text, full_name=text[:60]))
            assert answer.status_code in (200, 302)
            page = client.get("/application/edit/?step=words").content.decode()
            assert "<script>alert" not in page
        assert client.get("/application/edit/?step=%00&check=x").status_code == 200

    def test_wrong_files_are_refused_with_the_reason(self) -> None:
        client = signed_in(make.person())
        bad = SimpleUploadedFile("a.png", b"GIF89a....")
        answer = client.post("/application/documents/", {"kind": "licence", "file": bad}, follow=True)
        assert not Document.objects.exists() and "a.png" in answer.content.decode()

    def test_mass_assignment_moves_nothing(self) -> None:
        client = signed_in(make.person())
        client.post("/application/edit/", make.typed(status="approved", paid_at="2026-01-01", person="1"))
        application = Application.objects.get()
        assert application.status == "draft" and "status" not in application.draft

    def test_withdraw(self) -> None:
        application = make.submitted()
        client = signed_in(application.person)
        assert client.get("/application/withdraw/").status_code == 405
        assert client.post("/application/withdraw/").status_code == 302
        application.refresh_from_db()
        assert application.status == "withdrawn"
        assert client.post("/application/withdraw/", follow=True).status_code == 200


class TestDocumentGate:
    def test_owner_and_reviewers_only_and_each_opening_recorded(self) -> None:
        who = make.person()
        signed_in(who).post("/application/documents/", {"kind": "licence", "file": png()})
        document = Document.objects.get()
        own, desk = f"/application/documents/{document.public_id}/", f"/desk/documents/{document.public_id}/"
        answer = signed_in(who).get(own)
        assert answer.status_code == 200 and answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]
        assert signed_in(make.person()).get(own).status_code == 404
        assert signed_in(make.person(roles=("organizer",))).get(desk).status_code == 403
        assert signed_in(make.reviewer()).get(desk).status_code == 200
        assert signed_in(make.reviewer()).get(own).status_code == 404
        assert Client().get(own).status_code == 302
        assert AuditEntry.objects.filter(action="document.open").count() == 2

    def test_a_reviewer_may_not_open_their_own_at_the_desk(self) -> None:
        who = make.reviewer()
        signed_in(who).post("/application/documents/", {"kind": "licence", "file": png()})
        assert signed_in(who).get(f"/desk/documents/{Document.objects.get().public_id}/").status_code == 404


class TestDesk:
    def test_the_way_of_an_application(self) -> None:
        application, by = make.submitted(at=timezone.now()), make.reviewer()
        client = signed_in(by)
        base = f"/desk/applications/{application.public_id}/"
        assert application.company.legal_name in client.get("/desk/applications/").content.decode()
        assert client.get(base).status_code == 200
        client.post(base + "claim/")
        answer = client.post(
            base + "verify/", {"source": "公示系统", "checked_on": "2026-02-30", "result": "confirmed"}
        )
        assert answer.status_code == 200
        today = timezone.localdate().isoformat()
        client.post(base + "verify/", {"source": "公示系统", "checked_on": today, "result": "confirmed", "note": ""})
        assert client.post(base + "approve/").status_code == 302
        application.refresh_from_db()
        assert application.status == "approved"
        answer = client.post(base + "approve/", follow=True)
        assert answer.status_code == 200

    def test_rejecting_without_words_keeps_what_was_written(self) -> None:
        application, by = make.submitted(at=timezone.now()), make.reviewer()
        client = signed_in(by)
        base = f"/desk/applications/{application.public_id}/"
        client.post(base + "claim/")
        answer = client.post(base + "reject/", {"reason": "很抱歉，公司已注销。", "reason_code": ""})
        assert answer.status_code == 200 and "很抱歉，公司已注销。" in answer.content.decode()
        client.post(base + "reject/", {"reason": "很抱歉，公司已注销。", "reason_code": "not_active"})
        application.refresh_from_db()
        assert application.status == "rejected"
        assert "很抱歉，公司已注销。" in signed_in(application.person).get("/application/").content.decode()

    def test_words_survive_when_a_colleague_was_first(self) -> None:
        application, by, other = make.submitted(at=timezone.now()), make.reviewer(), make.reviewer()
        base = f"/desk/applications/{application.public_id}/"
        signed_in(other).post(base + "claim/")
        answer = signed_in(by).post(base + "ask/", {"reason": "请补股东名册"})
        assert "请补股东名册" in answer.content.decode()

    def test_a_draft_is_nobodys_business(self) -> None:
        from community.members.services import applications

        draft = applications.start(make.person(), at=timezone.now())
        assert signed_in(make.reviewer()).get(f"/desk/applications/{draft.public_id}/").status_code == 404

    def test_second_factor_is_asked_for_outside_the_demo(self, settings) -> None:
        settings.STAFF_SECOND_FACTOR = True
        answer = signed_in(make.reviewer()).get("/desk/applications/")
        assert answer.status_code == 302 and "/accounts/2fa/" in answer["Location"]

    def test_as_many_queries_for_3_rows_as_for_300(self, django_assert_max_num_queries) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = signed_in(make.reviewer())
        counts = []
        for more in (3, 27):
            for _ in range(more):
                make.submitted(at=timezone.now())
            one = Application.objects.first()
            seen = []
            for url in ("/desk/applications/", f"/desk/applications/{one.public_id}/"):
                with CaptureQueriesContext(
                    connection,
                ) as caught:
                    assert client.get(url).status_code == 200
                seen.append(len(caught))
            counts.append(seen)
        assert counts[0] == counts[1] and max(counts[0]) <= 20, counts
