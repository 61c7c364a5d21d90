"""What events cost on top of the fee (R28); nothing is asked of the database for kinds that never do."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from community.events.models import Event, EventPrice, Signup
from community.events.rules import prices
from community.kernel.days import day_of
from community.kernel.money import Money


def price_of(event: Event, at: datetime) -> Money | None:
    """The price of a seat on the community day of an instant; None when it costs nothing."""
    return prices.price_on(_ladder(event), day_of(at)) if event.traits.may_cost else None


def price_and_next(event: Event, at: datetime) -> tuple[Money | None, tuple[date, Money] | None]:
    """The price of today, and the next one announced with its first day."""
    ladder = _ladder(event) if event.traits.may_cost else []
    return prices.price_on(ladder, day_of(at)), prices.next_price(ladder, day_of(at))


def prices_of(events: Iterable[Event], at: datetime) -> dict[int, Money]:
    """`price_of` for many, by the event's key; one query, and none when no event among them may cost anything."""
    ids = [event.pk for event in events if event.traits.may_cost]
    ladders: dict[int, list[tuple[date, Money]]] = defaultdict(list)
    for price in EventPrice.objects.filter(event__in=ids) if ids else ():
        ladders[price.event_id].append((price.valid_from_on, price.money))
    found = {pk: prices.price_on(ladder, day_of(at)) for pk, ladder in ladders.items()}
    return {pk: money for pk, money in found.items() if money is not None}


def all_prices(event: Event) -> list[EventPrice]:
    """Every price an event ever had or will have, the newest first; at most 50."""
    return list(event.prices.select_related("set_by")[:50])


def priced(events: Iterable[Event], at: datetime) -> list[Event]:
    """The same events, each with its `price`."""
    rows = list(events)
    found = prices_of(rows, at)
    for event in rows:
        event.price = found.get(event.pk)  # type: ignore[attr-defined]  # lent to the page
    return rows


def everybody(event: Event) -> list[Signup]:
    """Everybody who signed up, whatever became of it, by name: whose money may be here."""
    return list(Signup.objects.filter(event=event).select_related("person").order_by("person__name_key", "pk"))


def _ladder(event: Event) -> list[tuple[date, Money]]:
    return [(price.valid_from_on, price.money) for price in EventPrice.objects.filter(event=event)]
