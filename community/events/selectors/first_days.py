"""What a new member has done at events, as marks to be read with the person in one query."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from community.events import rules, states
from community.events.models import CalendarFeed, Signup


def marks(since: datetime) -> dict[str, Exists]:
    """`table` and `visit`: a seat at one that begins after `since`, taken or still ahead. `calendar`: has an address."""
    seats = Signup.objects.filter(person=OuterRef("pk"), status__in=states.COMING, event__starts_at__gt=since)
    return {
        "table": Exists(seats.filter(event__kind=rules.ROUNDTABLE)),
        "visit": Exists(seats.filter(event__kind=rules.VISIT)),
        "calendar": Exists(CalendarFeed.objects.filter(person=OuterRef("pk"))),
    }
