"""Checking people in and taking it back (R5, R25). The person's lock keeps it apart from withdrawal, lapse and
cancelling; the event's own row is only read, because moving and cancelling lock everybody who is coming first."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Value
from django.db.models.lookups import Exact

from community.events import policies, rules, states
from community.events.models import Signup
from community.events.services import seating, waivers
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.prepared import TEXT, Given, Prepared
from community.members.services import admission, people

if TYPE_CHECKING:
    from community.members.models import Person


def _tapped() -> QuerySet[Signup]:
    """One signup by its public id, of this event if one is named."""
    event = Given("event", TEXT)
    anywhere = Exact(event, Value(""))
    return Signup.objects.filter(Q(anywhere) | Q(event__public_id=event), public_id=Given("signup", TEXT))


LOCKED = Prepared(lambda: people.locked_by(_tapped().values("person_id")[:1]))
TAPPED = Prepared(lambda: _tapped().select_related("event", "person", "seat__table"))


@settled()
def check_in(
    signup_id: str,
    *,
    by: "Person",
    at: datetime,
    reason: str = "",
    event_id: str = "",
    scanned_at: datetime | None = None,
) -> Signup:
    """Record that somebody is here; tapped twice, nothing more happens. The attendance carries the event's start.

    Keys are public ids; `event_id` is the roster the tap came from. From 24 hours after the end to day 7 a reason is
    needed. A ticket scanned without a network is judged by `scanned_at`, and when it reached us is kept beside it: not
    from the future, and until day 7 at the latest (product.md §5). Tells members when the event qualifies, which may admit the person. Raises Signup.DoesNotExist for a row
    of another roster, RuleBroken: "check_in.early", "check_in.reason", "check_in.over", "check_in.waiver", "signup.stale",
    "scan.future", "scan.undone".
    """
    signup = _lock(signup_id, event_id)
    if signup.status == states.ATTENDED:
        return signup
    event = signup.event
    when = at if scanned_at is None else _scan_time(signup, scanned_at, at)
    policies.may_check_in(event, at=when, reason=reason).insist()
    if when < event.ends_at:  # afterwards who was there is a fact, and nothing is left to accept
        waivers.insist(event, signup.person_id, "check_in.waiver")
    if signup.seat_id is None and signup.status == states.MISSED:
        _chair_back(signup, at=at)
    lifecycle.move(
        states.SIGNUP, signup, "check_in", by=by, at=at, reason=reason.strip(), attended_at=event.starts_at,
        checked_in_at=when, checked_in_by=by, missed_at=None, uploaded_at=None if scanned_at is None else at,
    )  # fmt: skip
    if event.qualifying:
        admission.attended(signup.person_id, began_at=event.starts_at, by=by, at=at)
    return signup


@settled()
def undo(signup_id: str, *, by: "Person", at: datetime, reason: str, event_id: str = "") -> Signup:
    """Take a check-in back, with a reason; members asks again what attendance is left.

    After the roster closed the person has missed the event. Keys as in `check_in`. Raises Signup.DoesNotExist,
    RuleBroken: "check_in.undo_reason", "signup.stale".
    """
    if not reason.strip():
        raise RuleBroken("check_in.undo_reason")
    signup = _lock(signup_id, event_id)
    if signup.status in (states.CONFIRMED, states.MISSED):
        return signup
    lifecycle.move(
        states.SIGNUP, signup, "undo", by=by, at=at, reason=reason.strip(), attended_at=None, checked_in_at=None,
        checked_in_by=None, uploaded_at=None,
    )  # fmt: skip
    if signup.event.status == states.HELD:
        lifecycle.move(states.SIGNUP, signup, "miss", by=by, at=at, reason=reason.strip(), missed_at=at)
    if signup.event.qualifying:
        admission.undo_attendance(signup.person_id, by=by, at=at, reason=reason.strip())
    return signup


def _scan_time(signup: Signup, scanned_at: datetime, at: datetime) -> datetime:
    """When a scan counts as made: by the scanner's clock, unless that is ahead, or the check-in was undone since."""
    if rules.from_the_future(scanned_at, at):
        raise RuleBroken("scan.future")
    policies.may_check_in(signup.event, at=at, reason="scan").insist()  # it may arrive until the roster closes
    if audit.trail(signup).filter(action="signup.undo", at__gte=scanned_at).exists():
        raise RuleBroken("scan.undone")
    return min(scanned_at, at)


def _chair_back(signup: Signup, *, at: datetime) -> None:
    """Somebody late, whose chair was released: another one that is free. Raises RuleBroken("seat.full")."""
    seating.end_holds(seating.lock_event(signup.event_id), at=at)
    chair = seating.next_free(signup.event_id)
    if chair is None:
        raise RuleBroken("seat.full")
    Signup.objects.filter(pk=signup.pk).update(seat=chair)
    signup.seat = chair
    seating.take(signup, chair, at=at)


def _lock(signup_id: str, event_id: str) -> Signup:
    """The signup as it stands under its person's lock."""
    if LOCKED(signup=signup_id, event=event_id):
        for signup in TAPPED(signup=signup_id, event=event_id):
            return signup
    raise Signup.DoesNotExist
