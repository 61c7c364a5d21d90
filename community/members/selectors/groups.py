"""Members by what they have in common, for figures of the whole club: (person, group), a question that is not asked yet."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from community.members import states
from community.members.models import Application, City, Industry
from community.members.selectors import chapters, members_in_good_standing

CITY, INDUSTRY = "city", "industry"


def grouped(by: str, on: date, cities: frozenset[int] | None = None) -> QuerySet[Application, Any]:
    """Every member in good standing (at home in some cities) with their city or industry, as their latest application says;
    who named none is in no group."""
    people = chapters.at_home_in(members_in_good_standing(on), cities).order_by().values("pk")
    rows = Application.objects.filter(person__in=people, status__in=[states.APPROVED, states.ADMITTED])
    rows = rows.filter(**{f"{by}__isnull": False}).order_by("person_id", "-pk").distinct("person_id")
    return rows.values_list("person_id", f"{by}_id")


def names_of(by: str) -> dict[int, str]:
    """What the groups are called, in the reader's language; those taken off the list too."""
    rows: Any = City.objects.all() if by == CITY else Industry.objects.all()
    return {row.pk: row.name for row in rows}
