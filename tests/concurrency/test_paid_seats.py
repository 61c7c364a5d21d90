"""A seat that costs something, under real threads: paid, given back, cancelled and run out at once; one outcome each."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from community.billing import selectors
from community.billing.models import Attempt, Invoice, Payment, Refund
from community.billing.services import refunds, seats
from community.events import selectors as event_selectors
from community.events.models import Event, Signup
from community.events.services import booking, cancelling, offering
from community.kernel.models import AuditEntry
from devtools.stripe_double import StripeDouble
from tests.billing import make as billing
from tests.billing.make import HOUR
from tests.billing.trips import PRICE, kept, member, press, trip
from tests.concurrency.test_mixed import never_over
from tests.concurrency.test_money import answered, visitor
from tests.concurrency.test_seats import together
from tests.events import make as events

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BEFORE = timedelta(hours=26)  # every story ends now, since the views read the clock
ACTS = ("withdraw", "cancel", "expire", "refund", "again", "back", "sweep")
SAID = {
    "ok", "busy", "offer.none", "offer.over", "seat.paid", "seat.pay_late", "invoice.void", "signup.none",
    "refund.nothing_left", "event.cancelled", "signup.stale", "payment.unreachable", "seat.price_changed",
}  # fmt: skip


class Story:
    """Two seats: one paid at the provider and not told yet, one with an open page; somebody waits behind them."""

    def __init__(self, at: datetime, double: StripeDouble) -> None:
        self.at, self.double, self.event = at, double, trip(at)
        self.payer, self.dawdler = kept(self.event, at), kept(self.event, at)
        self.bills = [press(signup, at) for signup in (self.payer, self.dawdler)]
        self.behind = events.seat(self.event, member(at), at=at)
        double.pay(billing.session_of(self.bills[0]))
        self.office, self.treasurer = events.organizer(), billing.treasurer()

    def acts(self, names: tuple[str, ...], now: datetime) -> list[Callable[[], Any]]:
        who = self.payer.person
        told = [self.double.signed(event) for event in self.double.events()[-8:]]
        client, number = visitor(self.bills[0]), self.bills[0].number
        found: dict[str, Callable[[], Any]] = {
            "withdraw": partial(booking.withdraw, self.event.pk, who, by=who, at=now),
            "cancel": partial(cancelling.cancel, self.event.pk, by=self.office, at=now, reason="x"),
            "expire": lambda: offering.sweep(at=now),
            "refund": self.refund,
            "again": partial(seats.bill, self.event, who, shown=PRICE, at=now),
            "back": lambda: answered(client.get(f"/billing/invoices/{number}/return/").status_code, 200),
            "sweep": lambda: billing.sweep(now),
        }
        webhooks = [lambda t=t: answered(billing.webhook(*t), 200) for t in told]
        return [*webhooks, *(found[name] for name in names), partial(billing.work, now)]

    def refund(self) -> None:
        for payment in Payment.objects.filter(invoice=self.bills[0]):
            refunds.refund_payment(payment, by=self.treasurer, reason="x", at=timezone.now())

    def settle(self) -> None:
        """What five minutes bring: the worker, the sweepers."""
        for _ in range(2):
            now = timezone.now() + timedelta(minutes=6)
            billing.work(now)
            billing.sweep(now)
            offering.sweep(at=now)
        self.double.lose_deliveries()


def outcome(story: Story) -> str:
    """Seat and money agree, for the one who paid and for the one who didn't."""
    signup = Signup.objects.get(pk=story.payer.pk)
    bill, payment = Invoice.objects.get(pk=story.bills[0].pk), Payment.objects.get(invoice=story.bills[0])
    back = sum(Refund.objects.filter(payment=payment, status="succeeded").values_list("amount", flat=True))
    assert back in (0, PRICE) and Refund.objects.filter(payment=payment).count() == bool(back)
    if signup.status == "confirmed":
        assert (bill.status, payment.status, back) == ("paid", "applied", 0)
    else:
        assert signup.status in ("withdrawn", "waiting", "offered"), signup.status
        assert (payment.status, back) == ("refunded", PRICE)
        assert (bill.status, payment.case) in (("refunded", ""), ("void", "seat_gone"))
    accepted = AuditEntry.objects.filter(action="signup.accept", person=signup.person)
    assert accepted.count() <= 1
    assert not Payment.objects.filter(invoice=story.bills[1]).exists()
    assert not Attempt.objects.filter(status="open", invoice__status__in=["void", "paid"]).exists()
    free, waiting = never_over(story.event)
    assert story.event.status == "cancelled" or not (free and waiting)
    return signup.status


def race(names: tuple[str, ...], at: datetime, double: StripeDouble) -> str:
    double.store.offset -= BEFORE.total_seconds()
    story = Story(at - BEFORE, double)
    double.advance(BEFORE.total_seconds())  # the other's page has run out, and so has the offer
    said = together(*story.acts(names, timezone.now()))
    assert set(said) <= SAID, said
    story.settle()
    return outcome(story)


@pytest.mark.parametrize("against", ["withdraw", "cancel", "expire", "refund"])
def test_paying_crosses_everything_that_ends_a_seat(against, at, double, rounds) -> None:
    ends = [race((against, "back", "sweep"), at, double) for _ in range(rounds(50))]
    assert against != "expire" or set(ends) == {"confirmed"}, "who paid in time has the seat, however late it is told"
    assert against not in ("withdraw", "cancel") or set(ends) == {"withdrawn"}
    whole(double)


def test_everything_at_once(at, double, rounds) -> None:
    dice = random.Random(28)
    for _ in range(rounds(100)):
        race(tuple(dice.sample(ACTS, k=dice.randint(3, len(ACTS)))), at, double)
    whole(double)


def test_ten_presses_are_one_invoice(at, double, rounds) -> None:
    for _ in range(rounds(20)):
        signup = kept(trip(at), at)
        ask = partial(seats.bill, signup.event, signup.person, shown=PRICE, at=at)
        assert set(together(*[ask] * 10)) == {"ok"}
        assert Invoice.objects.filter(signup=signup).count() == 1


def test_the_last_seat_is_offered_once(at, double, rounds) -> None:
    for _ in range(rounds(30)):
        event = trip(at, seats_each=1)
        people = [member(at) for _ in range(6)]
        acts = [partial(booking.sign_up, event.pk, who, by=who, at=at) for who in people]
        assert set(together(*acts)) <= {"ok", "busy"}
        offering.sweep(at=at)
        statuses = sorted(Signup.objects.filter(event=event).values_list("status", flat=True))
        assert statuses.count("offered") == 1 and set(statuses) <= {"offered", "waiting"}


def whole(double: StripeDouble) -> None:
    now = timezone.now() + HOUR / 10
    billing.assert_whole(now, double)
    assert not any(event_selectors.broken_invariants(now).values()), event_selectors.broken_invariants(now)
    assert selectors.broken_invariants(now)["seat_paid_without_seat"] == []
    assert Event.objects.filter(kind="trip").exists()
