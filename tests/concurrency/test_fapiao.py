"""Fapiao in the same second: one an invoice, one number once, never for money that is on its way back."""

from functools import partial

import pytest

from community.billing.models import Fapiao, Invoice
from community.billing.selectors import fapiao as lists
from community.billing.services import fapiao as services
from community.billing.services import refunds
from community.kernel.days import day_of
from community.kernel.models import Message
from community.kernel.money import Money
from tests.billing import make as billing
from tests.billing.make import FEE
from tests.billing.test_fapiao import buyer
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _vault(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def paid(at, name: str) -> Invoice:
    from community.billing.services import receiving

    bill = billing.invoice(at)
    receiving.receive(bill.pk, receiving.Receipt("stripe", name, Money(FEE), at), at=at)
    return Invoice.objects.get(pk=bill.pk)


def issuing(fapiao: Fapiao, number: str, at):
    """The step under the locks; what a file is worth is judged before them."""
    return partial(
        services._issue, fapiao, number, day_of(at), b"%PDF-1.7", "application/pdf", by=billing.treasurer(), at=at
    )


def test_pressed_in_two_tabs_it_is_asked_for_once(at, rounds) -> None:
    for number in range(rounds(30)):
        bill = paid(at, f"pi_{number}")
        answers = together(*[partial(services.request, bill, buyer(), person=bill.person, at=at)] * 4)
        assert answers.count("ok") == 1 and set(answers) == {"ok", "fapiao.asked"}
        assert Fapiao.objects.filter(invoice=bill).count() == 1


def test_two_treasurers_issue_the_same_request(at, rounds) -> None:
    for number in range(rounds(30)):
        bill = paid(at, f"pi_{number}")
        found = services.request(bill, buyer(), person=bill.person, at=at)
        acts = [issuing(found, f"{number:018d}{which:02d}", at) for which in range(2)]
        assert sorted(together(*acts)) == ["fapiao.stale", "ok"]
        assert Message.objects.filter(person=bill.person, kind="billing/fapiao").count() == 1


def test_one_number_for_two_requests(at, rounds) -> None:
    for number in range(rounds(30)):
        bills = [paid(at, f"pi_{number}_{which}") for which in range(2)]
        found = [services.request(bill, buyer(), person=bill.person, at=at) for bill in bills]
        answers = together(*[issuing(one, f"{number:020d}", at) for one in found])
        assert sorted(answers) == ["fapiao.number_known", "ok"]


def test_issuing_against_a_refund(at, rounds) -> None:
    """Whichever is first: what was issued for money that went back waits to be flushed, and nothing else does."""
    for number in range(rounds(60)):
        bill = paid(at, f"pi_{number}")
        found = services.request(bill, buyer(), person=bill.person, at=at)
        payment = bill.payments.get()
        answers = together(
            issuing(found, f"{number:020d}", at),
            partial(refunds.refund_payment, payment, by=billing.treasurer(), reason="x", at=at, amount=100_000),
        )
        assert answers == ["ok", "ok"]
        found.refresh_from_db()
        assert found.amount in (FEE, FEE - 100_000)
        assert lists.to_flush().filter(pk=found.pk).exists() == (found.amount == FEE)
