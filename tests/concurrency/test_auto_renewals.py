"""Saved cards under real threads: charged once, never beside a hand, and off means off whoever was first."""

from functools import partial

import pytest

from community.billing.models import Attempt, AutoRenewal, CardCharge, Payment, Refund
from community.billing.services import auto_renewals, charging, converging, leaving, paying
from community.kernel.models import AuditEntry
from community.members.models import Term
from tests.billing import make as billing
from tests.billing.make import MINUTE
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def settled(at, double) -> None:
    for minute in (3, 6, 9):
        billing.sweep(at + minute * MINUTE)
    billing.assert_whole(at, double)


def paid_years(charge: CardCharge) -> int:
    return Term.objects.filter(person=charge.invoice.person, voided_at=None).count() - 1


def test_many_sweepers_charge_a_card_once(at, double, rounds) -> None:
    for _ in range(rounds(40)):
        charge = billing.announced(at, double)
        assert set(together(*[partial(billing.sweep, at)] * 6)) <= {"ok", "busy"}
        settled(at, double)
        assert Payment.objects.filter(person=charge.invoice.person).count() == 1 and paid_years(charge) == 1
        assert Attempt.objects.filter(charge=charge).count() == 1


def test_switched_off_against_the_charge(at, double, rounds) -> None:
    """Either the year was booked first and stays, or nothing stays taken; the card is gone in both."""
    for _ in range(rounds(60)):
        charge = billing.announced(at, double)
        person = charge.invoice.person
        off = partial(auto_renewals.stop, charge.auto_renewal, by=person, at=at)
        assert set(together(partial(billing.sweep, at), off, off)) <= {"ok", "busy"}
        settled(at, double)
        kept = sum(p.amount for p in Payment.objects.filter(person=person, status="applied"))
        assert kept == paid_years(charge) * billing.FEE
        back = Refund.objects.filter(payment__person=person)
        assert {refund.status for refund in back} <= {"succeeded"}
        assert Payment.objects.filter(person=person).count() == back.count() + paid_years(charge)
        renewal = AutoRenewal.objects.get(pk=charge.auto_renewal_id)
        assert renewal.status == "off" and double.get(renewal.method_id)["customer"] is None


def test_paid_by_hand_against_the_charge(at, double, rounds) -> None:
    """A page that was opened before, a page that is opened now, and the hour of the card: one year, paid once."""
    for number in range(rounds(60)):
        charge = billing.announced(at, double)
        bill, person = charge.invoice, charge.invoice.person
        acts = [
            partial(billing.sweep, at),
            partial(paying.start, bill, person=person, channel="stripe", language="en", at=at),
        ]
        if number % 2:
            double.pay(billing.start(bill, at))
            acts.append(partial(converging.look_at_invoice, bill, at=at))
        told = together(*acts)
        assert set(told) <= {"ok", "busy", "invoice.paid", "payment.unreachable"}, told
        settled(at, double)
        assert Payment.objects.filter(person=person, status="applied").count() == paid_years(charge) <= 1
        assert sum(i["status"] == "succeeded" for i in double.store.all("payment_intent")) <= number + 1


def test_a_charge_that_many_report_paid_ends_once(at, double, rounds) -> None:
    """Webhook, sweeper and the page that is opened this minute learn it together; none of them is turned away."""
    for _ in range(rounds(40)):
        charge = billing.announced(at, double)
        assert set(together(*[partial(charging.paid, charge.pk, at=at)] * 6)) == {"ok"}
        assert AuditEntry.objects.filter(action="charge.end", subject_id=charge.pk).count() == 1


def test_leaving_against_the_charge(at, double, rounds) -> None:
    for _ in range(rounds(40)):
        charge = billing.announced(at, double)
        person = charge.invoice.person
        together(partial(billing.sweep, at), partial(leaving.leave, person, reason="moving", at=at))
        settled(at, double)
        stays = Payment.objects.filter(person=person, status="applied").count()
        assert AutoRenewal.objects.get(pk=charge.auto_renewal_id).status == "off"
        assert (
            stays + Refund.objects.filter(payment__person=person).count()
            == Payment.objects.filter(person=person).count()
        )
