"""Nobody is forgotten (R36): whom a quarter brought a seat, an answer and a new contact, and who goes without."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from community.events.selectors import coverage as events
from community.kernel.days import day_of, months_later, start_of
from community.members import selectors as members
from community.members.selectors import care, chapters
from community.posts.rules import quarter_of
from community.posts.selectors import coverage as posts
from community.ties import selectors as ties

PARTS = ("seat", "answer", "contact")  # R36
LISTS = ("any", *PARTS, "nobody")
QUARTERS_BACK = 4


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter in community time, as far as it has come."""

    first_on: date
    today: date

    @property
    def number(self) -> int:
        return (self.first_on.month + 2) // 3

    @property
    def code(self) -> str:
        return f"{self.first_on.year}-{self.number}"

    @property
    def running(self) -> bool:
        return self.first_on <= self.today < months_later(self.first_on, 3)

    @property
    def judged_on(self) -> date:
        """The day whose members are asked about: its last one, today while it runs."""
        return min(self.today, months_later(self.first_on, 3) - timedelta(days=1))

    @property
    def period(self) -> tuple[datetime, datetime]:
        return start_of(self.first_on), start_of(months_later(self.first_on, 3))


def quarters(at: datetime) -> list[Quarter]:
    """The running one and those before it, the newest first."""
    today, newest = day_of(at), quarter_of(at)
    return [Quarter(months_later(newest, -3 * back), today) for back in range(QUARTERS_BACK + 1)]


@dataclass(frozen=True)
class Coverage:
    """`people`: everybody it asks about, by name. `without`: part → those of them whom the quarter didn't bring it."""

    people: list[int]
    without: dict[str, set[int]]

    def missing(self, person_id: int) -> list[str]:
        return [part for part in PARTS if person_id in self.without[part]]

    @property
    def complete(self) -> int:
        """How many had all three."""
        return len(self.people) - len(self.listed("any"))

    @property
    def percent(self) -> int | None:
        return round(100 * self.complete / len(self.people)) if self.people else None

    def share(self, part: str) -> int:
        return round(100 * len(self.without[part]) / len(self.people)) if self.people else 0

    def listed(self, which: str) -> list[int]:
        """Those of one list: most is missing first, then by name."""
        wanted = set.union(*self.without.values()) if which == "any" else self.without[which]
        found = [pk for pk in self.people if pk in wanted]
        return sorted(found, key=lambda pk: -len(self.missing(pk)))


def of(quarter: Quarter, cities: frozenset[int] | None = None) -> Coverage:
    """R36 for one quarter, of members at home in some cities: ten queries, however many."""
    asked = chapters.at_home_in(care.past_first_days(quarter.judged_on), cities)
    people = list(asked.values_list("pk", flat=True))
    since, until = quarter.period
    known = ties.known_at_tables(since, until)
    had = {
        "seat": events.had_seat(since, until),
        "answer": posts.answered(since, until),
        "contact": events.made_contact(since, until, known) | ties.made_contact(since, until),
    }
    return Coverage(people, {part: set(people) - had[part] for part in PARTS})


def met_nobody(at: datetime, cities: frozenset[int] | None = None) -> list[int]:
    """Members past their first thirty days without a tie to anybody (R35), by name; one query."""
    asked = chapters.at_home_in(care.past_first_days(day_of(at)), cities)
    return list(ties.without(asked).values_list("pk", flat=True))


def named(person_ids: Iterable[int]) -> list[Any]:
    """The people of one page, in the order given."""
    found = members.people_by_id(person_ids)
    return [found[pk] for pk in person_ids]
