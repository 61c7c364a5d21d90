"""R21: asked for by the payer, issued, handed over to them alone, red-flushed after a refund; never for more than stays."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from openpyxl import load_workbook

from community.billing import selectors, states
from community.billing.models import Fapiao, Invoice
from community.billing.selectors import fapiao as lists
from community.billing.selectors import treasury
from community.billing.services import fapiao as services
from community.billing.services import leaving, refunds
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import FEE, HOUR
from tests.journeys.walking import gif, picture

pytestmark = pytest.mark.django_db
NUMBER, OTHER, RED = "25442000000012345678", "25442000000012345679", "25442000000099999999"


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def buyer(**changes: str) -> dict[str, str]:
    return {
        "kind": "general",
        "title": "深圳云帆科技有限公司",
        "tax_number": make.credit_code(),
        "email": "a@b.test",
    } | changes


def special(**changes: str) -> dict[str, str]:
    more = {
        "address": "深圳市南山区科苑路 1 号",
        "phone": "0755-86001234",
        "bank": "招商银行",
        "account": "755900001234567",
    }
    return buyer(kind="special", **more) | changes


def upload() -> SimpleUploadedFile:
    paper = picture("发票.png")
    return SimpleUploadedFile(paper["name"], paper["buffer"], paper["mimeType"])


def paid_invoice(at, double, **changes) -> Invoice:
    return billing.paid(at, double, **changes).invoice


def asked(at, double, **changes) -> Fapiao:
    bill = paid_invoice(at, double)
    return services.request(bill, buyer(**changes), person=bill.person, at=at)


def issued(at, double, number: str = NUMBER) -> Fapiao:
    return services.issue(
        asked(at, double), number=number, issued_on=day_of(at), upload=upload(), by=billing.treasurer(), at=at
    )


def refunded(fapiao: Fapiao, at, double, amount: int | None = None) -> None:
    payment = fapiao.invoice.payments.get()
    refunds.refund_payment(payment, by=billing.treasurer(), reason="少来半年", at=at, amount=amount)
    billing.work(at)
    billing.deliver(double, at)


def client(who) -> Client:
    made = Client(headers={"accept-language": "en"})
    make.sign_in(made, who)
    return made


class TestAsking:
    def test_prefilled_from_the_verified_company_and_then_from_the_last_one(self, at, double):
        bill = paid_invoice(at, double)
        who, company, nobody = bill.person, bill.application.company, make.person()
        assert lists.known_of(nobody) == {"title": nobody.name, "email": nobody.email}
        assert lists.known_of(who)["tax_number"] == company.credit_code
        page = client(who).get(f"/billing/invoices/{bill.number}/fapiao/").content.decode()
        assert company.legal_name in page and "¥3,800" in page
        services.request(bill, special(title="别的公司"), person=who, at=at)
        assert lists.known_of(who)["title"] == "别的公司" and lists.known_of(who)["kind"] == "special"

    def test_once_until_it_is_withdrawn(self, at, double):
        bill = paid_invoice(at, double)
        visitor, address = client(bill.person), f"/billing/invoices/{bill.number}/fapiao/"
        assert visitor.post(address, buyer()).status_code == 302
        page = visitor.post(address, buyer())
        assert page.status_code == 422 and "issued already" in page.content.decode()
        found = Fapiao.objects.get()
        assert visitor.post(f"/billing/fapiao/{found.public_id}/withdraw/").status_code == 302
        assert visitor.post(address, special()).status_code == 302
        assert [one.status for one in Fapiao.objects.all()] == ["requested", "withdrawn"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": ""}, "title"), ({"tax_number": "91440300708461136X"}, "tax_number"), ({"email": "no"}, "email"),
            ({"tax_number": "440301198001011234"}, "tax_number"), ({"kind": "gold"}, "kind"),
            ({"kind": "special"}, "address"), ({"kind": "special", "tax_number": ""}, "tax_number"),
        ],
        ids=str,
    )  # fmt: skip
    def test_what_can_not_stand_on_it_is_said_at_its_field(self, at, double, changes, field):
        bill = paid_invoice(at, double)
        page = client(bill.person).post(f"/billing/invoices/{bill.number}/fapiao/", buyer() | changes)
        assert page.status_code == 422 and field in page.context["form"].errors and not Fapiao.objects.exists()

    def test_a_private_person_needs_no_tax_number(self, at, double):
        assert asked(at, double, title="林晓", tax_number="").tax_number == ""

    def test_only_for_what_was_paid_in_yuan_and_stays(self, at, double):
        unpaid = billing.invoice(at)
        billing.coupon(at, percent=100)
        free = billing.with_code(billing.invoice(at), "TABLE", at)
        for bill, code in ((unpaid, r"fapiao\.not_paid"), (free, r"fapiao\.nothing_stays")):
            with pytest.raises(RuleBroken, match=code):
                services.request(bill, buyer(), person=bill.person, at=at)
            page = client(bill.person).get(f"/billing/invoices/{bill.number}/fapiao/")
            assert page.status_code == 200 and "Ask for the fapiao" not in page.content.decode()
        with pytest.raises(RuleBroken, match=r"invoice\.not_yours"):
            services.request(unpaid, buyer(), person=make.person(), at=at)
        assert client(make.person()).get(f"/billing/invoices/{unpaid.number}/fapiao/").status_code == 404


class TestIssuing:
    def test_from_the_desk_to_the_buyer_alone(self, at, double):
        found = asked(at, double)
        desk = client(staff("treasurer"))
        assert treasury.todays_work(day_of(at))["fapiao"] == 1
        assert found.title in desk.get("/desk/billing/fapiao/").content.decode()
        page = desk.get(f"/desk/billing/fapiao/{found.public_id}/").content.decode()
        assert found.tax_number in page and 'data-copy="3800.00"' in page
        typed = {"number": NUMBER[:10] + " " + NUMBER[10:], "issued_on": day_of(at).isoformat(), "file": upload()}
        assert desk.post(f"/desk/billing/fapiao/{found.public_id}/", typed).status_code == 302
        found.refresh_from_db()
        assert (found.status, found.number, found.amount) == ("issued", NUMBER, FEE)
        assert treasury.todays_work(day_of(at))["fapiao"] == 0
        assert Message.objects.get(kind="billing/fapiao").person == found.person
        answer = client(found.person).get(f"/billing/fapiao/{found.public_id}/file/")
        assert answer["Content-Disposition"] == f'attachment; filename="fapiao-{NUMBER}.png"'
        assert answer.content.startswith(b"\x89PNG")
        assert client(make.person()).get(f"/billing/fapiao/{found.public_id}/file/").status_code == 404
        assert client(make.member()).get(f"/desk/billing/fapiao/{found.public_id}/file/").status_code == 403
        assert desk.get(f"/desk/billing/fapiao/{found.public_id}/file/").status_code == 200
        assert AuditEntry.objects.filter(action="fapiao.open").count() == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"number": "123"}, "number"), ({"number": "x" * 20}, "number"), ({"issued_on": "2999-01-01"}, "issued_on"),
         ({"file": None}, "file"), ({"file": "gif"}, "file"), ({"issued_on": "2026-02-30"}, "issued_on")],
        ids=str,
    )  # fmt: skip
    def test_what_is_wrong_is_said_at_its_field(self, at, double, changes, field):
        found = asked(at, double)
        typed = {"number": NUMBER, "issued_on": day_of(at).isoformat(), "file": upload()} | changes
        if typed["file"] == "gif":
            typed["file"] = SimpleUploadedFile("f.png", gif()["buffer"], "image/png")
        if typed["file"] is None:
            del typed["file"]
        page = client(staff("treasurer")).post(f"/desk/billing/fapiao/{found.public_id}/", typed)
        assert page.status_code == 422 and field in page.context["form"].errors
        found.refresh_from_db()
        assert found.status == "requested"

    def test_a_number_once(self, at, double):
        issued(at, double)
        with pytest.raises(RuleBroken, match=r"fapiao\.number_known"):
            issued(at, double)

    def test_sent_back_with_a_reason_and_asked_again(self, at, double):
        found = asked(at, double)
        desk = client(staff("treasurer"))
        desk.post(f"/desk/billing/fapiao/{found.public_id}/return/", {"reason": "税号与名称不符"})
        page = client(found.person).get(f"/billing/invoices/{found.invoice.number}/fapiao/").content.decode()
        assert "税号与名称不符" in page and "Ask for the fapiao" in page
        assert services.request(found.invoice, buyer(), person=found.person, at=at).status == "requested"
        told = desk.post(f"/desk/billing/fapiao/{found.public_id}/return/", {"reason": "again"}, follow=True)
        assert "just changed" in told.content.decode()

    def test_written_down_wrongly_the_request_stands_afresh(self, at, double, django_capture_on_commit_callbacks):
        found = issued(at, double)
        name = found.file.name
        with django_capture_on_commit_callbacks(execute=True):
            again = services.void(found, reason="错号", by=billing.treasurer(), at=at)
        assert again.buyer == found.buyer and again.status == "requested"
        assert not found.file.storage.exists(name)
        right = services.issue(
            again, number=NUMBER, issued_on=day_of(at), upload=upload(), by=billing.treasurer(), at=at
        )
        assert right.number == NUMBER
        assert client(found.person).get(f"/billing/fapiao/{found.public_id}/file/").status_code == 404


class TestAfterARefund:
    def test_a_part_went_back_it_is_flushed_and_issued_for_what_stays(self, at, double):
        found = issued(at, double)
        assert treasury.todays_work(day_of(at))["fapiao_to_flush"] == 0
        refunded(found, at, double, amount=100_000)
        assert [one.pk for one in lists.to_flush()] == [found.pk]
        desk = client(staff("treasurer"))
        assert "¥2,800" in desk.get(f"/desk/billing/fapiao/{found.public_id}/").content.decode()
        wrong = desk.post(
            f"/desk/billing/fapiao/{found.public_id}/flush/", {"red_number": "2500", "reason": "部分退款"}
        )
        told = wrong.content.decode()
        assert wrong.status_code == 422 and "20 digits" in told
        assert 'value="2500"' in told and 'value="部分退款"' in told, "nothing typed is lost"
        desk.post(f"/desk/billing/fapiao/{found.public_id}/flush/", {"red_number": RED, "reason": "部分退款"})
        found.refresh_from_db()
        assert (found.status, found.red_number) == ("flushed", RED) and not lists.to_flush()
        again = services.request(found.invoice, buyer(), person=found.person, at=at)
        again = services.issue(
            again, number=OTHER, issued_on=day_of(at), upload=upload(), by=billing.treasurer(), at=at
        )
        assert again.amount == FEE - 100_000 and not lists.to_flush()
        billing.assert_whole(at, double)

    def test_what_is_on_its_way_back_is_not_issued_any_more(self, at, double):
        found = asked(at, double)
        payment = found.invoice.payments.get()
        refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at)
        with pytest.raises(RuleBroken, match=r"fapiao\.nothing_stays"):
            services.issue(found, number=NUMBER, issued_on=day_of(at), upload=upload(), by=billing.treasurer(), at=at)

    def test_all_went_back_and_nobody_has_to_issue_what_was_asked_for(self, at, double):
        found = asked(at, double)
        refunded(found, at, double)
        found.refresh_from_db()
        assert found.status == "withdrawn" and not lists.requested()

    def test_within_72_hours_with_a_fapiao_in_hand(self, at, double):
        bill = paid_invoice(at, double, attended=True)
        found = services.request(bill, buyer(), person=bill.person, at=at)
        services.issue(found, number=NUMBER, issued_on=day_of(at), upload=upload(), by=billing.treasurer(), at=at)
        leaving.change_mind(bill.person, at=at + HOUR)
        assert [one.stays for one in lists.to_flush()] == [0]
        assert "¥0 stays" in client(staff("treasurer")).get("/desk/billing/fapiao/?list=flush").content.decode()

    def test_a_share_of_a_transfer_for_two(self, at):
        """What went back of one invoice's share is on nobody else's fapiao."""
        billing.entity()
        one, two = billing.invoice(at), billing.invoice(at)
        payment = billing.transferred(at, one, two, amount=2 * FEE)
        assert [lists.stays(bill) for bill in (one, two)] == [FEE, FEE]
        refunds.request(payment, origin="treasurer", reason="x", by=None, at=at, amount=FEE, invoice=one)
        assert [lists.stays(bill) for bill in (one, two)] == [0, FEE]


class TestDatabase:
    def test_what_the_tax_bureau_has_is_never_edited(self, at, double):
        found = issued(at, double)
        for change in ({"number": OTHER}, {"amount": 1}, {"issued_on": day_of(at) - timedelta(days=1)}):
            with pytest.raises(ProgrammingError, match="issued_stays"), transaction.atomic():
                Fapiao.objects.filter(pk=found.pk).update(**change)
        with pytest.raises(IntegrityError, match="fapiao_one_live"), transaction.atomic():
            Fapiao.objects.create(invoice=found.invoice, person=found.person, requested_at=at, title="x")
        with pytest.raises(IntegrityError, match="fapiao_issued_is_whole"), transaction.atomic():
            Fapiao.objects.create(
                invoice=paid_invoice(at, double), person=found.person, requested_at=at, status="issued", title="x"
            )

    @pytest.mark.parametrize("action", sorted(states.FAPIAO.actions))
    @pytest.mark.parametrize("status", sorted(states.FAPIAO.states))
    def test_every_step_from_every_state(self, status, action):
        if states.FAPIAO.allows(status, action):
            assert states.FAPIAO.after(status, action) in states.FAPIAO.states
        else:
            with pytest.raises(RuleBroken, match=r"fapiao\.stale"):
                states.FAPIAO.after(status, action)


class TestForTheAccountant:
    def test_a_sheet_of_each_list(self, at, double):
        asked(at, double, title="=HYPERLINK(1)")
        issued(at, double)
        desk = client(staff("treasurer"))
        book = load_workbook(io.BytesIO(desk.get("/desk/billing/fapiao/?list=done&format=xlsx").content))
        head, row = book.active.iter_rows(values_only=True)
        assert row[head.index("Fapiao number")] == NUMBER and row[head.index("Amount")] == "3800.00"
        text = desk.get("/desk/billing/fapiao/?format=csv").content.decode("utf-8-sig")
        assert "'=HYPERLINK(1)" in text and NUMBER not in text

    def test_as_many_queries_for_thirty_as_for_three(self, at, double, django_assert_max_num_queries):
        desk, most = client(staff("treasurer")), {}
        for _ in range(3):
            asked(at, double)
        for wanted in ("", "?list=done", "?format=csv"):
            with django_assert_max_num_queries(30) as few:
                desk.get(f"/desk/billing/fapiao/{wanted}")
            most[wanted] = len(few.captured_queries)  # the webhooks of the next payments empty the log
        for _ in range(27):
            asked(at, double)
        for wanted, count in most.items():
            with django_assert_max_num_queries(count):
                desk.get(f"/desk/billing/fapiao/{wanted}")


def test_of_somebody_who_is_erased_the_books_keep_number_and_amount(at, double, django_capture_on_commit_callbacks):
    """R52: what names the buyer goes, with the file; and an open request is nobody's work any more."""
    found = issued(at, double)
    name = found.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget(found.person_id) == 1
    found.refresh_from_db()
    assert (found.number, found.amount, found.title, found.tax_number, found.email) == (NUMBER, FEE, "", "", "")
    assert not found.file and not Fapiao._meta.get_field("file").storage.exists(name)
    assert client(staff("treasurer")).get(f"/desk/billing/fapiao/{found.public_id}/").status_code == 200
    assert not any(selectors.broken_invariants(at).values())
