"""Ties of one person (R35): the one place that says who has met whom. Facts only, and never more than a few questions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from community.kernel.prepared import Given, Prepared
from community.ties import rules
from community.ties.models import Meeting


@dataclass(frozen=True)
class Tie:
    """What two people have together: how often they met of each kind, first and last."""

    other_id: int
    tables: int
    visits: int
    one_to_ones: int
    projects: int
    first_at: datetime
    last_at: datetime

    @property
    def times(self) -> int:
        """Meetings; what two do together is a tie, and no meeting of a day."""
        return self.tables + self.visits + self.one_to_ones

    @property
    def again(self) -> bool:
        return self.times > 1


def of(person_id: int, since: datetime | None = None, until: datetime | None = None) -> dict[int, Tie]:
    """R35: everybody this person has a tie with, by key; of the meetings in [since, until). One query, one row a person."""
    rows = within(Meeting.objects.filter(person=person_id), since, until).values("other_id").annotate(**COUNTED)
    return {row["other_id"]: Tie(**row) for row in rows.filter(firsts__gt=0).values("other_id", *FIELDS)}


def others_of(person_id: int) -> QuerySet[Meeting, Any]:
    """The keys of everybody this person has a tie with, for a condition."""
    return Meeting.objects.filter(person=person_id).first_kinds().values("other_id")


def last_met(person_id: int) -> dict[int, datetime]:
    """Everybody this person has a tie with, and when they last had to do with one another; one query."""
    return dict(LAST_MET(person=person_id))


def are_tied(one_id: int, other_id: int) -> bool:
    return others_of(one_id).filter(other=other_id).exists()


def without(people: QuerySet[Any], since: datetime | None = None) -> QuerySet[Any]:
    """R35: those of these people who have no tie with anybody (that was made or renewed since an instant)."""
    tie = Meeting.objects.filter(person=OuterRef("pk")).first_kinds()
    return people.filter(~Exists(within(tie, since, None)))


def made_contact(since: datetime, until: datetime) -> set[int]:
    """R36, "a new contact", beside tables (`known_at_tables`): who had a confirmed one-to-one or project in the period with somebody they had no
    tie with before it. One query."""
    told = within(Meeting.objects.filter(kind__in=[rules.ONE_TO_ONE, rules.PROJECT]), since, until)
    pair = Meeting.objects.filter(person=OuterRef("person"), other=OuterRef("other"), at__lt=since)
    return set(told.exclude(Exists(pair.first_kinds())).order_by().values_list("person_id", flat=True).distinct())


def known_at_tables(since: datetime, until: datetime) -> set[tuple[int, int]]:
    """R36: (person, other) of whoever sat at one table in the period and was tied before it by a one-to-one or a project:
    no new contact. One query."""
    pair = Meeting.objects.filter(person=OuterRef("person"), other=OuterRef("other"), at__lt=since)
    told = pair.filter(kind__in=[rules.ONE_TO_ONE, rules.PROJECT])
    tables = within(Meeting.objects.filter(kind=rules.TABLE), since, until).filter(Exists(told))
    return set(tables.order_by().values_list("person_id", "other_id").distinct())


def within(rows: QuerySet[Meeting], since: datetime | None, until: datetime | None) -> QuerySet[Meeting]:
    bounds = {"at__gte": since, "at__lt": until}
    return rows.filter(**{name: value for name, value in bounds.items() if value is not None})


FIELDS = ("tables", "visits", "one_to_ones", "projects", "first_at", "last_at")


def _kind(*kinds: str) -> Count:
    return Count("kind", filter=Q(kind__in=kinds))


COUNTED: dict[str, Any] = {
    "tables": _kind(rules.TABLE),
    "visits": _kind(rules.VISIT),
    "one_to_ones": _kind(rules.ONE_TO_ONE),
    "projects": _kind(rules.PROJECT),
    "firsts": _kind(*rules.FIRST),
    "first_at": Min("at", filter=Q(kind__in=rules.FIRST)),
    "last_at": Max("at"),
}


def _last_met() -> QuerySet[Meeting, Any]:
    rows = Meeting.objects.filter(person_id=Given("person")).order_by().values("other_id")
    counted = rows.annotate(firsts=COUNTED["firsts"], last_at=COUNTED["last_at"]).filter(firsts__gt=0)
    return counted.values_list("other_id", "last_at")


LAST_MET = Prepared(_last_met)
