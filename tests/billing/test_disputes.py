"""Disputes of card payments: told before their payment, won, lost, closed twice, after a refund."""

import random

import pytest

from community.billing import selectors
from community.billing.models import Dispute, Payment, Refund
from community.billing.services import converging, refunds
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members.services import clock
from tests.architecture.club import staff
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, MINUTE

pytestmark = pytest.mark.django_db


def charge_of(payment: Payment, double) -> str:
    return next(c["id"] for c in double.store.all("charge") if c["payment_intent"] == payment.external_id)


def disputed(at, double, **changes) -> Dispute:
    payment = billing.paid(at, double, **({"attended": True} | changes))
    double.dispute(charge_of(payment, double))
    billing.deliver(double, at)
    return Dispute.objects.get()


def test_it_stands_at_the_desk_with_its_day(at, double, client) -> None:
    dispute = disputed(at, double)
    assert (dispute.status, dispute.amount, dispute.reason) == ("open", FEE, "fraudulent")
    assert dispute.due_at is not None and dispute.due_at > at + 6 * DAY
    assert (billing.books("disputes"), billing.books("stripe")) == (FEE, 0)
    assert billing.status_of(dispute.payment.person) == "admitted"  # nothing ends before it is decided
    client.force_login(staff("treasurer"))
    shown = client.get("/desk/billing/?list=disputes").content.decode()
    assert dispute.external_id in shown
    waits = selectors.todays_work(day_of(dispute.due_at - 7 * DAY))
    assert (waits["disputes"], waits["disputes_soon"]) == (1, 0)
    assert selectors.todays_work(day_of(dispute.due_at - 6 * DAY))["disputes_soon"] == 1
    with pytest.raises(RuleBroken, match="refund.disputed"):
        refunds.refund_payment(dispute.payment, by=billing.treasurer(), reason="x", at=at)
    billing.assert_whole(at, double)


def test_won_it_is_as_if_nothing_had_been(at, double) -> None:
    dispute = disputed(at, double)
    double.close_dispute(dispute.external_id, won=True)
    billing.deliver(double, at)
    dispute.refresh_from_db()
    assert (dispute.status, dispute.payment.status) == ("won", "applied")
    assert (billing.books("disputes"), billing.books("stripe")) == (0, FEE)
    assert billing.status_of(dispute.payment.person) == "admitted"
    billing.assert_whole(at, double)


def test_lost_it_is_written_off_and_ends_what_was_paid(at, double) -> None:
    dispute = disputed(at, double)
    double.close_dispute(dispute.external_id, won=False)
    billing.deliver(double, at)
    payment = Payment.objects.get()
    assert (payment.status, payment.invoice.status, payment.refundable()) == ("lost", "reversed", 0)
    assert billing.status_of(payment.person) == "withdrawn"
    assert {name: billing.books(name) for name in ("disputes", "stripe", "deferred_income")} == {
        "disputes": 0, "stripe": 0, "deferred_income": 0,
    }  # fmt: skip
    assert Message.objects.filter(kind="billing/taken_back", person=payment.person).count() == 1
    billing.assert_whole(at, double)


def test_closed_twice_changes_nothing(at, double) -> None:
    dispute = disputed(at, double)
    double.close_dispute(dispute.external_id, won=False)
    billing.deliver(double, at)
    double.replay(billing.webhook)
    billing.work(at + MINUTE)
    for _ in range(2):
        converging.converge(dispute.external_id, at=at + MINUTE)
    assert Message.objects.filter(kind="billing/taken_back").count() == 1
    billing.assert_whole(at, double)


def test_told_before_its_payment(at, double) -> None:
    bill = billing.invoice(at, attended=True)
    double.pay(billing.start(bill, at))
    charge = double.store.all("charge")[0]
    double.dispute(charge["id"])
    told = [event for event in double.events() if event["type"] == "charge.dispute.created"]
    double.lose_deliveries()
    assert billing.webhook(*double.signed(told[0])) == 200
    billing.work(at + MINUTE)
    assert Dispute.objects.get().payment == Payment.objects.get()
    billing.assert_whole(at, double)


def test_after_a_part_was_refunded(at, double) -> None:
    payment = billing.paid(at, double, attended=True)
    refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at, amount=80_000)
    billing.deliver(double, at)
    double.dispute(charge_of(payment, double))  # the bank takes the whole charge
    billing.deliver(double, at)
    double.close_dispute(Dispute.objects.get().external_id, won=False)
    billing.deliver(double, at)
    assert (billing.books("deferred_income"), billing.books("refunds"), billing.books("disputes")) == (0, 80_000, 0)
    billing.assert_whole(at, double)


def test_after_the_whole_was_refunded(at, double) -> None:
    payment = billing.paid(at, double, attended=True)
    refunds.refund_payment(payment, by=billing.treasurer(), reason="x", at=at)
    billing.deliver(double, at)
    double.dispute(charge_of(payment, double))
    billing.deliver(double, at)
    double.close_dispute(Dispute.objects.get().external_id, won=False)
    billing.deliver(double, at)
    payment.refresh_from_db()
    assert (payment.status, billing.books("refunds")) == ("refunded", FEE)
    billing.assert_whole(at, double)


def test_a_lapse_while_it_is_open_waits_for_the_end(at, double) -> None:
    dispute = disputed(at, double, attended=False)
    end = dispute.payment.invoice.application.clock_ends_at
    assert clock.lapse_if_due(dispute.payment.person_id, at=end)
    billing.sweep(end + MINUTE)
    assert Refund.objects.get().status == "requested"
    double.close_dispute(dispute.external_id, won=True)
    billing.deliver(double, end)
    refused = Refund.objects.get()
    assert (refused.status, refused.error) == ("failed", "charge_disputed")  # not even now: then by bank
    again = refunds.refund_payment(refused.payment, by=billing.treasurer(), reason="as promised", at=end)
    assert again.channel == "bank"
    billing.assert_whole(end, double)


def test_a_foreign_dispute_is_ignored(at, double) -> None:
    bill = billing.invoice(at)
    session = billing.start(bill, at)
    double.store.note(session)["intent_data"]["metadata"]["attempt"] = "of-another-system"
    double.pay(session)
    double.dispute(double.store.all("charge")[0]["id"])
    billing.deliver(double, at)
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("won", [True, False])
def test_in_any_order(at, double, won) -> None:
    bill = billing.invoice(at, attended=True)
    double.pay(billing.start(bill, at))
    dispute = double.dispute(double.store.all("charge")[0]["id"])
    double.close_dispute(dispute["id"], won=won)
    told = double.events() * 3
    random.Random(7).shuffle(told)
    double.lose_deliveries()
    for event in told:
        billing.webhook(*double.signed(event))
        billing.work(at + MINUTE)
    assert Payment.objects.get().status == ("applied" if won else "lost")
    billing.assert_whole(at, double)
