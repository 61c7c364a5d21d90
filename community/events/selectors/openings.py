"""For whom sign-up is open already (R22, opening times per class)."""

from datetime import datetime
from typing import Any

from community.events import rules
from community.events.models import Event, OpeningHours, Signup
from community.events.selectors.waitlist import askers
from community.kernel.errors import YES, Verdict, no

REFUSED = {"quiet": "opening.quiet", "standing": "opening.standing", "missed": "opening.missed"}


def opening_hours() -> dict[str, OpeningHours]:
    """The setting, by kind."""
    return {row.kind: row for row in OpeningHours.objects.all()}


def opens_in_turn(event: Event, at: datetime) -> bool:
    """Whether somebody must still wait for their class. Fair allotment needs no turns: being early earns nothing."""
    return event.opens_all_at is not None and at < event.opens_all_at and not event.by_allotment


def opening_for(person: Any, event: Event, at: datetime) -> Verdict:
    """Whether the class somebody is in now may sign up, or when it may; no query where nobody waits for a turn, else
    two or three."""
    if not opens_in_turn(event, at):
        return YES
    [asker] = askers([Signup(event=event, person=person, signed_up_at=at)], event, at)
    code = rules.class_of(asker, at)
    moment = rules.opening_of(code, event.opens_quiet_at, event.opens_all_at)
    if moment is None or at >= moment:
        return YES
    return no(REFUSED[code], opens_at=moment, at=at)
