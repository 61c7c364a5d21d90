"""Money under real threads on PostgreSQL: whoever comes second finds the work done, and nobody sees a 5xx."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from community.billing.models import Attempt, Invoice, Journal, Payment, Refund, WebhookEvent
from community.billing.services import converging, inbox, invoicing, receiving, refunds
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.kernel.money import Money
from community.members.models import Term
from community.members.services import admission, clock
from devtools.stripe_double import StripeDouble
from tests import make
from tests.billing import make as billing
from tests.billing.make import FEE, HOUR, MINUTE
from tests.concurrency.test_seats import THREADS, together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def visitor(bill: Invoice) -> Callable[[str], Client]:
    client = Client()
    client.force_login(bill.person)
    return client


def answered(status: int, *allowed: int) -> None:
    assert status in allowed, status


def assert_paid_once(bill: Invoice, double: StripeDouble) -> None:
    bill.refresh_from_db()
    assert bill.status == "paid" and billing.status_of(bill.person) == "admitted"
    assert Payment.objects.filter(invoice=bill).count() == 1
    assert Journal.objects.filter(payment__invoice=bill).count() == 1
    assert Term.objects.filter(person=bill.person).count() == 1
    assert Message.objects.filter(person=bill.person, kind="billing/receipt").count() == 1
    admissions = AuditEntry.objects.filter(person=bill.person, action="application.admit")
    assert admissions.count() == 1


def test_webhook_and_return_page_at_once(at, double, rounds) -> None:
    for _ in range(rounds(100)):
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        told = [double.signed(event) for event in double.events()[-8:]]
        client = visitor(bill)
        back = f"/billing/invoices/{bill.number}/return/"
        attempt = Attempt.objects.get(invoice=bill)
        acts: list[Callable[[], Any]] = [
            *[lambda t=t: answered(billing.webhook(*t), 200) for t in told],
            lambda c=client, b=back: answered(c.get(b).status_code, 200),
            partial(converging.tend, attempt.pk, at=timezone.now()),
            partial(converging.converge, attempt.session_id, at=timezone.now()),
            lambda: billing.sweep(timezone.now()),
        ]
        assert set(together(*acts)) == {"ok"}
        billing.work(timezone.now())
        assert_paid_once(bill, double)
        double.lose_deliveries()
    billing.assert_whole(timezone.now(), double)


def test_every_event_ten_times_at_once(at, double, rounds) -> None:
    for _ in range(rounds(20)):
        bill = billing.invoice(at, attended=True)
        double.pay(billing.start(bill, at))
        double.lose_deliveries()
        told = [double.signed(event) for event in double.events()[-8:]] * 10
        assert set(together(*[lambda t=t: answered(billing.webhook(*t), 200) for t in told])) == {"ok"}
        rows = list(WebhookEvent.objects.filter(status="received").values_list("pk", flat=True)) * 10
        now = timezone.now()
        assert set(together(*[partial(inbox.take, pk, at=now) for pk in rows])) == {"ok"}
        assert_paid_once(bill, double)
    billing.assert_whole(timezone.now(), double)


def test_pay_pressed_twice_is_one_page(at, double, rounds) -> None:
    for _ in range(rounds(50)):
        bill = billing.invoice(at)
        client, urls = visitor(bill), []

        def press(client=client, bill=bill, urls=urls) -> None:
            answer = client.post(f"/billing/invoices/{bill.number}/pay/", {"channel": "stripe"})
            answered(answer.status_code, 303)
            urls.append(answer.url)

        assert together(press, press, press) == ["ok"] * 3
        assert len(set(urls)) == 1 and Attempt.objects.filter(invoice=bill).count() == 1
        sessions = [s for s in double.store.all("checkout.session") if s["client_reference_id"] == bill.number]
        assert len(sessions) == 1


def test_numbers_have_no_gaps(at, rounds) -> None:
    """Sixteen at once, one in four of them rolled back after the number was drawn."""
    for _ in range(rounds(10)):
        before = Invoice.objects.count()
        people = [billing.applicant(at).person for _ in range(THREADS)]

        def choose(number: int, who) -> None:
            with transaction.atomic():
                invoicing.issue_admission_invoice(who, "member", at=at)
                if number % 4 == 0:
                    raise RuleBroken("busy")

        answers = together(*[lambda n=n, w=w: choose(n, w) for n, w in enumerate(people)])
        assert answers.count("busy") == THREADS // 4
        numbers = sorted(Invoice.objects.values_list("number", flat=True))
        count = before + THREADS * 3 // 4
        assert numbers == [f"{day_of(at).year}-{n + 1:06d}" for n in range(count)]
    billing.assert_whole(at)


def test_one_person_choosing_at_once_gets_one_invoice(at, rounds) -> None:
    for _ in range(rounds(20)):
        who = billing.applicant(at).person
        assert together(*[partial(invoicing.choose_tier, who, "member", at=at)] * 8) == ["ok"] * 8
        assert Invoice.objects.filter(person=who).count() == 1


def test_paid_twice_at_once_one_counts_one_goes_back(at, rounds) -> None:
    for number in range(rounds(20)):
        bill = billing.invoice(at, attended=True)
        receipts = [receiving.Receipt("bank", f"{number}-{n}", Money(FEE), at) for n in range(6)]
        acts = [partial(receiving.receive, bill.pk, receipt, at=at) for receipt in receipts * 2]
        assert set(together(*acts)) == {"ok"}
        statuses = list(Payment.objects.filter(invoice=bill).values_list("status", flat=True))
        assert sorted(statuses) == ["applied"] + ["surplus"] * 5
        assert Refund.objects.filter(payment__invoice=bill, amount=FEE).count() == 5
        assert Term.objects.filter(person=bill.person).count() == 1
    billing.assert_whole(at)


def test_the_treasurer_presses_twice(at, double, rounds) -> None:
    treasurer = make.person("方诚", roles=("treasurer",))
    for _ in range(rounds(20)):
        payment = billing.paid(at, double, attended=True)
        ask = partial(refunds.refund_payment, payment, by=treasurer, reason="x", at=at)
        assert sorted(together(ask, ask, ask, ask)) == ["ok"] + ["refund.nothing_left"] * 3
        refund = payment.refunds.get()
        now = timezone.now()
        send = partial(refunds.send, refund.pk, at=now)
        assert together(send, send, send, partial(billing.sweep, now)) == ["ok"] * 4
        billing.deliver(double, now)
        assert len([r for r in double.store.all("refund") if r["payment_intent"] == payment.external_id]) == 1
        assert billing.status_of(payment.person) == "withdrawn"
        assert Journal.objects.filter(refund=refund).count() == 1
    billing.assert_whole(timezone.now(), double)


def test_accept_or_refund_never_both(at, rounds) -> None:
    treasurer = make.person("方诚", roles=("treasurer",))
    for number in range(rounds(50)):
        bill = billing.invoice(at, attended=True)
        receipt = receiving.Receipt("bank", f"held-{number}", Money(FEE), at, ours=False)
        held = receiving.receive(bill.pk, receipt, at=at)
        answers = together(
            partial(receiving.accept, held, by=treasurer, reason="x", at=at),
            partial(refunds.refund_payment, held, by=treasurer, reason="x", at=at),
        )
        held.refresh_from_db()
        # Either it was asked back first, or it was accepted and then, as an applied payment, asked back.
        assert answers in (["ok", "ok"], ["money.refund_running", "ok"])
        assert (held.status == "applied") == (answers[0] == "ok")
        assert held.refunds.count() == 1
    billing.assert_whole(at)


def test_a_late_roster_against_the_sending_of_the_refund(at, double, rounds) -> None:
    """Dropped in time, or sent: never both, and the application knows which."""
    for _ in range(rounds(50)):
        payment = billing.paid(at, double)
        application = payment.invoice.application
        end = application.clock_ends_at
        assert clock.lapse_if_due(payment.person_id, at=end)
        refund = payment.refunds.get()
        attend = partial(admission.record_attendance, payment.person_id, began_at=end - HOUR, by=None, at=end + MINUTE)
        assert together(attend, partial(refunds.send, refund.pk, at=end + MINUTE)) == ["ok", "ok"]
        refund.refresh_from_db()
        application.refresh_from_db()
        sent = [r for r in double.store.all("refund") if r["payment_intent"] == payment.external_id]
        if refund.status == "dropped":
            assert not sent and application.status == "admitted" and application.paid_at
        else:
            assert len(sent) == 1 and application.status == "approved" and application.paid_at is None
        billing.deliver(double, end + MINUTE)
    billing.assert_whole(timezone.now(), double)


def test_choosing_against_paying_against_lapsing(at, double, rounds) -> None:
    """The last minute: whatever comes first, money has an effect or a name."""
    for _ in range(rounds(50)):
        bill = billing.invoice(at)
        double.pay(billing.start(bill, at))
        end: datetime = bill.application.clock_ends_at
        client = visitor(bill)
        answers = together(
            lambda c=client, n=bill.number: answered(c.get(f"/billing/invoices/{n}/return/").status_code, 200),
            partial(clock.lapse_if_due, bill.person_id, at=end),
            partial(invoicing.choose_tier, bill.person, "member", at=at),
        )
        assert answers[:2] == ["ok", "ok"] and answers[2] in ("ok", "fee.paid", "fee.over"), answers
        payment = Payment.objects.get(invoice=bill)
        assert billing.status_of(bill.person) == "lapsed"
        if payment.status == "applied":
            assert payment.refunds.get().amount == FEE
        else:
            assert (payment.status, payment.case) == ("held", "invoice_void")
        billing.deliver(double, end)
    billing.assert_whole(timezone.now(), double)


def test_a_late_roster_while_the_refund_is_being_claimed(at, double) -> None:
    """The same meeting made certain: the roster arrives between the claim and its commit, and waits for it."""
    payment = billing.paid(at, double)
    end = payment.invoice.application.clock_ends_at
    assert clock.lapse_if_due(payment.person_id, at=end)
    refund, claimed = payment.refunds.get(), Event()

    def claim_and_commit_when_somebody_waits() -> None:
        with transaction.atomic():
            assert refunds._claim(refund.pk, at=end + MINUTE) is not None
            claimed.set()
            patience = monotonic() + 30
            while not _somebody_waits():
                assert monotonic() < patience, "the roster did not wait for the claim"

    def attend() -> None:
        assert claimed.wait(timeout=30)
        admission.record_attendance(payment.person_id, began_at=end - HOUR, by=None, at=end + MINUTE)

    assert together(claim_and_commit_when_somebody_waits, attend) == ["ok", "ok"]
    refund.refresh_from_db()
    assert refund.status == "sending" and billing.status_of(payment.person) == "approved"


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
