"""Invoices and receipts as PDF: read back by a real reader, in both languages, one's own alone."""

import pypdfium2
import pytest
from django.test import Client

from tests import make
from tests.billing import make as billing

pytestmark = pytest.mark.django_db


def text(person, number: str, language: str) -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    answer = client.get(f"/billing/invoices/{number}/pdf/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    return document[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", ["账单", "会员", "林晓"]), ("en", ["Invoice", "Member"])])
def test_an_open_one_says_what_is_owed(at, language, words):
    bill = billing.invoice(at)
    bill.person.full_name = "林晓 <b>&"
    bill.person.save()
    page = text(bill.person, bill.number, language)
    assert all(word in page for word in [*words, bill.number, "3,800", "<b>&"])


def test_a_paid_one_is_a_receipt_with_its_payment_and_payee(at, double):
    billing.entity()
    payment = billing.paid(at, double, attended=True)
    page = text(payment.person, payment.invoice.number, "zh-hans")
    assert "收据" in page and "在线支付" in page


def test_the_longest_names_stay_on_the_page(at):
    bill = billing.invoice(at)
    bill.person.full_name = "欧阳" * 30
    bill.person.save()
    assert text(bill.person, bill.number, "en").count("欧阳") == 30


def test_somebody_elses_does_not_exist(at):
    bill = billing.invoice(at)
    client = Client()
    client.force_login(make.person())
    assert client.get(f"/billing/invoices/{bill.number}/pdf/").status_code == 404
