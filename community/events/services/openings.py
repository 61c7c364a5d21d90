"""Opening times per class (R22): what an administrator sets for each kind, and what an event takes of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.events import rules, selectors
from community.events.models import Event, OpeningHours
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person

KINDS = tuple(code for code in rules.KINDS if code != rules.VISIT)  # a visit has its release (R23)


@settled({"events_openinghours_kind_key": "busy"})
def set_hours(wanted: Mapping[str, tuple[int, int]], *, by: "Person", at: datetime) -> list[str]:
    """By kind the hours after the publication for members without a seat in 60 days, and for all others; 0: at once.

    What is published keeps its times. Returns the kinds that changed. Raises RuleBroken("opening.order").
    """
    there = {row.kind: row for row in OpeningHours.objects.select_for_update().order_by("kind")}
    changed = []
    for kind, (quiet, standing) in wanted.items():
        if not 0 <= quiet <= standing <= rules.OPENING_HOURS_MOST:
            raise RuleBroken("opening.order")
        row = there.get(kind) or OpeningHours(kind=kind, quiet=0, standing=0)
        if (row.quiet, row.standing) == (quiet, standing):
            continue
        row.quiet, row.standing = quiet, standing
        row.save()
        audit.record("opening.set", row, by=by, at=at, data={"kind": kind, "quiet": quiet, "standing": standing})
        changed.append(kind)
    return changed


def times_for(event: Event, *, at: datetime) -> dict[str, Any]:
    """What an event takes when it is published at `at`."""
    row = selectors.opening_hours().get(event.kind)
    if row is None or event.by_allotment:
        return {"opens_quiet_at": None, "opens_all_at": None}
    return {
        "opens_quiet_at": rules.opens_at(at, event.starts_at, row.quiet),
        "opens_all_at": rules.opens_at(at, event.starts_at, row.standing),
    }


def shorten(event: Event) -> None:
    """After an earlier start: everybody may sign up from 24 hours before it at the latest."""
    latest = event.starts_at - rules.OPEN_TO_ALL_BEFORE
    for name in ("opens_quiet_at", "opens_all_at"):
        moment = getattr(event, name)
        if moment is not None and moment > latest:
            setattr(event, name, latest)
            Event.objects.filter(pk=event.pk).update(**{name: latest})


def insist(event: Event, person: "Person", *, at: datetime) -> None:
    """Raises RuleBroken with an "opening." code, which says when, while the person's class may not sign up yet."""
    selectors.opening_for(person, event, at).insist()
