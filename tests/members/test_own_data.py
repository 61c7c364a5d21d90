"""R52: one's own data as a file. Everything of one's own is in it, nothing of anybody else; it opens to its owner alone."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import IntegrityError, models
from django.test import Client
from django.urls import reverse

from community.events.models import Event, Guest
from community.kernel import audit, personal
from community.kernel.data_words import FIELDS
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import DataExport, Document, Person
from community.members.services import exporting
from community.members.tasks import rights_due
from community.posts.services import introducing
from tests import make
from tests.events import make as events
from tests.posts import make as posts

AT = make.NOON
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def opened(export: DataExport, who: Person) -> zipfile.ZipFile:
    return zipfile.ZipFile(exporting.opened(export, by=who, at=export.ends_at - DAY))


def made(who: Person, *, language: str = "zh-hans", at=AT) -> DataExport:
    export = exporting.ask(who, language=language, at=at)
    assert exporting.make(export.pk, at=at)
    export.refresh_from_db()
    return export


class TestTheList:
    def test_every_link_to_a_person_has_a_rule(self) -> None:
        assert not personal.links_without_rule(), "say in the app's personal.py what becomes of it (R52)"

    def test_a_new_link_to_a_person_is_noticed(self) -> None:
        class Whisper(models.Model):
            about = models.ForeignKey(Person, models.CASCADE, related_name="+")

            class Meta:
                app_label = "members"

            def __str__(self) -> str:
                return "never made"

        class Echo(models.Model):
            paper = models.ForeignKey(Document, models.CASCADE, related_name="+")

            class Meta:
                app_label = "members"

            def __str__(self) -> str:
                return "never made"

        try:
            assert personal.links_without_rule() == ["members.Echo.paper", "members.Whisper.about"]
        finally:
            for name in ("whisper", "echo"):
                del apps.all_models["members"][name]
            apps.clear_cache()

    def test_every_rule_says_how_or_why_not(self) -> None:
        for rule in personal.all_rules():
            assert bool(rule.section) != bool(rule.why_not), rule
            assert (rule.section in personal.SECTIONS) if rule.section else (rule.why_not in personal.REASONS), rule
            assert bool(rule.section) == bool(rule.fields), rule
            assert personal.path_of(rule)

    def test_every_column_has_words(self) -> None:
        from community.members.archive import _label

        for rule in personal.all_rules():
            for name in rule.fields:
                assert personal.field_of(rule, name) is not None and str(_label(name))

    def test_no_secret_is_among_the_columns(self) -> None:
        columns = {name for rule in personal.all_rules() for name in rule.fields}
        assert not columns & {
            "password",
            "token",
            "key",
            "session_key",
            "data",
            "session_id",
            "method_id",
            "customer_id",
        }
        assert set(FIELDS) <= {part for name in columns for part in name.split("__")}, "no words without a column"


CANARIES = ("金丝雀", "canary@others.test", "13700007777", "canary_wechat")


def crowd(who: Person) -> Person:
    """Somebody else, met in every way the club knows, with a name and numbers that must not be found."""
    other = make.member("金丝雀", since=AT - 90 * DAY)
    Person.objects.filter(pk=other.pk).update(
        email="canary@others.test", phone="+8613700007777", wechat="canary_wechat"
    )
    other.refresh_from_db()
    event = events.event(
        at=AT - 20 * DAY, starts_at=AT - 7 * DAY, ends_at=AT - 7 * DAY + timedelta(hours=3), host=other
    )
    mine = events.seat(event, who, at=AT - 10 * DAY)
    for signup in event.signups.all():
        type(signup).objects.filter(pk=signup.pk).update(
            status="attended", attended_at=event.starts_at, checked_in_at=event.starts_at, checked_in_by=other
        )
    apps.get_model("events.MeetAgain").objects.create(event=event, person=who, other=other, wished_at=AT)
    Guest.objects.create(event=event, signup=mine, name="金丝雀", contact="canary@others.test", added_at=AT)
    Event.objects.filter(pk=event.pk).update(about="金丝雀主持")
    need = posts.post(other, at=AT, title="金丝雀找海外仓")
    posts.answer(need, by=who, at=AT)
    own = posts.post(who, at=AT)
    posts.answer(own, by=other, at=AT, text="找 canary_wechat")
    introducing.help_with(need.pk, by=who, at=AT)
    audit.record("person.note", who, by=other, at=AT, reason="金丝雀说的", data={"by": "金丝雀"})
    return other


@pytest.mark.django_db
class TestTheFile:
    def test_everything_of_ones_own_and_nothing_of_others(self) -> None:
        who = make.person("林晓", email="me@own.test")
        application = make.approved(who, needs="只有我需要的东西", sponsor=None)
        Document.objects.filter(application=application).first().file.save("x", ContentFile(b"my licence"))
        apps.get_model("members.Term").objects.create(
            person=who, tier=apps.get_model("members.Tier").objects.get(code="member"), starts_on=AT.date() - 30 * DAY,
            ends_on=AT.date() + 300 * DAY, recorded_at=AT,
        )  # fmt: skip
        EmailAddress.objects.create(user=who, email=who.email, verified=True, primary=True)
        crowd(who)
        archive = opened(made(who), who)
        texts = {name: archive.read(name) for name in archive.namelist()}
        assert set(texts) == {"data.json", "index.html", "files/application/document-1.png"}
        assert texts["files/application/document-1.png"] == b"my licence"
        everything = "\n".join(texts[name].decode() for name in ("data.json", "index.html"))
        assert "林晓" in everything and "me@own.test" in everything and "只有我需要的东西" in everything
        for canary in CANARIES:
            assert canary not in everything, canary
        data = json.loads(texts["data.json"])
        assert {"account", "application", "membership", "seats", "posts", "introductions", "trail"} <= set(
            data["sections"]
        )
        assert data["sections"]["application"]["members.Application"][0]["needs"] == "只有我需要的东西"

    @pytest.mark.parametrize(
        ("language", "title"), [("zh-hans", "俱乐部保存的你的资料"), ("en", "What the club keeps of you")]
    )
    def test_the_page_is_in_their_language(self, language: str, title: str) -> None:
        who = make.member("<b>林晓</b>")
        page = opened(made(who, language=language), who).read("index.html").decode()
        assert title in page and f'lang="{language}"' in page
        assert "<b>林晓</b>" not in page and "&lt;b&gt;" in page
        assert bool(re.search("[\u4e00-\u9fff]{2} *[:：]", page)) is (language == "zh-hans")

    def test_told_by_letter_once_and_made_once(self) -> None:
        who = make.member()
        export = made(who)
        assert not exporting.make(export.pk, at=AT)
        assert Message.objects.filter(person=who, kind="members/export_ready").count() == 1
        assert len(list(export.file.storage.names("exports"))) == 1

    def test_encrypted_where_it_lies(self, tmp_path) -> None:
        made(make.member("林晓"))
        (path,) = (path for path in tmp_path.rglob("exports/*") if path.is_file())
        assert not zipfile.is_zipfile(path) and "林晓".encode() not in path.read_bytes()

    def test_one_at_a_time_and_one_a_day(self) -> None:
        who = make.member()
        export = exporting.ask(who, language="en", at=AT)
        with pytest.raises(RuleBroken, match=r"export\.under_way"):
            exporting.ask(who, language="en", at=AT)
        exporting.make(export.pk, at=AT)
        with pytest.raises(RuleBroken, match=r"export\.lately"):
            exporting.ask(who, language="en", at=AT + timedelta(hours=23, minutes=59))
        assert exporting.ask(who, language="en", at=AT + DAY)
        with pytest.raises(IntegrityError):
            DataExport.objects.create(person=who, language="en", asked_at=AT)

    def test_gone_after_seven_days(self) -> None:
        export = made(make.member())
        assert exporting.delete_due(at=AT + 7 * DAY - timedelta(seconds=1)) == 0
        with pytest.raises(RuleBroken, match=r"export\.over"):
            exporting.opened(export, by=export.person, at=AT + 7 * DAY)
        name = export.file.name
        assert exporting.delete_due(at=AT + 7 * DAY) == 1 and exporting.delete_due(at=AT + 7 * DAY) == 0
        export.refresh_from_db()
        assert not export.file and export.deleted_at and name

    def test_a_lost_bell_is_taken_up(self) -> None:
        exporting.ask(make.member(), language="en", at=AT)
        assert rights_due() == 1 and rights_due() == 0

    def test_it_takes_as_many_questions_for_much_as_for_little(self, django_assert_max_num_queries) -> None:
        little, much = make.member(), make.member()
        for _ in range(30):
            audit.record("person.note", much, by=None, at=AT)
        with django_assert_max_num_queries(2):
            assert personal.counts_of(much.pk)["trail"] == 30 + personal.counts_of(little.pk)["trail"]


@pytest.mark.django_db
class TestThePage:
    def test_asked_made_opened_and_on_record(self, client: Client, django_capture_on_commit_callbacks) -> None:
        who = make.member()
        make.sign_in(client, who)
        page = client.get(reverse("my_data")).content.decode()
        assert reverse("data_export") in page and reverse("data_erase") in page
        client.post(reverse("data_export"))
        export = DataExport.objects.get(person=who)
        assert (
            reverse("data_export_file", args=[export.public_id]) not in client.get(reverse("my_data")).content.decode()
        )
        rights_due()
        export.refresh_from_db()
        address = reverse("data_export_file", args=[export.public_id])
        assert address in client.get(reverse("my_data")).content.decode()
        response = client.get(address)
        assert response.status_code == 200 and zipfile.is_zipfile(io.BytesIO(b"".join(response)))
        assert response["Cache-Control"] == "private, no-store" and response["Content-Disposition"].startswith(
            "attachment"
        )
        assert AuditEntry.objects.filter(action="export.open", actor=who).count() == 1

    def test_nobody_else_opens_it(self, client: Client) -> None:
        export = made(make.member())
        for other in (make.member(), make.person(roles=("administrator",))):
            make.sign_in(client, other)
            assert client.get(reverse("data_export_file", args=[export.public_id])).status_code == 404

    def test_an_old_session_is_asked_to_sign_in_again(self, client: Client, settings, at) -> None:
        settings.STAFF_SECOND_FACTOR = True
        export = made(make.member(), at=at)
        export.person.set_password("only-for-tests-1")
        export.person.save()
        make.sign_in(client, export.person, at=at - timedelta(hours=2))
        for answer in (
            client.post(reverse("data_export")),
            client.post(reverse("data_erase")),
            client.get(reverse("data_export_file", args=[export.public_id])),
        ):
            assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
        assert client.get(reverse("my_data")).status_code == 200
