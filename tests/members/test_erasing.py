"""R52: no word of an applicant is left; the verification fact, the counts and the masked trail stay."""

import io
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from community.kernel import audit, outbox
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Application, Company, Document, RegisterAnswer, Stake, Verification
from community.members.services import applications, erasing, reviewing
from tests import make
from tests.billing import make as make_billing

pytestmark = pytest.mark.django_db
WORDS = {
    "full_name": "欧阳独特", "wechat": "unique_wechat_77", "title": "独一无二官", "about": "只有我会写的一句话",
    "needs": "只有我需要的东西", "offers": "只有我能给的东西", "phone": "+8613911112222",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def rejected() -> Application:
    """Somebody with everything an applicant can leave behind, rejected."""
    who = make.person("欧阳独特", email="unique.person@mailbox.test")
    EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)
    client = Client()
    client.force_login(who)
    client.get("/home/")
    draft = applications.start(who, at=make.NOON)
    applications.save_draft(draft.pk, WORDS, by=who, at=make.NOON)
    application = make.submitted(who, **WORDS)
    Document.objects.get().file.save("x", ContentFile(b"secret"))
    by = make.reviewer()
    reviewing.claim(application.pk, by=by, at=make.NOON)
    reviewing.verify(
        application.pk, source="公示系统", checked_on=make.NOON.date(), result="not_found",
        note="欧阳独特不在名单上", by=by, at=make.NOON,
    )  # fmt: skip
    RegisterAnswer.objects.create(
        company=application.company, outcome="found", facts={"legal_representative": "欧阳独特"}, asked_at=make.NOON,
        asked_by=by,
    )  # fmt: skip
    return reviewing.reject(
        application.pk, reason_code="role_not_shown", reason="欧阳独特，材料里没有你的身份。", by=by, at=make.NOON
    )


def texts() -> list[tuple[str, str]]:
    """Every text of every table, as (table.column, value)."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            found += [(model._meta.label, row[0]) for row in cursor.fetchall()]
    return found


def left_of(words: list[str]) -> list[tuple[str, str]]:
    return [(where, word) for where, text in texts() for word in words if word in text]


def test_no_word_of_the_person_is_left_anywhere(tmp_path, django_capture_on_commit_callbacks) -> None:
    application = rejected()
    who = application.person
    words = [*WORDS.values(), "unique.person", "13911112222", "不在名单上", "材料里没有你的身份"]
    assert {word for _, word in left_of(words)} >= set(words[:6]), "the search must be able to find them"
    entries = AuditEntry.objects.filter(person=who).count()
    letters = Message.objects.filter(person=who).count()
    with django_capture_on_commit_callbacks(execute=True):
        done = erasing.erase(who.pk, by=None, at=make.NOON + timedelta(days=1))
    assert left_of(words) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    # What happened, when and by whom can still be counted.
    assert AuditEntry.objects.filter(person=who).count() == done.entries == entries + 2  # the purge, the erasure
    assert Message.objects.filter(person=who).count() == done.letters == letters
    assert done.applications == 1 and done.papers == 1
    check = Verification.objects.get()
    assert (check.result, check.source, check.application_id) == ("not_found", "公示系统", application.pk)
    application.refresh_from_db()
    assert application.status == "rejected" and application.reason_code == "role_not_shown" and application.rejected_at
    assert application.company_id and Company.objects.count() == 1 and Stake.objects.get().ended_at
    verify = audit.trail(application).get(action="application.verify")
    assert verify.reason == "[masked]" and verify.data == {"result": "not_found"} and verify.actor is not None
    who.refresh_from_db()
    assert not who.is_active and who.name in ("已离开的人", "somebody who left") and not who.has_usable_password()
    outbox.deliver_due(at=make.NOON + timedelta(days=2))
    assert not Message.objects.filter(person=who, status="sent").exists()


def test_the_desk_still_opens_and_the_trail_says_deleted(settings) -> None:
    settings.STAFF_SECOND_FACTOR = False
    application = rejected()
    erasing.erase(application.person_id, by=None, at=make.NOON)
    client = Client(headers={"accept-language": "en"})
    client.force_login(make.reviewer())
    page = client.get(f"/desk/applications/{application.public_id}/").content.decode()
    assert "(deleted)" in page and "欧阳" not in page


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE kernel_auditentry SET reason = 'other'",
        "UPDATE kernel_auditentry SET reason = '[masked]'",
        "UPDATE kernel_auditentry SET actor_id = NULL, reason = ''",
        "SELECT set_config('club.masking', 'on', true); UPDATE kernel_auditentry SET action = 'x', reason = ''",
        "SELECT set_config('club.masking', 'on', true); UPDATE kernel_auditentry SET at = now(), reason = ''",
        "SELECT set_config('club.masking', 'on', true); UPDATE kernel_auditentry SET reason = 'a lie'",
        "SELECT set_config('club.masking', 'on', true); UPDATE kernel_auditentry SET data = '{\"a\": 1}', reason = ''",
        "SELECT set_config('club.masking', 'on', true); DELETE FROM kernel_auditentry",
    ],
)
def test_the_trail_can_only_lose_words(change: str) -> None:
    who = make.person()
    audit.record("person.note", who, by=who, at=make.NOON, reason="because")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


class TestWaits:
    def test_staff_give_their_role_back_first(self) -> None:
        for who in (make.reviewer(), make.member(roles=("administrator",))):
            with pytest.raises(RuleBroken, match=r"erase\.staff"):
                erasing.erase(who.pk, by=None, at=make.NOON)

    def test_nobody_is_erased_twice(self) -> None:
        who = make.person()
        erasing.erase(who.pk, by=None, at=make.NOON)
        with pytest.raises(RuleBroken, match=r"erase\.gone"):
            erasing.erase(who.pk, by=None, at=make.NOON)

    def test_what_runs_ends_in_the_same_act(self) -> None:
        for application in (make.submitted(), applications.start(make.person(), at=make.NOON), make.approved()):
            erasing.erase(application.person_id, by=None, at=make.NOON)
            application.refresh_from_db()
            assert application.status == "withdrawn" and application.full_name == ""
        who = make.member()
        erasing.erase(who.pk, by=None, at=make.NOON)
        term = who.terms.get()
        assert term.ends_on == make.NOON.date() and term.closed_at == make.NOON
        who.refresh_from_db()
        assert who.name in ("前会员", "a former member")

    def test_open_money(self) -> None:
        invoice = make_billing.invoice(make.NOON)
        erasing.insist(invoice.person)
        payment = invoice.person.payments.create(
            channel="stripe", external_id="pi_1", amount=100, currency="CNY", status="held", case="mismatch",
            received_at=make.NOON, recorded_at=make.NOON,
        )  # fmt: skip
        with pytest.raises(RuleBroken, match=r"erase\.money"):
            erasing.erase(invoice.person_id, by=None, at=make.NOON)
        invoice.refresh_from_db()
        assert payment.person.full_name and invoice.status == "open", "nothing at all has changed"
        payment.delete()
        erasing.erase(invoice.person_id, by=None, at=make.NOON)
        invoice.refresh_from_db()
        assert invoice.status == "void" and invoice.voided_at


def test_the_command_says_what_it_did() -> None:
    who, out = rejected().person, io.StringIO()
    call_command("erase_person", " UNIQUE.person@mailbox.test ", "--dry-run", stdout=out)
    who.refresh_from_db()
    assert who.is_active and "can be erased" in out.getvalue()
    call_command("erase_person", "unique.person@mailbox.test", stdout=out)
    assert "1 applications masked, 1 papers deleted" in out.getvalue()
    for email in ("unique.person@mailbox.test", make.reviewer().email):
        with pytest.raises(CommandError):
            call_command("erase_person", email)
