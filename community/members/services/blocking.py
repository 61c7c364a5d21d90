"""Blocking another member: neither meets the other anywhere in the club, and nobody but the one who did it knows."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.models import Block, Person
from community.members.services.people import lock_person


@settled({"block_once": "block.again"})
def block(person: Person, other_id: int, *, at: datetime) -> bool:
    """Whether it is new; said twice, it stands once. The other is never told. Raises RuleBroken("block.self")."""
    lock_person(person.pk)
    if person.pk == other_id:
        raise RuleBroken("block.self")
    row, new = Block.objects.get_or_create(person=person, blocked_id=other_id, defaults={"since_at": at})
    if new:
        audit.record("person.block", row, by=person, at=at, person_id=person.pk)
    return new


@settled()
def unblock(person: Person, other_public_id: str, *, at: datetime) -> bool:
    """Take it back; whether there was one."""
    lock_person(person.pk)
    row = Block.objects.filter(person=person, blocked__public_id=other_public_id).first()
    if row is None:
        return False
    audit.record("person.unblock", row, by=person, at=at, person_id=person.pk)
    row.delete()
    return True
