"""R19: bank transfers. A reference, a slip, two people, and money that counts only when all of it is there."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from community.billing.models import Allocation, BankSlip, BankTransfer, Invoice, Payment, ReceivingEntity, Refund
from community.billing.services import invoicing, receiving, transfers
from community.kernel.days import ZONE, day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Application
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, FEE

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def png() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (9, 9), "white").save(out, "PNG")
    return SimpleUploadedFile("付款.png", out.getvalue(), "text/html")


class TestThePayer:
    def test_the_way_with_reference_and_slip(self, at, client) -> None:
        billing.entity()
        bill = billing.invoice(at)
        client.force_login(bill.person)
        page = f"/billing/invoices/{bill.number}/transfer/"
        assert client.get(page).url == f"/billing/invoices/{bill.number}/"  # looking makes no reference
        assert client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "bank"}).url == page
        client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "bank"})
        code = bill.transfer_code.code
        assert len(code) == 6 and code == code.upper()
        shown = client.get(page).content.decode()
        for said in (code, "755900001234567", "深圳同桌企业服务有限公司", "3800.00"):
            assert f'data-copy="{said}"' in shown
        assert client.post(page, {"file": png()}).url == page
        slip = BankSlip.objects.get()
        assert (slip.content_type, slip.name) == ("image/png", "付款.png")
        assert b"PNG" not in slip.file.storage.open(slip.file.name, "rb").name.encode()
        with open(slip.file.path, "rb") as stored:
            assert b"\x89PNG" not in stored.read()  # encrypted at rest
        mine = client.get(f"/billing/slips/{slip.public_id}/")
        assert mine.content.startswith(b"\x89PNG") and "attachment" in mine["Content-Disposition"]
        assert AuditEntry.objects.filter(action="slip.open", subject_id=slip.pk, actor=bill.person).count() == 1
        client.force_login(make.person())
        assert client.get(f"/billing/slips/{slip.public_id}/").status_code == 404

    def test_a_slip_is_judged_by_its_content(self, at, client) -> None:
        billing.entity()
        bill = billing.invoice(at)
        transfers.begin(bill, person=bill.person, at=at)
        client.force_login(bill.person)
        page = f"/billing/invoices/{bill.number}/transfer/"
        answer = client.post(page, {"file": SimpleUploadedFile("a.png", b"<html>", "image/png")})
        assert answer.status_code == 422 and not BankSlip.objects.exists()
        assert client.post(page, {}).status_code == 422

    def test_not_without_an_account_of_the_club(self, at, client) -> None:
        bill = billing.invoice(at)
        with refused("transfer.no_entity"):
            transfers.begin(bill, person=bill.person, at=at)
        client.force_login(bill.person)
        assert "channel" in client.get(f"/billing/invoices/{bill.number}/").content.decode()
        assert 'value="bank"' not in client.get(f"/billing/invoices/{bill.number}/").content.decode()

    def test_an_account_is_replaced_never_edited(self, at) -> None:
        first = billing.entity()
        second = billing.entity(account="6222000011112222")
        first.refresh_from_db()
        assert not first.is_current and transfers.entity_for("CNY") == second
        with pytest.raises(Exception, match="account_stays|read"), transaction.atomic():
            ReceivingEntity.objects.filter(pk=first.pk).update(account="1")

    def test_erased_with_the_person(self, at) -> None:
        billing.entity()
        bill = billing.invoice(at)
        transfers.add_slip(bill, png(), by=bill.person, at=at)
        assert transfers.forget_slips(bill.person_id) == 1 and not BankSlip.objects.exists()


class TestFourEyes:
    def test_counts_when_a_second_person_confirms(self, at) -> None:
        bill = billing.invoice(at, attended=True)
        by = billing.treasurer()
        transfer = billing.recorded(at, bill, by=by)
        bill.refresh_from_db()
        assert bill.status == "open" and not Payment.objects.exists()
        with refused("transfer.own_record"):
            transfers.confirm(transfer, by=by, at=at)
        payment = transfers.confirm(transfer, by=billing.treasurer(), at=at)
        bill.refresh_from_db()
        assert (payment.status, payment.channel, bill.status) == ("applied", "bank", "paid")
        assert billing.status_of(bill.person) == "admitted"
        assert billing.books("bank") == FEE
        with refused("transfer.stale"):
            transfers.confirm(transfer, by=billing.treasurer(), at=at)
        billing.assert_whole(at)

    def test_the_database_insists_too(self, at) -> None:
        transfer = billing.recorded(at)
        with pytest.raises(IntegrityError, match="transfer_four_eyes"), transaction.atomic():
            BankTransfer.objects.filter(pk=transfer.pk).update(confirmed_by=transfer.recorded_by, confirmed_at=at)

    def test_nobody_confirms_their_own_money(self, at) -> None:
        bill = billing.invoice(at)
        with refused("transfer.own_money"):
            transfers.confirm(billing.recorded(at, bill), by=bill.person, at=at)

    def test_a_serial_counts_once(self, at) -> None:
        bill = billing.invoice(at)
        first = billing.recorded(at, bill, serial="CMB-1")
        with refused("transfer.serial_known"):
            billing.recorded(at, bill, serial="CMB-1")
        transfers.withdraw(first, by=billing.treasurer(), reason="typing error", at=at)
        again = billing.recorded(at, bill, serial="CMB-1")
        transfers.confirm(again, by=billing.treasurer(), at=at)
        with refused("transfer.serial_known"):
            billing.recorded(at, bill, serial="CMB-1")

    def test_paid_at_is_the_end_of_the_value_date(self, at) -> None:
        bill = billing.invoice(at - 3 * DAY, attended=True)
        payment = billing.transferred(at, bill, value_on=day_of(at - DAY))
        shown = payment.received_at.astimezone(ZONE)
        assert (shown.date(), shown.hour, shown.minute) == (day_of(at - DAY), 23, 59)
        with refused("transfer.future"):
            billing.recorded(at, value_on=day_of(at) + timedelta(days=1))

    def test_value_date_on_the_last_day_counts_though_confirmed_later(self, at) -> None:
        bill = billing.invoice(at)
        end = Application.objects.get().clock_ends_at
        payment = billing.transferred(end + DAY, bill, value_on=day_of(end - DAY / 2))
        assert payment.status == "applied" and Application.objects.get().paid_at == payment.received_at
        billing.assert_whole(end + DAY)


class TestFitting:
    def test_nobody_knows_what_it_is_for(self, at) -> None:
        payment = billing.transferred(at)
        assert (payment.status, payment.case, payment.person) == ("held", "unnamed", None)
        assert billing.books("suspense") == -FEE
        bill = billing.invoice(at, attended=True)
        receiving.accept(payment, by=billing.treasurer(), reason="the payer called", at=at, number=bill.number)
        bill.refresh_from_db()
        payment.refresh_from_db()
        assert (bill.status, payment.person, billing.books("suspense")) == ("paid", bill.person, 0)
        billing.assert_whole(at)

    @pytest.mark.parametrize(("amount", "case"), [(FEE + 1, "amount_differs"), (2 * FEE, "amount_differs")])
    def test_too_much_is_held(self, at, amount, case) -> None:
        bill = billing.invoice(at)
        payment = billing.transferred(at, bill, amount=amount)
        assert (payment.status, payment.case) == ("held", case)
        billing.assert_whole(at)

    def test_another_currency_is_held(self, at) -> None:
        assert billing.transferred(at, billing.invoice(at), currency="HKD").case == "currency_differs"

    def test_parts_count_together_when_the_last_has_come(self, at) -> None:
        bill = billing.invoice(at - 3 * DAY, attended=True)
        first = billing.transferred(at, bill, amount=100_000, value_on=day_of(at - DAY))
        second = billing.transferred(at, bill, amount=FEE - 100_001)
        assert [(p.status, p.case) for p in (first, second)] == [("held", "part")] * 2
        bill.refresh_from_db()
        assert bill.status == "open" and not Allocation.objects.exists()
        billing.assert_whole(at)
        last = billing.transferred(at, bill, amount=1, value_on=day_of(at - 2 * DAY))
        bill.refresh_from_db()
        second.refresh_from_db()
        assert (bill.status, last.status, second.status) == ("paid", "applied", "applied")
        assert bill.paid_at == second.received_at  # the latest sets the instant, in whatever order they are typed
        assert Allocation.objects.filter(invoice=bill).count() == 3
        assert Message.objects.filter(kind="billing/receipt").count() == 1
        billing.assert_whole(at)

    def test_a_part_too_much_is_held(self, at) -> None:
        bill = billing.invoice(at)
        billing.transferred(at, bill, amount=FEE - 1)
        assert billing.transferred(at, bill, amount=2).case == "amount_differs"
        billing.assert_whole(at)

    def test_paid_by_card_meanwhile_the_part_goes_back(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        part = billing.transferred(at, bill, amount=100)
        double.pay(billing.start(bill, at))
        billing.deliver(double, at)
        part.refresh_from_db()
        assert (part.status, part.case) == ("surplus", "already_paid")
        assert part.refunds.get().amount == 100
        billing.assert_whole(at, double)

    def test_one_transfer_for_several_invoices(self, at) -> None:
        one, two = billing.invoice(at, attended=True), billing.invoice(at, attended=True)
        payment = billing.transferred(at, one, two, amount=2 * FEE)
        assert payment.status == "applied" and payment.person is None
        for bill in (one, two):
            bill.refresh_from_db()
            assert bill.status == "paid" and billing.status_of(bill.person) == "admitted"
        assert sorted(Allocation.objects.values_list("amount", flat=True)) == [FEE, FEE]
        billing.assert_whole(at)

    def test_several_invoices_by_their_exact_sum_only(self, at) -> None:
        bills = billing.invoice(at), billing.invoice(at)
        assert billing.transferred(at, *bills, amount=2 * FEE - 1).case == "amount_differs"
        invoicing.void(Invoice.objects.get(pk=bills[0].pk), by=None, at=at, reason="test")
        assert billing.transferred(at, *bills, amount=2 * FEE).case == "invoice_void"
        assert not Allocation.objects.exists()
        billing.assert_whole(at)

    def test_one_that_cannot_take_it_holds_all(self, at) -> None:
        one, two = billing.invoice(at), billing.invoice(at)
        Application.objects.filter(pk=two.application_id).update(paid_at=at)  # as if another way had paid it
        payment = billing.transferred(at, one, two, amount=2 * FEE)
        assert (payment.status, payment.case) == ("held", "not_payable")
        assert Application.objects.get(pk=one.application_id).paid_at is None

    def test_paid_by_card_before_it_goes_back(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        billing.deliver(double, at)
        payment = billing.transferred(at, bill)
        assert (payment.status, payment.case) == ("surplus", "already_paid")
        assert Refund.objects.get(payment=payment).origin == "surplus"
        billing.assert_whole(at, double)


class TestReversing:
    def test_as_if_it_had_not_come(self, at) -> None:
        bill = billing.invoice(at, attended=True)
        payment = billing.transferred(at, bill, serial="WRONG")
        transfers.reverse(payment.transfer, by=billing.treasurer(), reason="another member's", at=at)
        bill.refresh_from_db()
        payment.refresh_from_db()
        assert (bill.status, payment.status, payment.transfer.status) == ("reversed", "reversed", "reversed")
        assert billing.status_of(bill.person) == "withdrawn"
        assert {account: billing.books(account) for account in ("bank", "accounts_receivable", "deferred_income")} == {
            "bank": 0, "accounts_receivable": 0, "deferred_income": 0,
        }  # fmt: skip
        billing.recorded(at, serial="WRONG")  # the right one, under the same serial
        billing.assert_whole(at)

    def test_before_admission_the_fee_is_asked_again(self, at) -> None:
        bill = billing.invoice(at)
        payment = billing.transferred(at, bill)
        transfers.reverse(payment.transfer, by=billing.treasurer(), reason="x", at=at)
        assert Application.objects.get().paid_at is None
        assert invoicing.choose_tier(bill.person, "member", at=at).pk != bill.pk
        billing.assert_whole(at)

    def test_not_while_money_goes_back(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        billing.deliver(double, at)
        surplus = billing.transferred(at, bill)
        with refused("money.refund_running"):
            transfers.reverse(surplus.transfer, by=billing.treasurer(), reason="x", at=at)


class TestDesk:
    def test_write_down_and_confirm(self, at, client) -> None:
        bill = billing.invoice(at, attended=True)
        billing.entity()
        code = transfers.begin(bill, person=bill.person, at=at).code
        client.force_login(staff("treasurer"))
        typed = {
            "serial": "CMB-7", "value_on": day_of(at).isoformat(), "payer": "深圳云帆", "amount": "￥3，800．00",
            "invoices": code.lower(), "note": "",
        }  # fmt: skip
        assert client.post("/desk/billing/transfers/", typed | {"amount": "三千"}).status_code == 422
        assert client.post("/desk/billing/transfers/", typed | {"amount": "0"}).status_code == 422
        assert client.post("/desk/billing/transfers/", typed | {"amount": "1e3"}).status_code == 422
        unknown = client.post("/desk/billing/transfers/", typed | {"invoices": "ZZZZZZ"})
        assert unknown.status_code == 422 and "ZZZZZZ" in unknown.content.decode()
        assert client.post("/desk/billing/transfers/", typed).url == "/desk/billing/transfers/"
        twice = client.post("/desk/billing/transfers/", typed)
        assert twice.status_code == 422 and 'value="CMB-7"' in twice.content.decode()
        transfer = BankTransfer.objects.get()
        client.post(f"/desk/billing/transfers/{transfer.public_id}/confirm/")
        assert BankTransfer.objects.get().status == "recorded"
        client.force_login(staff("treasurer"))
        client.post(f"/desk/billing/transfers/{transfer.public_id}/confirm/")
        bill.refresh_from_db()
        assert bill.status == "paid"
        for name in ("confirm", "awaited", "done", "nonsense"):
            assert client.get(f"/desk/billing/transfers/?list={name}").status_code == 200

    def test_as_many_queries_for_three_as_for_thirty(self, at, client, django_assert_max_num_queries) -> None:
        billing.entity()
        client.force_login(staff("treasurer"))
        for number in (3, 20):
            for _ in range(number):
                bill = billing.invoice(at)
                transfers.begin(bill, person=bill.person, at=at)
                billing.recorded(at, bill)
            for name in ("confirm", "awaited"):
                with django_assert_max_num_queries(16):
                    client.get(f"/desk/billing/transfers/?list={name}")
        connection.check_constraints()
