"""What is known of members for their cards; many at once, in two queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from community.members import states
from community.members.models import Application, Person, Stake
from community.members.selectors import members_in_good_standing


@dataclass(frozen=True)
class Known:
    """From the application and the register; `verified`: a reviewer confirmed the company (R2)."""

    title: str = ""
    company: str = ""
    industry: str = ""
    industry_id: int | None = None
    city: str = ""
    city_id: int | None = None
    stage: str = ""
    stage_name: str = ""
    about: str = ""
    needs: str = ""
    offers: str = ""
    verified: bool = False


def known(person_ids: Iterable[int]) -> dict[int, Known]:
    """By person; whoever has no application has an empty one."""
    keys = list(person_ids)
    rows = Application.objects.filter(person__in=keys, status__in=[states.APPROVED, states.ADMITTED])
    rows = rows.select_related("company", "industry", "city").order_by("person_id", "pk")
    stakes = Stake.objects.filter(person__in=keys, ended_at=None, verified_on__isnull=False).select_related("company")
    shown = {stake.person_id: stake.company.legal_name for stake in stakes.order_by("verified_on", "pk")}
    found = {key: Known(company=shown.get(key, ""), verified=key in shown) for key in keys}
    for row in rows:
        company = shown.get(row.person_id) or (row.company.legal_name if row.company else "")
        found[row.person_id] = Known(
            title=row.title, company=company, industry=row.industry.name if row.industry else "",
            industry_id=row.industry_id, city=row.city.name if row.city else "", city_id=row.city_id, stage=row.stage,
            stage_name=row.get_stage_display(), about=row.about, needs=row.needs, offers=row.offers,
            verified=row.person_id in shown,
        )  # fmt: skip
    return found


def listed(on: date, *, industry: int | None = None, city: int | None = None) -> QuerySet[Person]:
    """Members in good standing who let themselves be seen, by name; narrowed by what stands in their application."""
    people = members_in_good_standing(on).filter(hide_me=False)
    if industry or city:
        wanted = {"industry": industry, "city": city}
        rows = Application.objects.filter(status__in=[states.APPROVED, states.ADMITTED])
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        people = people.filter(pk__in=rows.values("person_id"))
    return people
