"""Changes of tier under real threads: one open way up, and a renewal paid at the same instant is not touched by it."""

from functools import partial

import pytest

from community.billing.models import Invoice, Payment
from community.billing.services import changing, receiving, renewals
from community.kernel.money import Money
from community.members.models import Term
from tests.billing import make as billing
from tests.billing.make import DAY
from tests.billing.test_changing import ordered, quote, tier
from tests.concurrency.test_renewals import ending
from tests.concurrency.test_seats import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def receive(invoice: Invoice, name: str, at) -> Payment:
    return receiving.receive(invoice.pk, receiving.Receipt("stripe", name, Money(invoice.amount), at), at=at)


def test_two_tabs_ask_at_once(at, rounds) -> None:
    tier("partner"), tier("patron", 1_980_000)
    for _ in range(rounds(30)):
        person = ending(200, at)
        asks = [
            partial(changing.move_up, person, code, quoted=quote(person, at, code).amount, at=at)
            for code in ("partner", "patron", "partner", "patron")
        ]
        assert set(together(*asks)) <= {"ok", "busy"}
        assert Invoice.objects.filter(person=person, status="open").count() == 1
    billing.assert_whole(at)


def test_a_way_up_and_the_renewal_are_paid_at_once(at, rounds) -> None:
    """Captured before the renewal opened, told together with its money: both count, whichever comes first."""
    partner = tier("partner")
    for round_ in range(rounds(30)):
        person = ending(31, at)
        up = ordered(person, at)
        later = at + DAY
        renewals.issue_all_due(at=later)
        renewal = Invoice.objects.get(person=person, purpose="renewal")
        told = together(
            partial(receive, up, f"pi_up_{round_}", at),
            partial(receive, renewal, f"pi_next_{round_}", at),
            partial(renewals.void_all_over, at=at),
        )
        assert set(told) == {"ok"}
        assert set(Payment.objects.filter(person=person).values_list("status", flat=True)) == {"applied"}
        running, following = Term.objects.filter(person=person).order_by("starts_on")
        assert (running.tier, following.tier.code) == (partner, "member")
    billing.assert_whole(at)
