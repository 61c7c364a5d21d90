"""R52 for everybody: asked for, undone, waited for, carried out; and no word left outside the masked books."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from community.billing.models import BankTransfer, Invoice, Statement, StatementRow
from community.events.models import MeetAgain, Signup
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.matching.models import Document as Found
from community.matching.selectors import invariants
from community.members.models import Document, Erasure, Person, Term
from community.members.services import erasing, exporting
from community.pages import invariants as whole
from community.posts.models import Introduction, Post
from community.posts.services import introducing
from tests import make
from tests.billing import make as billing
from tests.events import make as events
from tests.members.test_erasing import left_of
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAME, EMAIL, PHONE, WECHAT = "欧阳独特", "unique.person@mailbox.test", "+8613911112222", "unique_wechat_77"
WORDS = (NAME, "unique.person", "13911112222", WECHAT, "只有我会写的一句话", "独一无二的回答", "只给你看的话")


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def somebody() -> Person:
    """A member with everything a member can leave behind."""
    who = make.member(NAME, since=AT - 60 * DAY)
    Person.objects.filter(pk=who.pk).update(email=EMAIL, phone=PHONE, wechat=WECHAT)
    who.refresh_from_db()
    EmailAddress.objects.create(user=who, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=who, type="totp", data={})
    application = who.applications.get()
    who.applications.update(about="只有我会写的一句话", phone=PHONE, wechat=WECHAT)
    paper = Document(
        application=application, kind="licence", name=f"{NAME}.png", content_type="image/png", size=1, pages=1
    )
    paper.uploaded_at = AT
    paper.file.save("x", ContentFile(b"secret"))
    other = make.member("陈明明", since=AT - 60 * DAY)
    past = events.event(at=AT - 20 * DAY, starts_at=AT - 7 * DAY, ends_at=AT - 7 * DAY + 3 * HOUR, host=other)
    events.seat(past, who, at=AT - 10 * DAY)
    past.signups.update(
        status="attended", attended_at=past.starts_at, checked_in_at=past.starts_at, checked_in_by=other
    )
    past.signups.filter(person=who).update(excuse="只给你看的话")
    MeetAgain.objects.create(event=past, person=other, other=who, wished_at=AT)
    events.seat(events.event(at=AT, starts_at=AT + 20 * DAY, ends_at=AT + 20 * DAY + 3 * HOUR), who, at=AT)
    own = posts.post(who, at=AT, title="只有我会写的一句话", text=f"找 {NAME}，微信 {WECHAT}")
    posts.answer(own, by=other, at=AT, text=f"{NAME} 你好，我来帮你")
    theirs = posts.post(other, at=AT, title="找海外仓", text=f"上次 {NAME} 说过一家")
    posts.answer(theirs, by=who, at=AT, text="独一无二的回答")
    introducing.help_with(theirs.pk, by=who, at=AT)
    Introduction.objects.update(note="只给你看的话")
    audit.record("person.note", other, by=None, at=AT, reason=f"{NAME} 投诉过", data={"by": EMAIL, "kind": "note"})
    Message.objects.create(
        person=other, kind="members/role_given", occasion="about-somebody", transactional=True, created_at=AT,
        next_try_at=AT, context={"reason": f"{NAME} {EMAIL}", "path": "/home/"},
    )  # fmt: skip
    exporting.make(exporting.ask(who, language="en", at=AT).pk, at=AT)
    client = Client()
    client.force_login(who)
    client.get("/home/")
    return who


def paid_by_transfer(who: Person, *, payer: str = NAME) -> Invoice:
    """In the books: an invoice of theirs, paid by a transfer from an account with their name."""
    bill = Invoice.objects.create(
        number="2026-900001", person=who, purpose="renewal", renews=who.terms.get(), tier=who.terms.get().tier,
        tier_name_zh="会员", tier_name_en="Member", amount=380_000, currency="CNY", status="paid", issued_at=AT,
        due_at=AT, paid_at=AT,
    )  # fmt: skip
    payment = who.payments.create(
        channel="bank", external_id="serial-1", amount=380_000, currency="CNY", status="applied", invoice=bill,
        received_at=AT, recorded_at=AT,
    )  # fmt: skip
    treasurers = [make.person(roles=("treasurer",)) for _ in range(2)]
    transfer = BankTransfer.objects.create(
        serial="serial-1", value_on=AT.date(), payer=payer, amount=380_000, note="两年的会费", status="confirmed",
        payment=payment, recorded_at=AT, recorded_by=treasurers[0], confirmed_at=AT, confirmed_by=treasurers[1],
    )  # fmt: skip
    transfer.invoices.add(bill)
    statement = Statement.objects.create(name="bank.csv", handed_in_at=AT, handed_in_by=treasurers[0], taken_at=AT)
    StatementRow.objects.create(
        statement=statement, serial="serial-1", value_on=AT.date(), payer=payer, amount=380_000, memo=f"{NAME} 会费",
        status="recorded", transfer=transfer,
    )  # fmt: skip
    return bill


def carried_out(who: Person, *, at=AT) -> Erasure:
    erasure = erasing.ask(who, at=at)
    assert erasing.carry_out_due(at=erasure.due_at) == 1
    erasure.refresh_from_db()
    return erasure


class TestCanary:
    def test_no_word_is_left_and_the_books_stand(self, tmp_path, django_capture_on_commit_callbacks) -> None:
        who = somebody()
        bill = paid_by_transfer(who)
        assert {word for _, word in left_of(list(WORDS))} == set(WORDS), "the search must be able to find them"
        entries = AuditEntry.objects.filter(person=who).count()
        seats = Signup.objects.filter(person=who).count()
        with django_capture_on_commit_callbacks(execute=True):
            carried_out(who)
        assert left_of(list(WORDS)) == []
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        bill.refresh_from_db()
        transfer = BankTransfer.objects.get()
        assert (bill.number, bill.amount, bill.status, transfer.amount) == ("2026-900001", 380_000, "paid", 380_000)
        assert transfer.payer == StatementRow.objects.get().payer == "[masked]" and transfer.note == ""
        assert (
            AuditEntry.objects.filter(person=who).count() > entries
            and Signup.objects.filter(person=who).count() == seats
        )
        assert Term.objects.get(person=who).ends_on == AT.date() + 7 * DAY
        assert set(Post.objects.filter(author=who).values_list("status", flat=True)) == {"closed"}
        assert (
            not EmailAddress.objects.filter(user=who).exists() and not Authenticator.objects.filter(user=who).exists()
        )
        assert not Found.objects.filter(person=who).exists()
        assert not {name: left for name, left in invariants.broken_invariants(AT).items() if left}

    def test_the_club_is_in_order_afterwards(self) -> None:
        who = somebody()
        before = {name for name, left in whole.broken(AT + 8 * DAY).items() if left}
        carried_out(who)
        broken = {name: left for name, left in whole.broken(AT + 8 * DAY).items() if left}
        assert set(broken) <= before, broken

    def test_others_see_a_former_member(self, client: Client, django_capture_on_commit_callbacks) -> None:
        who = somebody()
        reader = Person.objects.get(full_name="陈明明")
        with django_capture_on_commit_callbacks(execute=True):
            carried_out(who)
        make.sign_in(client, reader)
        post = Post.objects.get(title="找海外仓")
        page = client.get(post.get_absolute_url()).content.decode()
        assert "欧阳" not in page and "前会员" in page

    def test_a_name_that_others_bear_is_not_taken_from_them(self) -> None:
        who, twin = make.member("李娜"), make.member("李娜")
        post = posts.post(twin, at=AT, title="李娜找海外仓")
        carried_out(who)
        post.refresh_from_db()
        twin.refresh_from_db()
        assert post.title == "李娜找海外仓" and twin.full_name == "李娜"

    def test_a_transfer_for_two_keeps_its_payer(self) -> None:
        who, other = make.member(NAME), make.member("王芳")
        paid_by_transfer(who, payer="深圳云帆科技有限公司")
        transfer = BankTransfer.objects.get()
        transfer.invoices.add(
            Invoice.objects.create(
                number="2026-900002", person=other, purpose="renewal", renews=other.terms.get(), amount=1, currency="CNY",
                tier=other.terms.get().tier, tier_name_zh="会员", tier_name_en="Member", status="paid", issued_at=AT,
                due_at=AT, paid_at=AT,
            )
        )  # fmt: skip
        carried_out(who)
        transfer.refresh_from_db()
        assert (transfer.payer, transfer.note) == ("深圳云帆科技有限公司", "两年的会费")
        carried_out(other)
        transfer.refresh_from_db()
        assert (transfer.payer, transfer.note) == ("[masked]", "")


class TestTheFunction:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE billing_banktransfer SET payer = '[masked]'",
            "SELECT set_config('club.masking', 'on', true); UPDATE billing_banktransfer SET payer = '别人'",
            "SELECT set_config('club.masking', 'on', true); UPDATE billing_banktransfer SET payer = '[masked]', amount = 1",
            "SELECT set_config('club.masking', 'on', true); UPDATE billing_statementrow SET payer = '[masked]', serial = 'x'",
        ],
    )
    def test_books_can_only_lose_the_name(self, change: str) -> None:
        paid_by_transfer(make.member())
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_only_the_role_that_erases_may_call_it(self) -> None:
        """Works without a superuser: the function runs as its owner, whoever was granted it."""
        who = somebody()
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE club_web NOLOGIN NOSUPERUSER")
            cursor.execute("GRANT USAGE ON SCHEMA public TO club_web")
            cursor.execute("SET LOCAL ROLE club_web")
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("SELECT club_mask_person(%s, %s::text[])", [who.pk, [NAME]])
            cursor.execute("RESET ROLE")
            cursor.execute("GRANT EXECUTE ON FUNCTION club_mask_person(bigint, text[]) TO club_web")
            cursor.execute("SET LOCAL ROLE club_web")
            cursor.execute("SELECT club_mask_person(%s, %s::text[])", [who.pk, [NAME]])
            cursor.execute("RESET ROLE")
        assert {where for where, _ in left_of([NAME])} <= {"members.Person"}

    def test_short_and_empty_words_mean_nobody(self) -> None:
        post = posts.post(at=AT, title="a_b%c 的需求")
        with connection.cursor() as cursor:
            cursor.execute("SELECT club_mask_person(0, %s::text[])", [["", "b", "_b_", "%的"]])
        post.refresh_from_db()
        assert post.title == "a_b%c 的需求"


class TestAsking:
    def test_asked_told_and_undone(self) -> None:
        who = make.member()
        erasure = erasing.ask(who, at=AT)
        assert erasure.due_at == AT + 7 * DAY
        with pytest.raises(RuleBroken, match=r"erase\.asked"):
            erasing.ask(who, at=AT)
        erasing.undo(who, at=erasure.due_at + HOUR)
        assert erasing.carry_out_due(at=AT + 30 * DAY) == 0
        with pytest.raises(RuleBroken, match=r"erase\.none"):
            erasing.undo(who, at=AT)
        who.refresh_from_db()
        assert who.is_active and who.full_name
        kinds = list(Message.objects.filter(person=who).order_by("pk").values_list("kind", flat=True))
        assert kinds == ["members/erasure_asked", "members/erasure_undone"]
        assert list(audit.about(who.pk, "erasure.ask", "erasure.undo").values_list("action", flat=True)) == [
            "erasure.undo", "erasure.ask",
        ]  # fmt: skip

    def test_not_a_second_before_its_day(self) -> None:
        erasing.ask(make.member(), at=AT)
        assert erasing.carry_out_due(at=AT + 7 * DAY - timedelta(seconds=1)) == 0
        assert erasing.carry_out_due(at=AT + 7 * DAY) == 1 and erasing.carry_out_due(at=AT + 7 * DAY) == 0

    def test_the_last_administrator_and_all_staff_stay(self) -> None:
        boss = make.person(roles=("administrator",))
        with pytest.raises(RuleBroken, match=r"erase\.staff"):
            erasing.ask(boss, at=AT)
        who = make.member()
        erasing.ask(who, at=AT)
        who.groups.set(boss.groups.all())
        assert erasing.carry_out_due(at=AT + 8 * DAY) == 0
        who.refresh_from_db()
        assert who.is_active

    def test_the_last_letter_goes_to_the_address_that_was(self, django_capture_on_commit_callbacks) -> None:
        who = make.person("林晓", email="gone@own.test", language="en")
        with django_capture_on_commit_callbacks(execute=True):
            carried_out(who)
        (letter,) = [one for one in mail.outbox if one.to == ["gone@own.test"]]
        assert letter.subject == "You are erased" and "林晓" in letter.body

    def test_a_future_seat_goes_to_the_next(self) -> None:
        who, waiting = make.member(), make.member()
        event = events.event(at=AT, starts_at=AT + 20 * DAY, ends_at=AT + 20 * DAY + 3 * HOUR)
        events.fill(event, 10)
        events.seat(event, who, at=AT)
        second = events.seat(event, waiting, at=AT)
        assert second.status == "waiting"
        carried_out(who)
        second.refresh_from_db()
        assert second.status in ("offered", "confirmed")

    def test_one_open_erasure_a_person(self) -> None:
        who = make.member()
        erasing.ask(who, at=AT)
        with pytest.raises(IntegrityError):
            Erasure.objects.create(person=who, asked_at=AT, due_at=AT + DAY)


class TestWaitingForMoney:
    def test_what_ends_ends_now_and_the_rest_when_it_has_arrived(self) -> None:
        who = make.member("林晓")
        payment = who.payments.create(
            channel="stripe", external_id="pi_1", amount=100, currency="CNY", status="held", case="mismatch",
            received_at=AT, recorded_at=AT,
        )  # fmt: skip
        erasure = erasing.ask(who, at=AT)
        assert erasing.carry_out_due(at=erasure.due_at) == 0
        erasure.refresh_from_db()
        who.refresh_from_db()
        assert erasure.waits_at == erasure.due_at and erasure.done_at is None
        assert who.full_name == "林晓" and who.is_active and who.terms.get().ends_on == (AT + 7 * DAY).date()
        letter = Message.objects.get(person=who, kind="members/erasure_waits")
        assert letter.context["until_on"] > erasure.due_at.date().isoformat()
        assert erasing.carry_out_due(at=erasure.due_at + DAY) == 0
        assert Message.objects.filter(kind="members/erasure_waits").count() == 1
        payment.status, payment.case = "refunded", ""
        payment.save()
        assert erasing.carry_out_due(at=erasure.due_at + 2 * DAY) == 1
        who.refresh_from_db()
        assert not who.full_name and who.erased_at

    def test_a_paid_application_is_refunded_first(self, at, double) -> None:
        payment = billing.paid(at, double)
        who = payment.person
        erasure = erasing.ask(who, at=at)
        assert erasing.carry_out_due(at=erasure.due_at) == 0
        assert who.applications.get().status == "withdrawn" and payment.refunds.get().amount == payment.amount
        billing.work(erasure.due_at)
        billing.deliver(double, erasure.due_at)
        billing.work(erasure.due_at)
        assert payment.refunds.get().status == "succeeded"
        assert erasing.carry_out_due(at=erasure.due_at + DAY) == 1


class TestThePage:
    def test_dry_run_then_asked_then_undone(self, client: Client) -> None:
        who = somebody()
        make.sign_in(client, who)
        page = client.get(reverse("my_data"), headers={"accept-language": "en"}).content.decode()
        assert "What would become of what" in page and "Needs, offers and answers" in page
        assert Person.objects.get(pk=who.pk).full_name == NAME
        client.post(reverse("data_erase"))
        page = client.get(reverse("my_data"), headers={"accept-language": "en"}).content.decode()
        assert "You are being erased" in page and reverse("data_erase") + '"' not in page
        client.post(reverse("data_erase_undo"))
        assert Erasure.objects.get(person=who).undone_at

    def test_staff_read_why_not(self, client: Client) -> None:
        make.sign_in(client, make.person(roles=("administrator",)))
        page = client.get(reverse("my_data"), headers={"accept-language": "en"}).content.decode()
        assert "holds a staff role" in page and reverse("data_erase") + '"' not in page

    def test_erased_means_signed_out(self, client: Client) -> None:
        who = make.member()
        who.set_password("only-for-tests-1")
        who.save()
        client.login(email=who.email, password="only-for-tests-1")
        client.force_login(who)
        client.get("/home/")
        carried_out(who)
        assert client.get("/home/").status_code == 302
