"""What a host sees: the roster and the run sheet of the event they host (product.md §1), and nobody's telephone."""

from datetime import datetime, timedelta
from typing import Any

from community.events import states
from community.events.models import Event, Signup

SHOWN_AFTER = timedelta(days=7)


def at_event(event: Event) -> list[Signup]:
    """Everybody expected, there or missing, by table and name, with their guests."""
    rows = Signup.objects.filter(event=event, status__in=[*states.COMING, states.MISSED])
    return list(
        rows.select_related("person", "seat__table", "guest__seat__table").order_by(
            "seat__table__number", "person__name_key", "pk"
        )
    )


def hosted_by(person: Any, at: datetime) -> list[Event]:
    """What somebody hosts, from now until a week after its end; soonest first, at most ten."""
    events = Event.objects.filter(
        host=person, status__in=[states.OPEN, states.HELD], ends_at__gt=at - SHOWN_AFTER
    ).select_related("city")
    return list(events.order_by("starts_at", "pk")[:10])
