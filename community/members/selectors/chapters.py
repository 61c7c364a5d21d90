"""Which cities an organizer runs, and which city a member is at home in."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from community.kernel.access import ADMINISTRATOR, ORGANIZER, has_role
from community.members.models import Application, Chapter, Person


def city_ids() -> ArraySubquery:
    """Read with each signed-in person, so that the desk asks nothing more: the cities chosen for them."""
    return ArraySubquery(Chapter.objects.filter(person=OuterRef("pk")).values("city_id"))


def cities_run_by(person: Any) -> frozenset[int] | None:
    """The ids of the cities an organizer is limited to; None for all of them.

    Administrators run all cities, whatever was chosen for them.
    """
    if has_role(person, ADMINISTRATOR):
        return None
    if not hasattr(person, "city_ids"):
        person.city_ids = list(Chapter.objects.filter(person=person).values_list("city_id", flat=True))
    return frozenset(person.city_ids) or None


def runs_city(person: Any, city_id: int | None) -> bool:
    cities = cities_run_by(person)
    return cities is None or city_id in cities


def organizers() -> QuerySet[Person]:
    """Everybody who can be limited to cities, by name, each with `chapters`: administrators run them all."""
    rows = Chapter.objects.select_related("city", "given_by").order_by("city__position", "city_id")
    return (
        Person.objects.filter(groups__name=ORGANIZER, is_active=True)
        .exclude(groups__name=ADMINISTRATOR)
        .prefetch_related(Prefetch("chapters", rows))
        .order_by("name_key", "pk")
    )


def own_city_id(person: Any) -> int | None:
    """The city of one's latest application that names one: where one is at home."""
    named = Application.objects.filter(person=person, city__isnull=False).order_by("-pk")
    return named.values_list("city_id", flat=True).first()


def homes_of(person_ids: Iterable[int]) -> dict[int, int]:
    """`own_city_id` of many at once, of those who named one; one query."""
    named = Application.objects.filter(person_id__in=list(person_ids), city__isnull=False).order_by("pk")
    return dict(named.values_list("person_id", "city_id"))


def at_home_in(people: QuerySet[Person], cities: frozenset[int] | None) -> QuerySet[Person]:
    """Only people at home in some cities; None leaves them all."""
    if cities is None:
        return people
    named = Application.objects.filter(person=OuterRef("pk"), city__isnull=False).order_by("-pk")
    return people.alias(home=Subquery(named.values("city_id")[:1])).filter(home__in=cities)
