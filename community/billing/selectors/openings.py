"""Fees paid before the club moved in, for days still to come."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from community.billing import rules
from community.billing.models import OpeningBalance
from community.kernel import audit

if TYPE_CHECKING:
    from community.members.models import Person, Term


def balances() -> QuerySet[OpeningBalance]:
    return OpeningBalance.objects.select_related("person").order_by("person__name_key", "person_id", "starts_on")


def of_person(person_id: int) -> list[OpeningBalance]:
    """What the club brought along for one person, the newest first; at most a hundred."""
    return list(OpeningBalance.objects.filter(person=person_id).order_by("-starts_on", "-pk")[:100])


def unused_of(person: "Person", term: "Term", left_on: date) -> int:
    """R18: what is left on a day of the balances brought along for a term, in minor units."""
    rows = OpeningBalance.objects.filter(person=person, starts_on__gte=term.starts_on, starts_on__lt=term.ends_on)
    return sum(rules.unused_share(row.amount, row.starts_on, row.ends_on, left_on) for row in rows)


def was_imported(term: "Term") -> bool:
    """Whether the club brought this term along, so that its fee was paid elsewhere."""
    return audit.trail(term).filter(action="term.import").exists()
