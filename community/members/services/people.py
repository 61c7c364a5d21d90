"""Locking people: always the first lock, so that check-in, payment, lapse and withdrawal of one person never cross."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from community.kernel import audit
from community.kernel.prepared import Given, Prepared
from community.members.models import Person

LOCKED = Prepared(lambda: Person.objects.select_for_update(no_key=True).filter(pk=Given("person")).order_by())


def lock_person(person_id: int) -> Person:
    """Lock one person's row for the rest of the transaction. Raises Person.DoesNotExist."""
    for person in LOCKED(person=person_id):
        return person
    raise Person.DoesNotExist


def locked_by(keys: QuerySet[Any]) -> QuerySet[Person]:
    """The same for the one person whose key a query yields, to be asked inside a transaction."""
    return Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by()


def lock_people(person_ids: Iterable[int]) -> dict[int, Person]:
    """Lock several people in key order (one order everywhere: no deadlocks)."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=set(person_ids)).order_by("pk")
    return {person.pk: person for person in rows}


@transaction.atomic
def open_contact(person_id: int, *, by: Person, at: datetime) -> None:
    """A colleague reads somebody's phone and WeChat; the person sees who and when, as with other members."""
    if by.pk != person_id:
        audit.record("person.contact", Person.objects.get(pk=person_id), by=by, at=at)
