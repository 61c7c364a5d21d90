"""Tickets scanned at the door, also without a network: sent later, once or more often, and counted once (R25)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from community.events.models import Signup
from community.events.services import checking_in, tickets
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person


@dataclass(frozen=True)
class Scan:
    """Whose ticket it was; `fresh` when this very scan checked them in, however often it was sent."""

    signup: Signup
    fresh: bool


def record(text: str, *, event_id: str, scanned_at: datetime, by: "Person", at: datetime) -> Scan:
    """Check in whom a scanned ticket names, or whose code (the public id of the signup) staff typed.

    Judged by `scanned_at`; received `at`. Raises RuleBroken: the codes of `tickets.read`, "scan.code", and those of
    `checking_in.check_in`.
    """
    typed = "".join(text.split()).lower()
    signup_id = typed if typed.isalnum() else tickets.read(text, event_id=event_id).public_id
    try:
        signup = checking_in.check_in(signup_id, event_id=event_id, by=by, at=at, scanned_at=scanned_at)
    except Signup.DoesNotExist:
        raise RuleBroken("scan.code") from None
    return Scan(signup, signup.checked_in_at == min(scanned_at, at))
