"""Which cities an organizer runs: set by administrators."""

from collections.abc import Iterable
from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.members.models import Chapter, City, Person
from community.members.services.people import lock_person


@settled()
def choose(person_id: int, cities: Iterable[City], *, by: Person, at: datetime) -> bool:
    """Limit an organizer to these cities from now on; none of them means all. Whether anything changed.

    Raises Person.DoesNotExist.
    """
    person = lock_person(person_id)
    wanted = {city.pk: city for city in cities}
    before = {row.city_id: row.city for row in Chapter.objects.filter(person=person).select_related("city")}
    if wanted.keys() == before.keys():
        return False
    Chapter.objects.filter(person=person).exclude(city__in=wanted).delete()
    Chapter.objects.bulk_create(
        Chapter(person=person, city=city, given_at=at, given_by=by) for pk, city in wanted.items() if pk not in before
    )
    old, new = (sorted(city.name_en for city in some.values()) for some in (before, wanted))
    audit.record("chapters.choose", person, by=by, at=at, data={"cities": [old, new]})
    return True
