"""The messages about a booked event, one function each. Context is plain facts; the words are in templates/events/mail/."""

from datetime import datetime
from typing import Any

from community.events.models import Event, Signup
from community.kernel import outbox


def facts_of(event: Event) -> dict[str, Any]:
    """What a letter says about an event: as it was when the letter was written."""
    return {
        "topic": event.topic,
        "kind": event.kind,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "city": {"zh": event.city.name_zh, "en": event.city.name_en},
        "place": event.place,
        "address": event.address,
        "directions": event.directions,
        "path": event.get_absolute_url(),
    }


def seat_confirmed(signup: Signup, event: Event, *, at: datetime) -> bool:
    return outbox.post(
        "events/seat_confirmed",
        signup.person,
        occasion=f"seat-confirmed:{signup.pk}:{at.isoformat()}",
        at=at,
        context=facts_of(event) | {"is_host": signup.is_host, "qualifying": event.qualifying},
    )


def event_moved(signup: Signup, event: Event, *, before: dict[str, Any], at: datetime) -> bool:
    """R27: time or place changed. `before` are the facts the last letter stated."""
    was = datetime.fromisoformat(before["starts_at"]), datetime.fromisoformat(before["ends_at"])
    return outbox.post(
        "events/event_moved",
        signup.person,
        occasion=f"event-moved:{signup.pk}:{event.sequence}",
        at=at,
        context=facts_of(event) | {"before": before, "time_changed": was != event.period},
    )


def event_cancelled(signup: Signup, event: Event, *, at: datetime) -> bool:
    """R27: the club cancelled. Never after the occasion has passed (R51)."""
    return outbox.post(
        "events/event_cancelled",
        signup.person,
        occasion=f"event-cancelled:{signup.pk}",
        at=at,
        context=facts_of(event) | {"reason": event.cancel_reason, "is_host": signup.is_host},
    )
