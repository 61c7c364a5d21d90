"""Who works for the club."""

from typing import Any

from django.db.models import QuerySet

from community.kernel import audit
from community.kernel.access import ADMINISTRATOR, ROLES, with_access
from community.members.models import Person, Tier

AT_MOST = 200  # a handful of people run a club of 600


def staff() -> list[Any]:
    """Whoever holds a role, by name, with `roles` in the order of the house, `since` (by role) and `second_factor`."""
    people = list(
        with_access(Person.objects.filter(pk__in=holders().values("pk"))).order_by("name_key", "pk")[:AT_MOST]
    )
    given = {
        (entry.person_id, entry.new): entry.at for entry in audit.of_many([one.pk for one in people], "person.role")
    }
    for person in people:
        person.roles = [(role, given.get((person.pk, role))) for role in ROLES if role in person.group_names]
    return people


def holders() -> QuerySet[Person]:
    """Whoever holds a role, once each."""
    return Person.objects.filter(groups__name__in=ROLES).order_by("pk").distinct()


def tiers() -> QuerySet[Tier]:
    return Tier.objects.all()


def without_second_factor() -> QuerySet[Person]:
    """Administrators to whom the desk stays shut until they have one."""
    administrators = Person.objects.filter(groups__name=ADMINISTRATOR, is_active=True)
    return with_access(administrators).filter(second_factor=False)
