"""Five hundred streams of events: each event ten times in parallel, shuffled, some late, some never. All end the same.

Every stream is a story of its own, lived at a provider of its own, and told to the same club by sixteen threads. What it
leaves behind is compared with the same story told once and in order; and after each one our account at the provider must
be, to the last unit of each currency, what the provider says it is (`/v1/balance`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from community.billing import gateway
from community.billing.models import Invoice, Line, Payment, Refund, WebhookEvent
from community.billing.services import backfilling, inbox, ledger, reconciling
from community.members.models import Application, Term
from devtools.stripe_double import DoubleClient, StripeDouble
from tests.billing import make as billing
from tests.billing.make import MINUTE
from tests.concurrency.test_money import answered
from tests.concurrency.test_seats import together
from tests.conftest import DEEP
from tests.properties.test_money_streams import STORIES, live

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TIMES = 10
Books = dict[tuple[str, str], int]


def provider(seed: str) -> StripeDouble:
    """A new one with ids of its own; from here on the club speaks to it."""
    found = StripeDouble(api_key=settings.STRIPE_SECRET_KEY, webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS, seed=seed)
    gateway.use_transport(DoubleClient(found))
    return found


def balance_of(provider: StripeDouble) -> dict[str, int]:
    found = provider.client(max_network_retries=0).v1.balance.retrieve()
    sums: dict[str, int] = {}
    for part in [*found.available, *found.pending]:
        sums[part.currency.upper()] = sums.get(part.currency.upper(), 0) + part.amount
    return {currency: amount for currency, amount in sums.items() if amount}


def tell(provider: StripeDouble, dice: Random, at: datetime) -> None:
    """Ten times each in parallel, in any order; a part comes after the sweeper has been, a part never."""
    now, late = [], []
    for event in provider.events():
        if (fate := dice.random()) >= 0.2:  # one in five is never told
            (late if fate > 0.7 else now).append(provider.signed(event))
    for batch in (now, late):
        acts: list[Callable[[], Any]] = [lambda t=told: answered(billing.webhook(*t), 200) for told in batch * TIMES]
        dice.shuffle(acts)
        if acts:
            assert set(together(*acts)) == {"ok"}
        left = list(WebhookEvent.objects.exclude(status="processed").values_list("pk", flat=True)) * 3
        dice.shuffle(left)
        if left:
            together(*[partial(inbox.take, pk, at=timezone.now()) for pk in left])
        for minute in range(1, 6):
            billing.sweep(max(at, timezone.now()) + minute * MINUTE)


def settle() -> None:
    """What a night does for what was lost."""
    later = timezone.now() + timedelta(hours=2)
    backfilling.run(at=later)
    billing.work(later)
    reconciling.run(at=later)


def ending(bill: Invoice, before: Books) -> dict[str, Any]:
    person = bill.person
    return {
        "invoices": sorted(Invoice.objects.filter(person=person).values_list("status", flat=True)),
        "payments": sorted(Payment.objects.filter(person=person).values_list("status", "case")),
        "refunds": sorted(Refund.objects.filter(payment__person=person).values_list("status", "amount")),
        "disputes": sorted(
            status for payment in Payment.objects.filter(person=person)
            for status in payment.disputes.values_list("status", flat=True)
        ),
        "applications": sorted(Application.objects.filter(person=person).values_list("status", flat=True)),
        "terms": Term.objects.filter(person=person, voided_at=None).count(),
        "cards": sorted(person.auto_renewals.values_list("status", "why")),
        "seats": sorted(person.signups.values_list("status", flat=True)),
        "books": _moved(before),
    }  # fmt: skip


def _moved(before: Books) -> Books:
    now = ledger.balances()
    moved = {key: now.get(key, 0) - before.get(key, 0) for key in now.keys() | before.keys()}
    return {key: amount for key, amount in moved.items() if amount}


def stream(story: str, seed: str, at: datetime, dice: Random | None) -> dict[str, Any]:
    before, here = ledger.balances(), provider(seed)
    bill = live(story, at, here)
    if dice is None:
        billing.deliver(here, at)
    else:
        tell(here, dice, at)
    settle()
    found = ending(bill, before)
    ours = {currency: n for (account, currency), n in found["books"].items() if account == Line.Account.STRIPE}
    assert ours == balance_of(here), f"{story}, seed {seed}"
    billing.assert_whole(timezone.now() + timedelta(hours=2))
    return found


def test_streams_told_ten_times_in_parallel_end_equal(at, double) -> None:
    """Every second story here, all of them many times over in `make test-deep`."""
    stories = STORIES if DEEP else STORIES[::2]
    wanted = {story: stream(story, f"plain {story}", at, None) for story in stories}
    for number in range(500 if DEEP else len(stories)):
        story = stories[number % len(stories)]
        assert stream(story, f"stream {number}", at, Random(number)) == wanted[story], f"{story}, stream {number}"
