"""What a host sees: the roster and the run sheet of the event they host (product.md §1), and nobody's telephone."""

from community.events import states
from community.events.models import Event, Signup


def at_event(event: Event) -> list[Signup]:
    """Everybody expected, there or missing, by table and name, with their guests."""
    rows = Signup.objects.filter(event=event, status__in=[*states.COMING, states.MISSED])
    return list(
        rows.select_related("person", "seat__table", "guest__seat__table").order_by(
            "seat__table__number", "person__name_key", "pk"
        )
    )
