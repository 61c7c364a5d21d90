"""The same history at the provider, told in hundreds of ways: shuffled, doubled, delayed, partly lost. It ends the same.

For each story the provider's side is lived once. Then its events are told again and again, each time in another order
and from the same starting point, and what the books, invoices and memberships say at the end is compared.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from community.billing import gateway
from community.billing.models import AutoRenewal, Dispute, Invoice, Payment, Refund, WebhookEvent
from community.billing.services import (
    auto_renewals,
    backfilling,
    charging,
    converging,
    ledger,
    paying,
    reconciling,
    refunds,
)
from community.events.models import Signup
from community.events.services import booking, cancelling
from community.members.models import Application, Term
from devtools.stripe_double import StripeDouble, Unruly
from devtools.stripe_double.store import Store
from tests.billing import make as billing
from tests.billing import trips
from tests.billing.make import MINUTE
from tests.events import make as events

pytestmark = pytest.mark.django_db
FEES = ("plain", "declined", "wallet", "refunded", "part", "dashboard", "came_back", "won", "lost", "two_pages")
SEATS = (
    "seat",
    "seat_back",
    "seat_gone",
    "seat_off",
)  # R28: had, given back in time, given up while it is paid, cancelled
CARDS = (
    "kept",
    "charged",
    "charged_then_off",
)  # a card is kept with the fee; a kept one is charged; and then it is off
STORIES = FEES + SEATS + CARDS


class _Again(Exception):
    """Back to where the stream began."""


def live(story: str, at: datetime, double: StripeDouble) -> Invoice:
    """What happens at the provider; nothing of it has been told yet, except what our own requests must know."""
    if story in SEATS:
        return live_at_an_event(story, at, double)
    if story in CARDS:
        return live_with_a_card(story, at, double)
    bill = billing.invoice(at, attended=True)
    session = billing.start(bill, at)
    if story == "two_pages":
        bill.attempts.update(status="closed")
        double.pay(billing.start(bill, at + MINUTE))
    if story == "declined":
        double.decline(session)
    if story == "wallet":
        double.pay_wallet(session, "wechat_pay")
    else:
        double.pay(session)
    intent, charge = (double.store.all(kind)[-1]["id"] for kind in ("payment_intent", "charge"))
    if story in ("refunded", "part", "came_back"):
        converging.converge(intent, at=at)
        payment = Payment.objects.get(invoice=bill)
        amount = 12_345 if story == "part" else None
        refund = refunds.refund_payment(payment, by=billing.treasurer(), reason=story, at=at, amount=amount)
        refunds.send(refund.pk, at=at)
        if story == "came_back":
            double.fail_refund(Refund.objects.get(payment=payment).external_id)
    if story == "dashboard":
        double.dashboard_refund(intent)
    if story in ("won", "lost"):
        double.close_dispute(double.dispute(charge)["id"], won=story == "won")
    return bill


def live_at_an_event(story: str, at: datetime, double: StripeDouble) -> Invoice:
    """A seat that costs something, paid at the provider; and what became of it before anything was told."""
    signup = trips.kept(trips.trip(at), at)
    bill = trips.press(signup, at)
    double.pay(billing.session_of(bill))
    if story == "seat_back":
        converging.converge(double.store.all("payment_intent")[-1]["id"], at=at)
    if story in ("seat_back", "seat_gone"):
        booking.withdraw(signup.event_id, signup.person, by=signup.person, at=at)
    if story == "seat_off":
        cancelling.cancel(signup.event_id, by=events.organizer(), at=at, reason="x")
    return bill


def live_with_a_card(story: str, at: datetime, double: StripeDouble) -> Invoice:
    """A card that is kept, or one that was and is charged now: the call is made and its answer lost."""
    if story == "kept":
        bill = billing.invoice(at, attended=True)
        paying.start(bill, person=bill.person, channel="stripe", language="en", auto_renew=True, at=at)
        double.pay(billing.session_of(bill))
        return bill
    charge = billing.announced(at, double)
    attempt = charging.begin(charge.pk, at=at)
    assert attempt is not None
    double.fault("drop", on="GET /v1/payment_intents/*", times=2)
    with suppress(gateway.Unreachable):
        converging.press(attempt, at=at, fresh=True)
    if story == "charged_then_off":
        auto_renewals.stop(charge.auto_renewal, by=None, at=at)
    return charge.invoice


def told(at: datetime, double: StripeDouble, how: Unruly | None) -> None:
    """Deliver, work, and let five minutes of product time pass; then what a night does for what was lost."""
    for _ in range(3):
        double.deliver(billing.webhook, unruly=how)
        billing.work(max(at, timezone.now()))
        how = how and Unruly(how.random.randrange(10**6), duplicate=0.5, drop=how.drop, delay=0.2)
    for minute in range(1, 6):
        billing.sweep(max(at, timezone.now()) + minute * MINUTE)
    later = timezone.now() + timedelta(hours=2)
    backfilling.run(at=later)
    billing.work(later)
    reconciling.run(at=later)


def ending(story: str) -> dict[str, Any]:
    """What the house says at the end, without ids and instants of its own. Of two payments for one invoice the one
    that is told first counts, so there the ids say nothing."""
    named = story != "two_pages"
    sent_once = named and story not in SEATS + CARDS  # such a refund is sent in each stream anew
    return {
        "invoices": sorted(Invoice.objects.values_list("number", "status")),
        "payments": sorted(Payment.objects.values_list(*(["external_id"] if named else []), "status", "case")),
        "refunds": sorted(Refund.objects.values_list(*(["external_id"] if sent_once else []), "status", "amount")),
        "disputes": sorted(Dispute.objects.values_list("external_id", "status")),
        "applications": sorted(Application.objects.values_list("status", flat=True)),
        "terms": Term.objects.filter(voided_at=None).count(),
        "cards": sorted(AutoRenewal.objects.values_list("status", "why")),
        "seats": sorted(Signup.objects.values_list("status", flat=True)),
        "books": ledger.balances(),
    }


def stream(
    story: str,
    at: datetime,
    double: StripeDouble,
    kept: str,
    how: Unruly | None,
) -> dict[str, Any]:
    double.store = Store.load(kept)
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            told(at, double, how)
            billing.assert_whole(timezone.now() + timedelta(hours=2))
            assert not WebhookEvent.objects.filter(status="failed").exists()
            found = ending(story)
            raise _Again
    except _Again:
        return found


@pytest.mark.parametrize("story", STORIES)
def test_every_stream_ends_equal(story, at, double, rounds: Callable[[int], int]) -> None:
    live(story, at, double)
    kept = double.store.dump()
    wanted = stream(story, at, double, kept, None)
    assert wanted["payments"], "the story must bring money"
    dice = Random(story)
    for _ in range(40 if rounds(40) == 40 else 1):  # 560 streams in all, one for each story otherwise
        seed = dice.randrange(10**9)
        how = Unruly(seed, duplicate=0.9, drop=dice.choice([0, 0.3, 1]), delay=dice.choice([0, 0.4]), max_delay=600)
        assert stream(story, at, double, kept, how) == wanted, f"{story}, seed {seed}"
