"""Which of a person's applications counts."""

from django.db.models import Case, Value, When

from community.members import states
from community.members.models import Application, Person


def live_application(person: Person) -> Application | None:
    """The application under way, else the newest one."""
    return (
        Application.objects.filter(person=person)
        .select_related("company", "industry", "city", "tier")
        .order_by(live_first(), "-pk")
        .first()
    )


def live_first() -> Case:
    return Case(When(status__in=states.LIVE, then=Value(0)), default=Value(1))
