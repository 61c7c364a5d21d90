"""Renewals under real threads: one next year, one invoice, whoever presses, tells or sweeps at the same instant."""

from functools import partial

import pytest

from community.billing.models import Invoice, Payment
from community.billing.services import receiving, renewals
from community.kernel.days import day_of, start_of
from community.kernel.models import Message
from community.kernel.money import Money
from community.members import policies
from community.members.models import Term
from community.members.services import renewing
from tests.billing import make as billing
from tests.billing.make import DAY, FEE, ending
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def receive(invoice: Invoice, name: str, at) -> Payment:
    return receiving.receive(invoice.pk, receiving.Receipt("stripe", name, Money(FEE), at), at=at)


def test_two_runs_at_once_issue_one_invoice_each(at, rounds) -> None:
    for _ in range(rounds(30)):
        people = [ending(20, at) for _ in range(4)]
        told = together(*[partial(renewals.run, at=at)] * 4)
        assert set(told) <= {"ok", "busy"}
        renewals.run(at=at)
        assert Invoice.objects.filter(person__in=people, purpose="renewal").count() == 4
        assert Message.objects.filter(person__in=people, kind="billing/renewal").count() == 4
    billing.assert_whole(at)


def test_a_payment_and_the_end_of_grace_at_once(at, rounds) -> None:
    """Captured on the last day of grace, told while the sweep writes the expiry down: the year goes on."""
    for round_ in range(rounds(60)):
        person = ending(-13, at)
        renewals.issue_all_due(at=at)
        invoice = Invoice.objects.get(person=person, purpose="renewal")
        later = start_of(day_of(at)) + DAY
        acts = [
            partial(receive, invoice, f"pi_{round_}", at),
            partial(renewing.expire_if_due, person.pk, at=later),
            partial(renewals.void_all_over, at=later),
        ]
        assert set(together(*acts)) == {"ok"}
        assert policies.standing_of(person, day_of(later)) == "active"
        assert Term.objects.filter(person=person, voided_at=None).count() == 2
    billing.assert_whole(at)


def test_two_payments_of_one_renewal_at_once_are_one_year(at, rounds) -> None:
    for round_ in range(rounds(60)):
        person = ending(5, at)
        renewals.issue_all_due(at=at)
        invoice = Invoice.objects.get(person=person, purpose="renewal")
        assert set(together(*[partial(receive, invoice, f"pi_{round_}_{n}", at) for n in range(3)])) == {"ok"}
        assert Term.objects.filter(person=person).count() == 2
        statuses = sorted(Payment.objects.filter(person=person).values_list("status", flat=True))
        assert statuses == ["applied", "surplus", "surplus"]
    billing.assert_whole(at)
