"""Dated prices of an event (R28): set by the office, from a day on; issued invoices keep theirs (R13)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from community.events import states
from community.events.models import Event, EventPrice
from community.events.selectors import prices
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import Money

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"event_price_of_what_may_cost": "price.included"})
def set_price(event_id: int, money: Money, *, valid_from_on: date, by: "Person", at: datetime) -> EventPrice:
    """What a seat costs from a community day on, today at the earliest; said again for the same day, it is that.

    Raises RuleBroken: "price.included" (a tier includes it), "price.past", "price.allotment", "price.over",
    "price.guests".
    """
    event = seating.lock_event(event_id)
    if not event.traits.may_cost:
        raise RuleBroken("price.included")
    if event.by_allotment:
        raise RuleBroken("price.allotment")
    if event.status not in (states.DRAFT, states.OPEN) or (event.status == states.OPEN and at >= event.starts_at):
        raise RuleBroken("price.over")
    if valid_from_on < day_of(at):
        raise RuleBroken("price.past")
    if event.signups.filter(with_guest=True, status__in=states.LIVE).exists():
        raise RuleBroken("price.guests")
    before = EventPrice.objects.filter(event=event, valid_from_on=valid_from_on).first()
    price, _ = EventPrice.objects.update_or_create(
        event=event, valid_from_on=valid_from_on,
        defaults={"amount": money.amount, "currency": money.currency, "set_at": at, "set_by": by},
    )  # fmt: skip
    audit.record(
        "event.price", event, by=by, at=at, data={_name(price): [before.amount if before else "", price.amount]}
    )
    return price


@settled()
def take_back(event_id: int, *, valid_from_on: date, by: "Person", at: datetime) -> None:
    """A price that has not begun can be taken back, in a draft any. Raises RuleBroken("price.begun")."""
    event = seating.lock_event(event_id)
    if valid_from_on <= day_of(at) and event.status != states.DRAFT:
        raise RuleBroken("price.begun")
    for price in event.prices.filter(valid_from_on=valid_from_on):
        audit.record("event.price_back", event, by=by, at=at, data={_name(price): [price.amount, ""]})
        price.delete()


def copy(event: Event, copied: Event, *, by: "Person", at: datetime) -> None:
    """The copy costs what its original costs today, from today on."""
    if event.traits.may_cost and not event.by_allotment and (money := prices.price_of(copied, at)) is not None:
        set_price(event.pk, money, valid_from_on=day_of(at), by=by, at=at)


def _name(price: EventPrice) -> str:
    return f"{price.currency} ≥ {price.valid_from_on.isoformat()}"
