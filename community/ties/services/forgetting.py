"""Somebody is erased (R52): that two people met stays as a tie to a former member, the words go."""

from datetime import datetime

from django.db.models import Q

from community.kernel import outbox
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.members.services import people
from community.ties import states
from community.ties.models import OneToOne, Partner, Project

MASKED = "…"


@settled()
def forget(person_id: int, *, at: datetime) -> int:
    """End what waits, take their projects' words and their name out of letters to others; how many things."""
    people.lock_person(person_id)
    mine = Q(asker=person_id) | Q(asked=person_id)
    waiting = list(OneToOne.objects.filter(mine, status=states.WAITING).select_for_update(no_key=True).order_by("pk"))
    for one_to_one in waiting:
        lifecycle.move(states.ONE_TO_ONE, one_to_one, "expire", by=None, at=at, person_id=one_to_one.asker_id)
    parts = list(Partner.objects.filter(person=person_id, status=states.ASKED).select_for_update(no_key=True))
    for part in parts:
        lifecycle.move(states.PARTNER, part, "expire", by=None, at=at, person_id=person_id)
    keys = OneToOne.objects.filter(mine).values_list("pk", flat=True)
    shared = Partner.objects.filter(project__partners__person=person_id).values_list("pk", flat=True).distinct()
    occasions = [f"{name}:{key}" for key in keys for name in ("one-to-one", "one-to-one-confirmed")]
    occasions += [f"{name}:{key}" for key in shared for name in ("project", "project-confirmed")]
    outbox.blank({"other": MASKED, "title": MASKED}, paths=[], occasions=occasions)
    words = Project.objects.filter(declared_by=person_id).exclude(title="").update(title="")
    return len(waiting) + len(parts) + words
