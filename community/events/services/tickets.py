"""What lets somebody in (R25): a signed ticket of one seat at one event, and the door's code of the day."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from community.events import rules, states
from community.events.models import Event, Signup
from community.events.services import checking_in
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person

DIGITS = 6
_signer = Signer(salt="events.ticket", sep="~")


def token(signup: Signup) -> str:
    """The ticket's text: bound to the event and to this very seat; good in the check-in window alone.

    Giving the seat back and taking another makes a new one. Raises RuleBroken("signup.none") without a seat.
    """
    if signup.status not in states.COMING or signup.confirmed_at is None:
        raise RuleBroken("signup.none")
    return _signer.sign(f"{signup.event.public_id}.{signup.public_id}.{_stamp(signup.confirmed_at)}")


def read(text: str, *, event_id: str) -> Signup:
    """Whose ticket this is; `event_id` is the public id of the event at whose door it is shown.

    Raises RuleBroken: "ticket.forged", "ticket.other" (another event), "ticket.stale" (the seat was given back).
    """
    try:
        of_event, signup_id, stamp = _signer.unsign(text.strip()).split(".")
    except (BadSignature, ValueError):
        raise RuleBroken("ticket.forged") from None
    if of_event != event_id:
        raise RuleBroken("ticket.other")
    signup = Signup.objects.filter(public_id=signup_id, event__public_id=event_id).select_related("person").first()
    if signup is None or signup.status in (states.WAITING, states.OFFERED, states.WITHDRAWN):
        raise RuleBroken("ticket.stale")
    if signup.confirmed_at is None or _stamp(signup.confirmed_at) != stamp:
        raise RuleBroken("ticket.stale")
    return signup


def door_code(event: Event) -> str:
    """Six digits that stand at the door of one event, the same from its publication to its end."""
    digest = salted_hmac("events.door_code", event.public_id, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def by_door_code(person: "Person", code: str, *, at: datetime) -> Signup:
    """Check oneself in with the code at the door: at an event one has a seat at, in R25's window; twice is once.

    Raises RuleBroken: "door.none" (no seat at anything open now), "door.wrong", and the codes of check-in.
    """
    coming = Signup.objects.filter(
        person=person, status__in=states.COMING, event__status__in=[states.OPEN, states.HELD],
        event__starts_at__lte=at + rules.CHECK_IN_BEFORE, event__ends_at__gt=at - rules.CHECK_IN_AFTER,
    )  # fmt: skip
    seats = list(coming.select_related("event").order_by("event__starts_at")[:10])
    if not seats:
        raise RuleBroken("door.none")
    for seat in seats:
        if hmac.compare_digest(door_code(seat.event), code):
            return checking_in.check_in(seat.public_id, by=person, at=at)
    raise RuleBroken("door.wrong")


def _stamp(confirmed_at: datetime) -> str:
    return str(int(confirmed_at.timestamp() * 1_000_000))
