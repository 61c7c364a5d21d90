"""Leaving and paying in the same second: nobody has paid for a year that ended, and no money is without a case."""

from functools import partial

import pytest

from community.billing import selectors
from community.billing.models import Invoice, Leaving, Payment
from community.billing.services import leaving, receiving, renewals
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members import policies
from community.members.models import Term
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR
from tests.concurrency.test_renewals import ending, receive
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_leaving_against_paying_the_next_year(at, rounds) -> None:
    seen = set()
    for number in range(rounds(60)):
        person = ending(10, at)
        renewals.issue_all_due(at=at)
        invoice = Invoice.objects.get(person=person, purpose="renewal")
        answers = together(
            partial(leaving.leave, person, reason="", at=at), partial(receive, invoice, f"pi_{number}", at)
        )
        assert answers == ["ok", "ok"]
        invoice.refresh_from_db()
        payment, cases = Payment.objects.get(person=person), Leaving.objects.filter(person=person)
        assert not policies.in_good_standing(person, day_of(at) + DAY), "left is left, whoever was first"
        if invoice.status == "paid":
            # The whole year that was paid and never begins is in the treasurer's case.
            assert payment.status == "applied" and cases.get().unused >= FEE
        else:
            assert (invoice.status, payment.status, payment.case) == ("void", "held", "invoice_void")
            assert payment in selectors.unmatched()
        seen.add(invoice.status)
    billing.assert_whole(at)
    assert seen <= {"paid", "void"}


def test_a_change_of_mind_against_a_second_payment(at, rounds) -> None:
    """Within 72 hours everything goes back, that which comes in the same second as well."""
    for number in range(rounds(40)):
        bill = billing.invoice(at, attended=True)
        first, second = (
            partial(
                receiving.receive, bill.pk, receiving.Receipt("stripe", f"pi_{name}{number}", Money(FEE), at), at=at
            )
            for name in "ab"
        )
        first()
        answers = together(partial(leaving.change_mind, bill.person, at=at + HOUR), second)
        assert answers == ["ok", "ok"]
        assert billing.status_of(bill.person) == "withdrawn"
        assert not Term.objects.filter(person=bill.person, voided_at=None).exists()
        for payment in Payment.objects.filter(person=bill.person):
            assert payment.refundable() == 0, "every fen is on its way back"
    billing.assert_whole(at + HOUR)
