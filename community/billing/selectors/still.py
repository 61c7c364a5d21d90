"""Is it still so, what a notice that waited says (R51)? One or two queries for all that waited of one kind."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from community.billing import states
from community.billing.models import CardCharge, Invoice

if TYPE_CHECKING:
    from community.kernel.models import Message


def renewal(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R15: the invoice is open, and its reader has not said "no more reminders"."""
    return _open(waiting, Q(renews__reminders_off_at=None))


def renewal_by_card(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R15: the invoice is open, and the card will be charged for it on the day the letter says."""
    on = dict(
        CardCharge.objects.filter(
            invoice__number__in={one.context.get("number") for one in waiting},
            status=states.PLANNED, auto_renewal__status=states.ON,
        ).values_list("invoice__number", "charge_on")
    )  # fmt: skip
    told = [
        one
        for one in waiting
        if (day := on.get(one.context.get("number", ""))) and day.isoformat() == one.context.get("charge_on")
    ]
    return _open(told, Q())


def _open(waiting: "Sequence[Message]", more: Q) -> set[int]:
    numbers = {one.context.get("number") for one in waiting}
    rows = Invoice.objects.filter(more, number__in=numbers, status=states.OPEN, renews__ends_early_on=None)
    found = set(rows.values_list("number", flat=True))
    return {one.pk for one in waiting if one.context.get("number") in found}
