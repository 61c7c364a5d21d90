"""What is read of a new member in the first thirty days, and who looks after them."""

from typing import Any

from django.db.models import Exists, Subquery

from community.kernel import audit
from community.kernel.access import ORGANIZER
from community.members.models import Chapter, Person

PUT_AWAY = "first_days.put_away"


def read(person: Any, city_id: int | None, marks: dict[str, Exists]) -> dict[str, Any]:
    """These marks of one person with three of our own, in one query: `away` (they put the list away), `opened` (somebody's
    contact data in the directory), `carer` (the name of the organizer of their city, where one is named)."""
    organizers = Chapter.objects.filter(
        city=city_id, person__is_active=True, person__groups__name=ORGANIZER
    ).order_by("pk")  # fmt: skip
    marked = Person.objects.filter(pk=person.pk).annotate(
        away=Exists(audit.about_outer("person").filter(action=PUT_AWAY)),
        opened=Exists(audit.about_outer("actor").filter(action="card.contact")),
        carer=Subquery(organizers.values("person__full_name")[:1]),
        **marks,
    )
    return marked.values("away", "opened", "carer", *marks).get()
