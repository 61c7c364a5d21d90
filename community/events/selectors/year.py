"""How many seats a stretch of time brought one member (R40); whom they met is told by ties (R35)."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.events import states
from community.events.models import Signup

if TYPE_CHECKING:
    from community.members.models import Person


def seats_taken(person: "Person", since: datetime, until: datetime) -> int:
    """Events they were checked in at that began in [since, until); one query."""
    been = Signup.objects.filter(status=states.ATTENDED, event__starts_at__gte=since, event__starts_at__lt=until)
    return been.filter(person=person).count()
