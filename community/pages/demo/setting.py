"""What every part of the builder shares: the start day, the dice, the staff, and the clock of invented history."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from pypinyin import lazy_pinyin

from community.kernel.days import ZONE, start_of
from community.members import selectors as members
from community.pages.demo.accounts import DEMO_PASSWORD, account
from community.pages.demo.tables import row, table

LEAST_WEEKS = 4  # the demo accounts' stories need four Saturdays


@dataclass
class Setting:
    """History ends when `start` begins: whatever the hour, nothing invented has yet to happen that is called past."""

    start: date
    seed: int
    members: int
    weeks: int
    staff: dict[str, Any] = field(default_factory=dict)
    codes: int = 0

    def dice(self, purpose: str) -> Random:
        """Independent dice for each purpose, so that one part's rolls don't move another's."""
        return Random(f"{self.seed}:{purpose}")

    @property
    def now(self) -> datetime:
        return start_of(self.start)

    def at(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant so many days after the start day (negative: before it)."""
        return datetime.combine(self.start + timedelta(days=days), time(hour, minute), ZONE)

    @cached_property
    def past_saturdays(self) -> list[date]:
        """Oldest first."""
        last = self.start - timedelta(days=(self.start.weekday() - 5) % 7 or 7)
        return [last - timedelta(weeks=n) for n in reversed(range(max(self.weeks, LEAST_WEEKS)))]

    @cached_property
    def next_saturdays(self) -> list[date]:
        first = self.past_saturdays[-1] + timedelta(weeks=1 if self.start.weekday() != 5 else 2)
        return [first + timedelta(weeks=n) for n in range(3)]

    @cached_property
    def cities(self) -> dict[str, Any]:
        return {city.name_en: city for city in members.active_cities()}

    @cached_property
    def industries(self) -> list[Any]:
        return members.active_industries()

    @cached_property
    def tiers(self) -> dict[str, Any]:
        return {tier.code: tier for tier in members.tiers()}

    @cached_property
    def password(self) -> str:
        """Hashed once: a hash each would take a quarter of a second each."""
        return make_password(DEMO_PASSWORD, salt=f"demo{self.seed:08d}" + "x" * 10)

    def next_code(self) -> int:
        self.codes += 1
        return self.codes

    def person(self, email: str, name: str, *, joined_at: datetime, roles: tuple[str, ...] = (), **fields: Any) -> Any:
        """Somebody with an account and a verified address, and the demo password."""
        person = row("members.Person", email=email, full_name=name, password=self.password, **fields)
        person.save()
        table("members.Person").filter(pk=person.pk).update(joined_at=joined_at)
        table("account.EmailAddress").create(user=person, email=email, verified=True, primary=True)
        if roles:
            person.groups.set(Group.objects.filter(name__in=roles))
        return person

    def many_people(self, people: list[Any]) -> None:
        """As `person`, for thousands of unsaved rows at once."""
        joined_at = {person.email: person.joined_at for person in people}  # saving fills in today
        for person in people:
            person.name_key = " ".join(lazy_pinyin(person.full_name)).casefold()  # as Person.save does
        table("members.Person").bulk_create(people, batch_size=500)
        for person in people:
            person.joined_at = joined_at[person.email]
        table("members.Person").bulk_update(people, ["joined_at"], batch_size=500)
        table("account.EmailAddress").bulk_create(
            (row("account.EmailAddress", user=p, email=p.email, verified=True, primary=True) for p in people),
            batch_size=1000,
        )

    def demo_person(self, name: str, *, joined_at: datetime) -> Any:
        who = account(name)
        return self.person(who.email, who.name, joined_at=joined_at, roles=who.roles)
