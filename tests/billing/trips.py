"""Trips that cost extra, and people on the way to a seat; told through the services."""

from datetime import datetime, timedelta

from community.billing.models import Invoice
from community.billing.services import paying, seats
from community.events.models import Event, Signup
from community.events.services import pricing
from community.kernel.days import day_of
from community.kernel.money import Money
from community.members.models import Person
from devtools.stripe_double import StripeDouble
from tests import make
from tests.billing import make as billing
from tests.billing.make import DAY
from tests.events import make as events

PRICE = 128_000


def trip(at: datetime, *, seats_each: int = 2, ahead: timedelta = 10 * DAY, price: int = PRICE) -> Event:
    starts_at = at + ahead
    event = events.event(
        at=at, kind="trip", topic="武夷山两日", starts_at=starts_at, ends_at=starts_at + 2 * DAY, seats_each=seats_each
    )
    pricing.set_price(event.pk, Money(price), valid_from_on=day_of(at), by=events.organizer(), at=at)
    return event


def member(at: datetime) -> Person:
    return make.member(since=at - 60 * DAY)


def kept(event: Event, at: datetime, who: Person | None = None) -> Signup:
    """Somebody pressed, and a seat is kept for them."""
    signup = events.seat(event, who or member(at), at=at)
    assert signup.status == "offered"
    return signup


def press(signup: Signup, at: datetime, shown: int = PRICE) -> Invoice:
    """Pay pressed on the event's page: the payment page is open."""
    bill = seats.bill(signup.event, signup.person, shown=shown, at=at)
    assert paying.start(bill, person=signup.person, channel="stripe", language="zh-hans", at=at)
    return bill


def had(event: Event, at: datetime, double: StripeDouble, who: Person | None = None) -> Signup:
    """A seat that is paid, told by webhook."""
    signup = kept(event, at, who)
    double.pay(billing.session_of(press(signup, at)))
    billing.deliver(double, at)
    return now(signup, "confirmed")


def now(signup: Signup, status: str) -> Signup:
    found = Signup.objects.select_related("event", "person").get(pk=signup.pk)
    assert found.status == status
    return found
