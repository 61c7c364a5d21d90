"""Who has met whom: facts from check-in (R35)."""

from datetime import datetime

from django.db.models import Max

from community.events import states
from community.events.models import Signup


def met_at_table(person_id: int) -> dict[int, datetime]:
    """Everybody who was checked in at one table with this person, and when that was last (the event's start)."""
    mine = Signup.objects.filter(person=person_id, status=states.ATTENDED, seat__table__isnull=False)
    others = Signup.objects.filter(status=states.ATTENDED, seat__table__in=mine.values("seat__table"))
    last = others.exclude(person=person_id).order_by().values("person").annotate(last=Max("attended_at"))
    return dict(last.values_list("person_id", "last"))
