"""Where somebody's company stands: told in the application, raised by a programme's end."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Subquery

from community.members import states
from community.members.models import Application

STAGES = Application.Stage.choices
STAGE_NAMES = dict(STAGES)


def stages_of(person_ids: Iterable[int]) -> dict[int, str]:
    """By person, of those who said; one query. The latest application says what a person last told."""
    rows = Application.objects.filter(person__in=list(person_ids), status__in=[states.APPROVED, states.ADMITTED])
    found = rows.exclude(stage="").order_by("pk").values_list("person_id", "stage")
    return dict(found)


def stage_of(person: Any) -> str:
    """ "" when they never said."""
    return stages_of([person.pk]).get(person.pk, "")


def told_by(person: Any) -> Subquery:
    """The latest word of a person, by key or as `OuterRef`, for a condition; NULL when they never said."""
    rows = Application.objects.filter(person=person, status__in=[states.APPROVED, states.ADMITTED]).exclude(stage="")
    return Subquery(rows.order_by("-pk").values("stage")[:1])


def in_stages(stages: Iterable[str]) -> Any:
    """The keys of everybody whose latest word is one of these stages, for a condition."""
    rows = Application.objects.filter(status__in=[states.APPROVED, states.ADMITTED]).exclude(stage="")
    latest = rows.order_by("person_id", "-pk").distinct("person_id").values("pk")
    return Application.objects.filter(pk__in=latest, stage__in=list(stages)).values("person_id")
