"""Dated prices (R12, R13): a new one is a new row from a day on; issued invoices keep theirs whatever happens here."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from community.billing.models import Price
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import Money

if TYPE_CHECKING:
    from community.members.models import Person


@settled({"price_once_per_day": "price.same_day"})
def set_price(
    tier: Any, money: Money, *, valid_from_on: date, joined_before_on: date | None, by: "Person", at: datetime
) -> Price:
    """What a tier costs from a community day on, today at the earliest. `joined_before_on`: a founding price.

    Raises RuleBroken("price.past", "price.same_day").
    """
    if valid_from_on < day_of(at):
        raise RuleBroken("price.past")
    price = Price.objects.create(
        tier=tier, amount=money.amount, currency=money.currency, valid_from_on=valid_from_on,
        joined_before_on=joined_before_on,
    )  # fmt: skip
    audit.record("price.set", tier, by=by, at=at, data={_name(price): ["", price.amount]})
    return price


@settled()
def take_back(tier: Any, *, valid_from_on: date, joined_before_on: date | None, by: "Person", at: datetime) -> None:
    """A price that has not begun yet can be taken back. Raises RuleBroken("price.begun")."""
    if valid_from_on <= day_of(at):
        raise RuleBroken("price.begun")
    found = Price.objects.filter(tier=tier, valid_from_on=valid_from_on, joined_before_on=joined_before_on)
    for price in found.select_for_update():
        audit.record("price.take_back", tier, by=by, at=at, data={_name(price): [price.amount, ""]})
        price.delete()


def _name(price: Price) -> str:
    founders = f" (< {price.joined_before_on.isoformat()})" if price.joined_before_on else ""
    return f"{price.currency} ≥ {price.valid_from_on.isoformat()}{founders}"
