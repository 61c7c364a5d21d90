"""R19: money that fits nothing has a name and a list of its own, and is never lost."""

import pytest

from community.billing import selectors
from community.billing.models import Allocation, Attempt, Invoice, Payment, Refund
from community.billing.services import invoicing, receiving
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.kernel.money import Money
from community.members.models import Application
from community.members.services import applications
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, HOUR, MINUTE

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def receipt(at, amount: int = FEE, currency: str = "CNY", name: str = "pi_1", **more) -> receiving.Receipt:
    return receiving.Receipt("bank", name, Money(amount, currency), at, **more)


def treasurer():
    return make.person("方诚", roles=("treasurer",))


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({"amount": FEE - 1}, "amount_differs"),
        ({"amount": FEE + 1}, "amount_differs"),
        ({"amount": 1}, "amount_differs"),
        ({"currency": "HKD"}, "currency_differs"),
        ({"ours": False}, "mismatch"),
    ],
)
def test_what_does_not_match_is_held(at, changes, case) -> None:
    bill = billing.invoice(at, attended=True)
    payment = receiving.receive(bill.pk, receipt(at, **changes), at=at)
    bill.refresh_from_db()
    assert (payment.status, payment.case, bill.status) == ("held", case, "open")
    assert billing.status_of(bill.person) == "approved"
    assert list(selectors.unmatched()) == [payment]
    assert Message.objects.filter(kind="billing/held", person=bill.person).count() == 1
    assert not Allocation.objects.exists()
    billing.assert_whole(at)


def test_a_manipulated_amount_at_the_provider_is_held(at, double) -> None:
    """Somebody with the account's dashboard changed the page: our record, not the page, says what is owed."""
    bill = billing.invoice(at, attended=True)
    session = billing.start(bill, at)
    double.store.get("checkout.session", session)["amount_total"] = 1000
    double.pay(session)
    billing.deliver(double, at)
    payment = Payment.objects.get()
    assert (payment.status, payment.case, payment.amount) == ("held", "amount_differs", 1000)
    assert Attempt.objects.get().status == "complete"
    billing.assert_whole(at, double)


def test_metadata_that_lies_about_the_owner_is_held(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    session = billing.start(bill, at)
    double.store.note(session)["intent_data"]["metadata"]["person"] = make.person().public_id
    double.pay(session)
    billing.deliver(double, at)
    assert Payment.objects.get().case == "mismatch"
    billing.assert_whole(at, double)


def test_a_foreign_payment_of_the_same_account_is_ignored(at, double) -> None:
    bill = billing.invoice(at)
    session = billing.start(bill, at)
    double.store.note(session)["intent_data"]["metadata"]["attempt"] = "of-another-system"
    double.pay(session)
    billing.deliver(double, at)
    assert not Payment.objects.exists()
    bill.refresh_from_db()
    assert bill.status == "open"


def test_paid_twice_the_second_goes_back_by_itself(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    double.pay(billing.start(bill, at))
    billing.deliver(double, at)
    again = receiving.receive(bill.pk, receipt(at), at=at)
    assert (again.status, again.case) == ("surplus", "already_paid")
    assert Refund.objects.get(payment=again).origin == "surplus"
    assert billing.status_of(bill.person) == "admitted"
    billing.assert_whole(at, None)


def test_two_cards_one_invoice(at, double) -> None:
    """Two pages were open for one invoice (the first one's end was never told): one counts, one goes back."""
    bill = billing.invoice(at, attended=True)
    first = billing.start(bill, at)
    Attempt.objects.update(status="closed")
    second = billing.start(bill, at + MINUTE)
    assert first != second
    double.pay(first)
    double.pay(second)
    billing.deliver(double, at)
    assert Payment.objects.get(case="already_paid").refunds.get().origin == "surplus"
    billing.deliver(double, at)
    assert sorted(Payment.objects.values_list("status", flat=True)) == ["applied", "refunded"]
    assert billing.status_of(bill.person) == "admitted"  # a surplus refund ends nothing
    bill.refresh_from_db()
    assert bill.status == "paid"
    assert billing.books("stripe") == FEE
    billing.assert_whole(at, double)


def test_the_same_money_told_twice_is_one_payment(at) -> None:
    bill = billing.invoice(at, attended=True)
    assert receiving.receive(bill.pk, receipt(at), at=at) == receiving.receive(bill.pk, receipt(at), at=at)
    assert Payment.objects.count() == 1


def test_after_withdrawal_it_is_held(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    session = billing.start(bill, at)
    double.pay(session)  # the customer was faster than our closing of the page
    applications.withdraw(bill.application_id, by=bill.person, at=at)
    billing.deliver(double, at)
    billing.sweep(at + 2 * MINUTE)
    payment = Payment.objects.get()
    assert (payment.status, payment.case) == ("held", "invoice_void")
    assert not Refund.objects.exists()
    billing.assert_whole(at, double)


def test_captured_after_the_deadline_it_is_held_even_if_no_worker_ran(at) -> None:
    bill = billing.invoice(at)
    end = Application.objects.get().clock_ends_at
    payment = receiving.receive(bill.pk, receipt(end), at=end + MINUTE)
    assert (payment.status, payment.case) == ("held", "invoice_void")
    assert billing.status_of(bill.person) == "lapsed"
    billing.assert_whole(end + HOUR)


def test_captured_in_the_last_second_it_counts(at) -> None:
    bill = billing.invoice(at, attended=True)
    due = selectors.fee_due_at(bill.application)
    payment = receiving.receive(bill.pk, receipt(due - MINUTE / 60), at=due + HOUR)
    assert payment.status == "applied" and billing.status_of(bill.person) == "admitted"


def test_held_when_members_can_no_longer_take_it(at) -> None:
    bill = billing.invoice(at)
    Application.objects.update(paid_at=at)  # as if another way had paid it
    payment = receiving.receive(bill.pk, receipt(at), at=at)
    assert (payment.status, payment.case) == ("held", "not_payable")


class TestAccept:
    def held(self, at, **changes) -> Payment:
        """Money for an invoice that was voided by another choice; then the first tier is chosen again."""
        bill = billing.invoice(at, attended=True)
        invoicing.void(Invoice.objects.get(pk=bill.pk), by=None, at=at, reason="test")
        return receiving.receive(bill.pk, receipt(at, **changes), at=at)

    def test_it_counts_for_the_open_invoice_of_that_amount(self, at) -> None:
        payment = self.held(at)
        bill = invoicing.choose_tier(payment.person, "member", at=at)
        receiving.accept(payment, by=treasurer(), reason="same tier", at=at)
        bill.refresh_from_db()
        payment.refresh_from_db()
        assert (bill.status, payment.status, payment.case) == ("paid", "applied", "")
        assert bill.paid_at == payment.received_at
        assert billing.status_of(payment.person) == "admitted"
        assert (billing.books("suspense"), billing.books("accounts_receivable")) == (0, 0)
        billing.assert_whole(at)

    def test_not_without_an_invoice_of_exactly_that_amount(self, at) -> None:
        payment = self.held(at, amount=FEE - 1)
        with refused("money.no_invoice"):
            receiving.accept(payment, by=treasurer(), reason="x", at=at)
        invoicing.choose_tier(payment.person, "member", at=at)
        with refused("money.no_invoice"):
            receiving.accept(payment, by=treasurer(), reason="x", at=at)
        billing.assert_whole(at)

    def test_not_twice_and_not_while_a_refund_runs(self, at) -> None:
        from community.billing.services import refunds

        payment = self.held(at)
        invoicing.choose_tier(payment.person, "member", at=at)
        refunds.refund_payment(payment, by=treasurer(), reason="x", at=at)
        with refused("money.refund_running"):
            receiving.accept(payment, by=treasurer(), reason="x", at=at)
        Refund.objects.update(status="dropped")
        receiving.accept(payment, by=treasurer(), reason="x", at=at)
        with refused("money.no_invoice"):
            receiving.accept(payment, by=treasurer(), reason="x", at=at)

    def test_not_after_the_clock_ran_out(self, at) -> None:
        payment = self.held(at)
        invoicing.choose_tier(payment.person, "member", at=at)
        with refused("money.refund_running"):  # R9: every yuan goes back by itself
            receiving.accept(payment, by=treasurer(), reason="x", at=at + 60 * DAY)
        assert billing.status_of(payment.person) == "lapsed"
