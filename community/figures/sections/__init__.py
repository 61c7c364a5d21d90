"""The desk's pages of figures. A section is a row of groups; a figure is a share of things that can be opened.

What a figure counts is a query, never a number written down: the page counts its rows, and the list behind it shows the
same rows, so that the two cannot differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from community.figures import rules
from community.figures.selectors.behind import Columns
from community.kernel.access import ORGANIZER
from community.kernel.counting import in_one
from community.kernel.days import day_of, end_of, start_of

PART, WHOLE, REST = "part", "whole", "rest"
WHICH = (PART, REST, WHOLE)


@dataclass(frozen=True)
class Scope:
    """What is looked at: days, both counted, seen at an instant; of some cities, or of all (None). `money`: whether the
    reader may see amounts."""

    first_on: date
    last_on: date
    at: datetime
    cities: frozenset[int] | None = None
    money: bool = False

    @property
    def since(self) -> datetime:
        return start_of(self.first_on)

    @property
    def until(self) -> datetime:
        return end_of(self.last_on)

    @property
    def seen_on(self) -> date:
        """The last day of it that has begun."""
        return min(self.last_on, day_of(self.at))

    def days_before(self, days: int) -> date:
        return self.seen_on - timedelta(days=days)


@dataclass(frozen=True)
class Figure:
    """`part` of `whole`, both queries of one kind of rows; without a part, how many there are.

    `told`: what is said in place of a share. `opens`: what the list behind shows where the rows themselves say who gave
    an answer, or are chairs. `roles`: who may open that list. `note`: a second sentence with numbers of its own.
    `more`: further columns of that list. `guarded`: of too few not even the part is told, as it would say whose it is.
    """

    code: str
    name: str
    says: str
    whole: QuerySet[Any]
    part: QuerySet[Any] | None = None
    told: Callable[[], str | None] | None = None
    opens: QuerySet[Any] | None = None
    roles: tuple[str, ...] = (ORGANIZER,)
    note: Callable[[], str] | None = None
    more: Columns | None = None
    guarded: bool = False

    @property
    def is_share(self) -> bool:
        """Whether what is said is the share of its part. A page asks this: to ask for `told` would be to count again."""
        return self.told is None

    @property
    def opens_its_rows(self) -> bool:
        return self.opens is None

    def rows(self, which: str) -> QuerySet[Any] | None:
        """The rows of one list behind it; None where there is none of that name."""
        if self.opens is not None:
            return self.opens if which == WHOLE else None
        if which == WHOLE:
            return self.whole
        if self.part is None:
            return None
        return self.part if which == PART else self.whole.exclude(pk__in=self.part.order_by().values("pk"))


@dataclass(frozen=True)
class Group:
    """Figures under one heading. `chart`: a drawing of them, by its template's name, with what it draws.
    `days`: the median days each of them took, by code."""

    code: str
    title: str
    figures: Sequence[Figure]
    says: str = ""
    chart: str = ""
    drawn: Any = None
    days: Callable[[], dict[str, float | None]] | None = None


@dataclass(frozen=True)
class Counted:
    """A figure with its numbers; `value` None: too few to say."""

    figure: Figure
    part: int | None
    whole: int
    value: str | None

    @property
    def percent(self) -> int | None:
        return None if self.part is None else rules.percent(self.part, self.whole)


def counted(groups: Sequence[Group]) -> dict[tuple[str, str], Counted]:
    """The numbers of every figure of some groups, in one statement; by (group, figure)."""
    piles: dict[str, Any] = {}
    for group in groups:
        for figure in group.figures:
            piles[f"{group.code}/{figure.code}/whole"] = figure.whole
            if figure.part is not None:
                piles[f"{group.code}/{figure.code}/part"] = figure.part
    found = in_one(piles)
    return {
        (group.code, figure.code): _counted(figure, found, f"{group.code}/{figure.code}")
        for group in groups
        for figure in group.figures
    }


def _counted(figure: Figure, found: dict[str, int], name: str) -> Counted:
    whole = found.get(f"{name}/whole", 0)
    part = None if figure.part is None else found.get(f"{name}/part", 0)
    if figure.told is not None:
        return Counted(figure, part, whole, figure.told())
    share = rules.percent(part, whole) if part is not None else None
    value = str(whole) if part is None else None if share is None else f"{share}%"
    return Counted(figure, None if figure.guarded and share is None else part, whole, value)
