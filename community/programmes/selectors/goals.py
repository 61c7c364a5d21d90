"""What people want to reach."""

from collections.abc import Iterable
from typing import Any

from community.programmes import states
from community.programmes.models import Goal


def goal_of(person: Any) -> Goal | None:
    """The goal somebody works at."""
    return Goal.objects.filter(person=person, status=states.OPEN).first()


def goals_of(person_ids: Iterable[int]) -> dict[int, Goal]:
    """The same for many; one query."""
    found = Goal.objects.filter(person__in=list(person_ids), status=states.OPEN)
    return {goal.person_id: goal for goal in found}


def closed_goals(person: Any) -> list[Goal]:
    """What became of the earlier ones, the latest first; ten at most."""
    return list(Goal.objects.filter(person=person).exclude(status=states.OPEN).order_by("-closed_at", "-pk")[:10])
