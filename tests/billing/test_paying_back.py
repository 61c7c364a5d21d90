"""R9, R18: refunds by bank transfer. The payer names the account, one export, a serial; wallets' windows; parts."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from community.billing import rules
from community.billing.models import BankRefund, Payment, Refund
from community.billing.services import paying_back, refunds
from community.kernel.days import day_of, working_days_later
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.kernel.sheets import as_csv, as_xlsx, harmless
from community.members.services import clock
from tests import make
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import ACCOUNT, DAY, FEE

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def lapsed(at) -> Refund:
    """A transfer for an application that lapsed: the case, with the money owed."""
    bill = billing.invoice(at)
    billing.transferred(at, bill)
    assert clock.lapse_if_due(bill.person_id, at=bill.application.clock_ends_at)
    return Refund.objects.get(payment__invoice=bill)


def told(refund: Refund, at) -> Refund:
    paying_back.tell_account(refund, **ACCOUNT, by=refund.payment.person, at=at)
    return refund


def test_three_working_days_know_the_holidays() -> None:
    assert working_days_later(date(2026, 11, 27), 3) == date(2026, 12, 2)  # a Friday: the weekend does not count
    assert working_days_later(date(2026, 9, 30), 1) == date(2026, 10, 8)  # the week of 1 October


class TestTheCase:
    def test_from_the_lapse_to_the_bank(self, at, client) -> None:
        refund = lapsed(at)
        end = refund.requested_at
        assert (refund.channel, refund.status, refund.case.due_on) == ("bank", "requested", None)
        assert Message.objects.filter(kind="billing/refund_account", person=refund.payment.person).count() == 1
        with refused("refund.none_due"):
            paying_back.export(by=billing.treasurer(), at=end)
        billing.sweep(end + DAY)  # no worker sends a bank transfer
        told(refund, end)
        refund.case.refresh_from_db()
        assert refund.case.due_on == working_days_later(day_of(end), 3)
        batch = paying_back.export(by=billing.treasurer(), at=end)
        with refused("refund.none_due"):
            paying_back.export(by=billing.treasurer(), at=end)
        with refused("refund.stale"):
            told(refund, end)
        make.sign_in(client, staff("treasurer"))
        for _ in range(2):
            file = client.get(f"/desk/billing/refunds/batches/{batch.public_id}/").content
            rows = list(load_workbook(BytesIO(file)).active.values)
            assert rows[1][:4] == ("林晓", "6225880012345678", "招商银行", "3800.00") and len(rows) == 2
        paying_back.mark_sent(refund, serial="OUT1", sent_on=day_of(end), by=billing.treasurer(), at=end)
        refund.refresh_from_db()
        assert (refund.status, refund.payment.status, billing.books("bank")) == ("succeeded", "refunded", 0)
        with refused("refund.stale"):
            paying_back.mark_sent(refund, serial="OUT2", sent_on=day_of(end), by=billing.treasurer(), at=end)
        billing.assert_whole(end)

    def test_it_came_back_and_is_sent_again_with_a_new_key(self, at) -> None:
        refund = told(lapsed(at), at)
        at = refund.requested_at
        by = billing.treasurer()
        paying_back.export(by=by, at=at)
        paying_back.mark_sent(refund, serial="OUT1", sent_on=day_of(at), by=by, at=at)
        paying_back.came_back(refund, by=by, reason="账号有误", at=at)
        refund.refresh_from_db()
        assert (refund.status, billing.books("bank")) == ("failed", FEE)
        billing.assert_whole(at)
        again = refunds.refund_payment(refund.payment, by=by, reason="account corrected", at=at)
        assert again.key != refund.key and again.case.account == ""
        told(again, at)
        paying_back.export(by=by, at=at)
        with refused("transfer.serial_known"):
            paying_back.mark_sent(again, serial="OUT1", sent_on=day_of(at), by=by, at=at)
        paying_back.mark_sent(again, serial="OUT3", sent_on=day_of(at), by=by, at=at)
        assert billing.books("bank") == 0
        billing.assert_whole(at)

    def test_a_late_roster_drops_it_before_the_export_only(self, at) -> None:
        refund = told(lapsed(at), at)
        application = refund.payment.invoice.application
        at = refund.requested_at
        assert refunds.drop_refund(application.pk, by=None, at=at) == refund.payment.received_at
        other = told(lapsed(at), at)
        paying_back.export(by=billing.treasurer(), at=other.requested_at)
        assert refunds.drop_refund(other.payment.invoice.application_id, by=None, at=at) is None

    def test_one_share_of_a_transfer_for_two(self, at) -> None:
        one, two = billing.invoice(at), billing.invoice(at, attended=True)
        payment = billing.transferred(at, one, two, amount=2 * FEE)
        end = one.application.clock_ends_at
        assert clock.lapse_if_due(one.person_id, at=end)
        refund = Refund.objects.get()
        assert (refund.amount, refund.invoice) == (FEE, one)
        paying_back.tell_account(refund, **ACCOUNT, by=billing.treasurer(), at=end)
        paying_back.export(by=billing.treasurer(), at=end)
        paying_back.mark_sent(refund, serial="X", sent_on=day_of(end), by=billing.treasurer(), at=end)
        for thing in (one, two, payment):
            thing.refresh_from_db()
        assert (one.status, two.status, payment.status) == ("refunded", "paid", "applied")
        assert billing.status_of(two.person) == "admitted"
        billing.assert_whole(end)

    def test_erased_with_the_person(self, at) -> None:
        refund = told(lapsed(at), at)
        assert paying_back.forget_accounts(refund.payment.person_id) == 1
        assert BankRefund.objects.get().account == ""


class TestPages:
    def test_the_payer_names_the_account(self, at, client) -> None:
        refund = lapsed(at)
        page = f"/billing/refunds/{refund.public_id}/"
        client.force_login(refund.payment.person)
        assert page in client.get("/billing/").content.decode()
        assert client.post(page, ACCOUNT | {"account": "abc"}).status_code == 422
        assert client.post(page, ACCOUNT).url == page
        assert page not in client.get("/billing/").content.decode()
        client.force_login(make.person())
        assert client.get(page).status_code == 404

    def test_the_treasurer_writes_it_down_for_nobody_else(self, at, client) -> None:
        make.sign_in(client, staff("treasurer"))
        members, nobodys = billing.refund_by_bank(at, make.person()), billing.refund_by_bank(at, None)
        assert client.get(f"/desk/billing/refunds/{members.public_id}/account/").status_code == 404
        page = f"/desk/billing/refunds/{nobodys.public_id}/account/"
        assert client.post(page, ACCOUNT).url == page
        answer = client.post("/desk/billing/refunds/")
        assert answer.url.startswith("/desk/billing/refunds/batches/")
        client.post(f"/desk/billing/refunds/{nobodys.public_id}/sent/", {"serial": "Q1", "sent_on": "2026-02-30"})
        assert Refund.objects.get(pk=nobodys.pk).status == "sending"
        client.post(f"/desk/billing/refunds/{nobodys.public_id}/sent/", {"serial": "Q1", "sent_on": day_of(at)})
        assert Refund.objects.get(pk=nobodys.pk).status == "succeeded"
        client.post(f"/desk/billing/refunds/{nobodys.public_id}/back/", {"reason": "wrong bank"})
        assert Refund.objects.get(pk=nobodys.pk).status == "failed"
        for name in ("open", "done"):
            assert client.get(f"/desk/billing/refunds/?list={name}").status_code == 200


class TestWindowsAndParts:
    @pytest.mark.parametrize(
        ("channel", "method", "days", "way"),
        [
            ("stripe", "alipay", 90, "stripe"), ("stripe", "alipay", 91, "bank"), ("stripe", "wechat_pay", 180, "stripe"),
            ("stripe", "wechat_pay", 181, "bank"), ("stripe", "card", 900, "stripe"), ("bank", "", 0, "bank"),
        ],
    )  # fmt: skip
    def test_the_way_back(self, at, channel, method, days, way) -> None:
        assert rules.refund_channel(channel, method, at - timedelta(days=days), at) == way

    def test_a_wallet_after_its_window_goes_back_by_bank(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay_wallet(billing.start(bill, at), "alipay")
        billing.deliver(double, at)
        payment = Payment.objects.get()
        assert payment.method == "alipay"
        later = at + 100 * DAY
        refund = refunds.refund_payment(payment, by=billing.treasurer(), reason="moved away", at=later)
        assert refund.channel == "bank"
        told(refund, later)
        paying_back.export(by=billing.treasurer(), at=later)
        paying_back.mark_sent(refund, serial="W", sent_on=day_of(later), by=billing.treasurer(), at=later)
        assert (billing.books("bank"), billing.books("stripe")) == (-FEE, FEE)
        billing.assert_whole(later, double)

    def test_a_part_with_a_reason_ends_nothing(self, at, double, client) -> None:
        payment = billing.paid(at, double, attended=True)
        make.sign_in(client, staff("treasurer"))
        address = f"/desk/billing/money/{payment.public_id}/refund/"
        for amount in ("0", "-1", "abc", "3800.001"):
            client.post(address, {"reason": "x", "amount": amount})
        assert not Refund.objects.exists()
        client.post(address, {"reason": "half the year", "amount": "1,900"})
        billing.deliver(double, at)
        refund = Refund.objects.get()
        assert (refund.amount, refund.status, refund.reason) == (190_000, "succeeded", "half the year")
        assert billing.status_of(payment.person) == "admitted"
        with refused("refund.too_much"):
            refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at, amount=190_001)
        refunds.refund_payment(payment, by=billing.treasurer(), reason="the rest", at=at, amount=190_000)
        billing.work(at)
        assert billing.status_of(payment.person) == "withdrawn"
        billing.assert_whole(at, double)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x"])
def test_no_cell_is_a_formula(text) -> None:
    assert harmless(text).startswith("'")
    assert load_workbook(BytesIO(as_xlsx([[text, 12]]))).active["A1"].data_type == "s"
    assert as_csv([[text]]).startswith(b"\xef\xbb\xbf")
    assert harmless("林晓") == "林晓" and harmless(-5) == -5
