"""For `manage.py verify`."""

from datetime import datetime, timedelta

from django.db.models import (
    F,
)

from community.events import rules, states
from community.events.models import Event, SeatHold, Signup


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """Invariants 1 and 2 on the live data (reliability.md): name → public ids of what breaks it."""
    over = at - rules.ROSTER_OPEN - timedelta(days=1)
    astray = Signup.objects.filter(seat__isnull=False).exclude(seat__event_id=F("event_id"))
    return {
        "seat_of_another_event": list(astray.values_list("public_id", flat=True)),
        "seat_without_hold": list(
            Signup.objects.filter(seat__isnull=False)
            .exclude(holds__in=SeatHold.objects.filter(freed_at=None))
            .values_list("public_id", flat=True)
        ),
        "roster_left_open": list(
            Event.objects.filter(status=states.OPEN, ends_at__lt=over).values_list("public_id", flat=True)
        ),
    }
