"""What a tier includes, counted by the calendar (R12): roundtables a month, visits and guests a quarter."""

from dataclasses import dataclass
from datetime import date, datetime

from community.events.rules import ROUNDTABLE, VISIT
from community.kernel.days import day_of, months_later, start_of

GUEST = "guest"
MONTHS = {ROUNDTABLE: 1, VISIT: 3}  # by kind: after how many calendar months it begins anew; other kinds count nothing
GUEST_MONTHS = 3  # guests at whatever kind
REFUSED = {
    GUEST: ("guest.used_up", "guest.none"),
    ROUNDTABLE: ("entitlement.roundtable", "entitlement.no_roundtable"),
    VISIT: ("entitlement.visit", "entitlement.no_visit"),
}


@dataclass(frozen=True)
class Span:
    """Calendar months of the community, as half-open instants; `renews_on` is the first day after them."""

    since: datetime
    until: datetime

    @property
    def renews_on(self) -> date:
        return day_of(self.until)


def span_of(starts_at: datetime, months: int) -> Span:
    """The month, or the quarter, that the event's day lies in, whatever day it is booked on (product.md §5)."""
    day = day_of(starts_at)
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return Span(start_of(first), start_of(months_later(first, months)))


@dataclass(frozen=True)
class Left:
    """Of `limit` seats in a span, how many were `used` elsewhere: held, attended or missed. A seat given back is free."""

    kind: str
    limit: int
    used: int
    renews_on: date

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def refusal(self) -> str:
        """ "" while there is one left, else the refusal's code."""
        used_up, none_at_all = REFUSED[self.kind]
        return "" if self.left else used_up if self.limit else none_at_all
