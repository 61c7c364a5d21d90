"""Who works for the club, and what of theirs waits too long."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from community.kernel.access import ROLES, with_access
from community.kernel.days import day_of
from community.members import rules, states
from community.members.models import Application, CompanyChange, Person
from community.members.selectors import chapters, companies


@dataclass(frozen=True)
class Colleague:
    """Somebody with roles of their own (an administrator's are not multiplied), and the cities they run; none: all."""

    pk: int
    roles: frozenset[str]
    city_ids: frozenset[int]


def with_roles() -> list[Colleague]:
    """Everybody who holds a role today; one query."""
    people: QuerySet[Person] = with_access(Person.objects.filter(groups__name__in=ROLES, is_active=True).distinct())
    rows = people.annotate(runs=chapters.city_ids()).order_by("pk").values_list("pk", "group_names", "runs")
    return [Colleague(pk, frozenset(names) & frozenset(ROLES), frozenset(runs)) for pk, names, runs in rows]


def too_old_for_reviewers(at: datetime) -> dict[str, int]:
    """R4: papers and changes beyond 72 hours; R2: companies whose yearly check is overdue. Three queries."""
    before = at - rules.REVIEW_TARGET
    today = day_of(at)
    return {
        "applications": Application.objects.filter(status=states.SUBMITTED, submitted_at__lt=before).count(),
        "changes": CompanyChange.objects.filter(status=states.ASKED, asked_at__lt=before).count(),
        "companies": companies.overdue(today),
    }
