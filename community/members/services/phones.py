"""A mobile number that somebody has shown to be theirs by a code: it signs in, and belongs to one account."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.members.models import Person
from community.members.notifications import rights as letters
from community.members.services.people import lock_person


@settled({"person_phone_once": "phone.taken"})
def show(person_id: int, phone: str, *, at: datetime) -> None:
    """Keep a number that was shown; a new one is told by letter. Raises RuleBroken("phone.taken")."""
    person = lock_person(person_id)
    same = str(person.phone) == phone
    if same and person.phone_verified_at is not None:
        return
    Person.objects.filter(pk=person.pk).update(phone=phone, phone_verified_at=at)
    entry = audit.record("person.phone", person, by=person, at=at)
    if not same:
        letters.phone_changed(person, entry_id=entry.pk, at=at)
