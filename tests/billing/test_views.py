"""The pages of money: what they show, refuse, hide; and that they cost the same for 3 and 300 rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.billing.models import Attempt, Invoice, Payment, Price, Refund
from community.billing.services import receiving
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members.models import Application
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def signed_in(who, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(who)
    return client


def treasurer():
    return make.person("方诚", roles=("treasurer",))


def text(answer) -> str:
    return answer.content.decode()


class TestFeeCard:
    @pytest.mark.parametrize(("language", "words"), [("zh-hans", ["会员", "实习会员"]), ("en", ["Member", "Trainee"])])
    def test_anybody_reads_it(self, language, words) -> None:
        page = text(Client(headers={"accept-language": language}).get("/fees/"))
        for word in [*words, "¥3,800", "¥980"]:
            assert word in page

    def test_the_price_of_the_day(self, at) -> None:
        tier = Price.objects.get(amount=FEE).tier
        Price.objects.create(tier=tier, amount=420_000, valid_from_on=day_of(at))
        Price.objects.create(tier=tier, amount=999_900, valid_from_on=day_of(at + DAY))
        page = text(Client().get("/fees/"))
        assert page.index("¥4,200") < page.index("¥9,999") and "¥3,800" not in page  # the next one is announced

    def test_a_tier_without_a_price(self) -> None:
        Price.objects.all().delete()
        assert Client().get("/fees/").status_code == 200

    def test_an_approved_applicant_is_led_on(self, at) -> None:
        page = text(signed_in(billing.applicant(at).person).get("/fees/"))
        assert reverse("billing_join") in page


class TestJoin:
    def test_choose_and_get_the_invoice(self, at) -> None:
        who = billing.applicant(at).person
        page = text(signed_in(who).get("/billing/join/"))
        assert 'value="member"' in page and 'value="trainee"' not in page
        answer = signed_in(who).post("/billing/join/", {"tier": "member"})
        bill = Invoice.objects.get()
        assert answer.status_code == 302 and answer.url == reverse("invoice", args=[bill.number])

    def test_looking_changes_nothing(self, at) -> None:
        who = billing.applicant(at).person
        signed_in(who).get("/billing/join/")
        signed_in(who).get("/billing/")
        assert not Invoice.objects.exists()

    @pytest.mark.parametrize("typed", [{}, {"tier": ""}, {"tier": "trainee"}, {"tier": "\x00"}, {"tier": "𠮷" * 900}])
    def test_a_wrong_tier_is_said_at_the_field(self, at, typed) -> None:
        answer = signed_in(billing.applicant(at).person).post("/billing/join/", typed)
        assert answer.status_code == 422 and "id_tier_error" in text(answer)
        assert not Invoice.objects.exists()

    def test_somebody_whose_papers_are_not_approved_reads_why(self, at) -> None:
        client = signed_in(make.submitted(at=at).person)
        page = client.get("/billing/join/")
        assert page.status_code == 200 and 'name="tier"' not in text(page)
        assert client.post("/billing/join/", {"tier": "member"}).status_code == 422
        assert not Invoice.objects.exists()

    def test_the_amount_can_not_be_typed(self, at) -> None:
        who = billing.applicant(at).person
        signed_in(who).post("/billing/join/", {"tier": "member", "amount": "1", "status": "paid", "person": "1"})
        assert Invoice.objects.get().amount == FEE


class TestInvoice:
    def test_somebody_elses_is_like_none(self, at, double) -> None:
        bill = billing.invoice(at)
        stranger = signed_in(make.person())
        for path in ("", "return/"):
            assert stranger.get(f"/billing/invoices/{bill.number}/{path}").status_code == 404
            assert stranger.get(f"/billing/invoices/2026-999999/{path}").status_code == 404
        assert stranger.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe"}).status_code == 404
        staff = signed_in(treasurer())
        assert staff.get(f"/billing/invoices/{bill.number}/").status_code == 404
        assert double.request_count == 0

    @pytest.mark.parametrize("number", ["1", "2026-1", "x", "2026-0000000000001", "２０２６-000001", "2026-000001%00"])
    def test_odd_numbers(self, at, number) -> None:
        assert signed_in(make.person()).get(f"/billing/invoices/{number}/").status_code == 404

    def test_pay_leads_to_the_payment_page(self, at, double) -> None:
        bill = billing.invoice(at)
        client = signed_in(bill.person)
        first = client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe"})
        again = client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe"})
        assert first.status_code == again.status_code == 303 and first.url == again.url
        assert first.url == double.get(billing.session_of(bill))["url"]

    @pytest.mark.parametrize("typed", [{}, {"channel": "bank"}, {"channel": "cash"}, {"channel": "\x00"}])
    def test_other_ways_are_refused_clearly(self, at, double, typed) -> None:
        bill = billing.invoice(at)
        answer = signed_in(bill.person).post(f"/billing/invoices/{bill.number}/pay/", typed, follow=True)
        assert answer.status_code == 200 and answer.redirect_chain[-1][0] == f"/billing/invoices/{bill.number}/"
        assert not Attempt.objects.exists()

    def test_get_does_not_pay(self, at) -> None:
        bill = billing.invoice(at)
        assert signed_in(bill.person).get(f"/billing/invoices/{bill.number}/pay/").status_code == 405

    def test_the_provider_down_is_a_sentence(self, at, double) -> None:
        bill = billing.invoice(at)
        double.fault("timeout", times=9)
        answer = signed_in(bill.person).post(
            f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe"}, follow=True
        )
        assert answer.status_code == 200 and 'role="alert"' in text(answer)

    def test_in_wechat_the_page_says_what_does_not_work(self, at) -> None:
        bill = billing.invoice(at)
        client = signed_in(bill.person)
        plain = text(client.get(f"/billing/invoices/{bill.number}/"))
        inside = text(client.get(f"/billing/invoices/{bill.number}/", headers={"user-agent": "x MicroMessenger/8"}))
        assert len(inside) > len(plain)

    def test_paid_it_is_the_receipt(self, at, double) -> None:
        payment = billing.paid(at, double)
        page = text(signed_in(payment.person, "en").get(f"/billing/invoices/{payment.invoice.number}/"))
        assert "Receipt" in page and "/pay/" not in page


class TestReturn:
    def back(self, bill: Invoice, query: str = "", **more) -> str:
        answer = signed_in(bill.person, "en").get(f"/billing/invoices/{bill.number}/return/{query}", **more)
        assert answer.status_code == 200
        return text(answer)

    def test_paid(self, at, double) -> None:
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        page = self.back(bill)
        assert "You are a member" in page and "hx-get" not in page
        assert billing.status_of(bill.person) == "admitted"

    def test_waiting_asks_again_a_few_times(self, at, double) -> None:
        bill = billing.invoice(at)
        billing.start(bill, at)
        page = self.back(bill)
        assert "?look=2" in page
        part = self.back(bill, "?look=9", headers={"hx-request": "true"})
        assert "?look=10" in part and "<html" not in part
        assert "hx-get" not in self.back(bill, "?look=10", headers={"hx-request": "true"})
        for odd in ("-1", "x", "٣", "1" * 500, "\x00"):
            self.back(bill, f"?look={odd}")

    def test_cancelled(self, at, double) -> None:
        bill = billing.invoice(at)
        billing.start(bill, at)
        page = self.back(bill, "?cancelled=1")
        assert "Nothing was charged" in page and "hx-get" not in page and "/pay/" in page

    def test_what_the_address_says_proves_nothing(self, at, double) -> None:
        """Somebody else's paid page in the address of mine."""
        other = billing.invoice(at)
        session = billing.start(other, at)
        double.pay(session)
        bill = billing.invoice(at)
        assert "Waiting" in self.back(bill, f"?session_id={session}&paid=1")
        assert not Payment.objects.exists()

    def test_the_provider_down(self, at, double) -> None:
        bill = billing.invoice(at)
        billing.start(bill, at)
        double.fault("drop", times=9)
        assert "Waiting" in self.back(bill)

    def test_money_that_did_not_fit(self, at) -> None:
        bill = billing.invoice(at)
        receiving.receive(bill.pk, receiving.Receipt("bank", "b1", Money(5), at), at=at)
        assert "treasurer" in self.back(bill)

    def test_a_void_invoice(self, at, double) -> None:
        bill = billing.invoice(at)
        Invoice.objects.update(status="void")
        assert "no longer open" in self.back(bill)


class TestDesk:
    def held(self, at) -> Payment:
        bill = billing.invoice(at, attended=True)
        return receiving.receive(bill.pk, receiving.Receipt("bank", f"b{bill.pk}", Money(5), at), at=at)

    def test_only_the_treasurer(self, at) -> None:
        payment = self.held(at)
        paths = [reverse(name, args=[payment.public_id]) for name in ("desk_money_accept", "desk_money_refund")]
        for role in ("reviewer", "organizer"):
            client = signed_in(make.person(roles=(role,)))
            assert client.get("/desk/billing/").status_code == 403
            assert [client.post(path, {"reason": "x"}).status_code for path in paths] == [403, 403]
        assert Client().get("/desk/billing/").status_code == 302
        assert [Client().post(path, {"reason": "x"}).status_code for path in paths] == [302, 302]
        assert signed_in(make.person(roles=("administrator",))).get("/desk/billing/").status_code == 200
        assert not Refund.objects.exists()

    def test_refund_with_a_reason(self, at) -> None:
        payment, client = self.held(at), signed_in(treasurer())
        assert payment.public_id in text(client.get("/desk/billing/"))
        path = reverse("desk_money_refund", args=[payment.public_id])
        assert client.post(path, {"reason": " "}).status_code == 422 and not Refund.objects.exists()
        client.post(path, {"reason": "wrong amount"})
        assert Refund.objects.get().reason == "wrong amount"
        again = client.post(path, {"reason": "once more"})
        assert again.status_code == 422 and 'role="alert"' in text(again) and Refund.objects.count() == 1
        assert "once more" in text(again)
        assert client.get("/desk/billing/?list=refunds").status_code == 200

    def test_accept(self, at) -> None:
        bill = billing.invoice(at, attended=True)
        receipt = receiving.Receipt("bank", "b", Money(FEE), at, ours=False)
        payment, client = receiving.receive(bill.pk, receipt, at=at), signed_in(treasurer())
        path = reverse("desk_money_accept", args=[payment.public_id])
        assert client.post(path, {"reason": "called her"}).status_code == 302
        assert billing.status_of(bill.person) == "admitted"
        again = client.post(path, {"reason": "called again"})
        assert again.status_code == 422 and "called again" in text(again)
        billing.assert_whole(at)

    def test_odd_lists_and_pages(self, at) -> None:
        client = signed_in(treasurer())
        for query in ("?list=x", "?page=0", "?page=x", "?list=refunds&page=99999", "?list=%00", "?page=٣"):
            assert client.get(f"/desk/billing/{query}").status_code == 200

    def test_an_unknown_payment(self) -> None:
        client = signed_in(treasurer())
        for name in ("desk_money_accept", "desk_money_refund"):
            assert client.post(reverse(name, args=["2" * 12]), {"reason": "x"}).status_code == 404


class TestBudgets:
    def fill(self, person, count: int, at) -> None:
        """Rows of every list, as history."""
        bill = Invoice.objects.get(person=person)
        for row in range(count):
            made = Invoice.objects.create(
                number=f"2025-{row + 1:06d}", person=person, purpose="admission", application=bill.application,
                tier=bill.tier, tier_name_zh="会员", tier_name_en="Member", amount=FEE, currency="CNY", status="void",
                issued_at=at,
            )  # fmt: skip
            payment = Payment.objects.create(
                channel="bank", external_id=f"row{row}", person=person, invoice=made, amount=5, currency="CNY",
                status="held", case="amount_differs", received_at=at, recorded_at=at,
            )  # fmt: skip
            Refund.objects.create(
                payment=payment, amount=1, currency="CNY", origin="treasurer", key=f"row{row}", requested_at=at,
                look_at=at, requested_by=person,
            )  # fmt: skip

    @pytest.mark.parametrize(
        ("path", "most"),
        [
            ("/billing/", 14),
            ("/desk/billing/", 22),
            ("/desk/billing/?list=refunds", 22),
            ("/desk/billing/?list=payments", 22),
            ("invoice", 14),
        ],
    )
    def test_as_many_queries_for_3_rows_as_for_300(self, at, path, most) -> None:
        bill = billing.invoice(at)
        who = bill.person
        client = signed_in(treasurer() if path.startswith("/desk/") else who)
        counts = []
        for rows in (3, 300):
            Refund.objects.all().delete()
            Payment.objects.all().delete()
            Invoice.objects.exclude(pk=bill.pk).delete()
            self.fill(who, rows, at)
            url = reverse("invoice", args=[bill.number]) if path == "invoice" else path
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= most, counts

    def test_the_fee_card_costs_two(self, at, django_assert_num_queries) -> None:
        client = Client()
        client.get("/fees/")
        with django_assert_num_queries(2):
            client.get("/fees/")

    def test_paying_costs_bounded_queries(self, at, double, django_assert_max_num_queries) -> None:
        bill = billing.invoice(at, attended=True)
        client = signed_in(bill.person)
        with django_assert_max_num_queries(45):
            assert client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe"}).status_code == 303
        double.pay(billing.session_of(bill))
        with django_assert_max_num_queries(75):
            assert client.get(f"/billing/invoices/{bill.number}/return/").status_code == 200
        assert Application.objects.get(person=bill.person).status == "admitted"


def test_mails_in_both_languages(at, double) -> None:
    from community.kernel.models import Message
    from community.kernel.outbox import email_of

    for language, word in (("zh-hans", "收据"), ("en", "Receipt")):
        bill = billing.invoice(at, attended=True)
        bill.person.language = language
        bill.person.save()
        payment = receiving.receive(bill.pk, receiving.Receipt("bank", f"b-{language}", Money(FEE), at), at=at)
        email = email_of(Message.objects.get(kind="billing/receipt", person=bill.person))
        assert word in email.subject and "¥3,800" in email.subject
        assert f"/billing/invoices/{bill.number}/" in email.body
        assert payment.status == "applied"
