"""Locking people: always the first lock, so that check-in, payment, lapse and withdrawal of one person never cross."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from community.members.models import Person


def lock_person(person_id: int) -> Person:
    """Lock one person's row for the rest of the transaction. Raises Person.DoesNotExist."""
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def lock_person_by(keys: QuerySet[Any]) -> Person:
    """The same for the one person whose key a query yields. Raises Person.DoesNotExist."""
    return Person.objects.select_for_update(no_key=True).get(pk__in=keys)


def lock_people(person_ids: Iterable[int]) -> dict[int, Person]:
    """Lock several people in key order (one order everywhere: no deadlocks)."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=set(person_ids)).order_by("pk")
    return {person.pk: person for person in rows}
