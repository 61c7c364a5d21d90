"""Who wants nothing to do with whom: asked everywhere one member would be led to another."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from community.kernel.prepared import Given, IsOneOf
from community.members.models import Block


def either_way(person: Any) -> QuerySet[Block, Any]:
    """The keys of those whom somebody blocked and of those who blocked them, for a condition."""
    rows = Block.objects.filter(Q(person=person) | Q(blocked=person))
    return rows.annotate(apart=Case(When(person=person, then=F("blocked")), default=F("person"))).values("apart")


def against(person: Any, *, by: Any) -> QuerySet[Block]:
    """Whether one blocked another, for a condition: to whom their name is not said where everybody else's is."""
    return Block.objects.filter(person=by, blocked=person)


def are_apart(one_id: int, other_id: int) -> bool:
    return Block.objects.filter(person__in=[one_id, other_id], blocked__in=[one_id, other_id]).exists()


def pairs(person_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Among these, who is not to sit with whom, smaller key first; one query."""
    ids = list(person_ids)
    rows = Block.objects.filter(person__in=ids, blocked__in=ids).values_list("person_id", "blocked_id")
    return sorted({(min(both), max(both)) for both in rows})


def touching(people: Given) -> QuerySet[Block, tuple[int, int]]:
    """Every pair one of these is in, for a question that joins it with what else keeps people apart."""
    among = Q(IsOneOf(F("person_id"), people)) | Q(IsOneOf(F("blocked_id"), people))
    return Block.objects.filter(among).values_list("person_id", "blocked_id")


def blocked_by(person: Any) -> list[Block]:
    """Whom somebody blocked, the latest first; at most a hundred."""
    return list(Block.objects.filter(person=person).select_related("blocked").order_by("-since_at", "-pk")[:100])
