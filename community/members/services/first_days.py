"""Putting the list of a new member's first thirty days away."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.members.models import Person
from community.members.selectors.first_days import PUT_AWAY
from community.members.services.people import lock_person


@settled()
def put_away(person_id: int, *, by: Person, at: datetime) -> bool:
    """The member has seen enough of the list. It stands in the audit trail and nowhere else; pressed twice, once."""
    person = lock_person(person_id)
    if audit.about(person.pk, PUT_AWAY).exists():
        return False
    audit.record(PUT_AWAY, person, by=by, at=at)
    return True
