"""Writing an event, publishing it with its chairs, and changing it afterwards (R22, R27)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from community.events import notifications, policies, rules, states
from community.events.models import Event, EventTask, Signup
from community.events.services import booking, hosting, offering, openings, pricing, seating
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import selectors as members
from community.members.services import clock, people

if TYPE_CHECKING:
    from community.members.models import Person

DETAILS = (
    "kind", "topic", "about", "agenda", "city", "district", "place", "address", "directions", "starts_at", "ends_at",
    "host", "releases_at", "allots_at", "reserve_for_others", "table_count", "seats_each", "stages", *rules.OWN_FIELDS,
)  # fmt: skip
FOLLOWS = "follows"  # the roundtables of a visit, beside the plain fields
FIXED = ("kind", "host", "city", "stages", FOLLOWS)  # once published
ALLOTTED = {"allots_at", "reserve_for_others"}  # once the seats were given
TOLD = ("starts_at", "ends_at", "place", "address")  # a change of these is written to everybody who is coming


@settled()
def create(*, by: "Person", at: datetime, copied: Event | None = None, **details: Any) -> Event:
    """Start a draft from the fields of `DETAILS`, with the tasks, the tables and the price of the event it is `copied`
    from: topics as they are, hosts who are free.

    Signups, the door code and an absence's words are never copied. Raises the codes of `rules.seat_plan` and
    "chapter.other_city".
    """
    policies.may_plan_in(by, details.get("city")).insist()
    event = write_draft(by=by, at=at, **details)
    if copied is not None:
        pricing.copy(event, copied, by=by, at=at)
        EventTask.objects.bulk_create(
            EventTask(event=event, title=task.title, days=task.days) for task in copied.tasks.all()
        )
        hosting.copy_tables(copied, event, at=at)
    return event


def write_draft(*, by: "Person", at: datetime, **details: Any) -> Event:
    """`create` without asking which cities somebody runs: a series goes on whoever began it."""
    plain = {name: value for name, value in _known(details).items() if name != FOLLOWS}
    event = Event(created_at=at, created_by=by, **plain)
    _write(event, details)
    audit.record("event.create", event, by=by, at=at, new=event.status)
    return event


def edit(event_id: int, *, by: "Person", at: datetime, **details: Any) -> Event:
    """Change a draft freely; of a published event everything but `FIXED`. A new time or place is told to everybody.

    Raises RuleBroken: "event.fixed", "event.begun", "event.past", "event.checked_in", "event.cancelled",
    "seats.occupied", "allotment.guests", "chapter.other_city", what publishing would refuse, and "busy".
    """
    return seating.insist(lambda: _edit(event_id, by=by, at=at, details=_known(details)))


@settled()
def _edit(event_id: int, *, by: "Person", at: datetime, details: dict[str, Any]) -> Event | None:
    locked = seating.lock_with_everybody(event_id)
    if locked is None:
        return None
    event, signups = locked
    changed = _changed(event, details)
    if "city" in changed:
        policies.may_plan_in(by, details["city"]).insist()
    if event.status != states.DRAFT:
        _refuse_change(event, changed, at=at, here=any(s.status == states.ATTENDED for s in signups))
    if details.get("allots_at") and any(signup.with_guest for signup in signups):
        raise RuleBroken("allotment.guests")
    before = notifications.facts_of(event)
    told = event.status == states.OPEN and any(name in TOLD for name in changed)
    event.sequence += told
    event.by_hand = event.by_hand or (event.series_id is not None and bool(changed))
    _write(event, details)
    if event.status == states.OPEN:
        _refuse_missing(event, at=at, new_time="starts_at" in changed)
        seating.end_holds(event, at=at)  # what is over keeps no chair from a smaller room
        seating.make_seats(event, at=at)
        if "starts_at" in changed:
            offering.shorten(event, by=by, at=at)
            openings.shorten(event)
    if changed:
        audit.record("event.edit", event, by=by, at=at, data={"changed": changed})
    if told:
        _tell_moved(event, signups, before, by=by, at=at)
    offering.settle(event, at=at)  # a larger room has free chairs
    return event


@settled(booking.CONFLICTS)
def publish(event_id: int, *, by: "Person", at: datetime, **details: Any) -> Event:
    """Open a draft, with the last changes made to it: lay its tables and chairs, and seat its host (product.md §5).

    Pressed twice, nothing more happens. Raises RuleBroken: "event.past", "event.no_place", "event.no_address",
    "event.no_host", "host.standing", "host.elsewhere", "visit.follows", "visit.release", "chapter.other_city",
    "event.stale".
    """
    policies.may_plan_in(by, details.get("city")).insist()
    host_id = _host_id(event_id, details)
    locked = people.lock_people({*hosting.table_hosts(event_id), *([host_id] if host_id else [])})
    host = locked[host_id] if host_id else None
    event = seating.lock_event(event_id)
    if event.status == states.OPEN:
        return event
    if event.status != states.DRAFT:
        raise RuleBroken("event.stale")
    _write(event, _known(details))
    if event.host_id != host_id:
        raise RuleBroken("event.stale")
    _refuse_missing(event, at=at)
    if event.kind == rules.VISIT and host is not None:
        event.company = members.company_of(host)
    lifecycle.move(
        states.EVENT, event, "publish", by=by, at=at, published_at=at, published_by=by, company=event.company,
        **openings.times_for(event, at=at),
    )  # fmt: skip
    seating.make_seats(event, at=at)
    if host is not None:
        policies.may_host(host, event, at=at).insist()
        booking.refuse_overlap(host.pk, event, "host.elsewhere")
        booking.confirm(event, host, None, seating.next_free(event.pk), by=by, at=at, is_host=True)
    hosting.seat_table_hosts(event, by=by, at=at)
    return event


def _host_id(event_id: int, details: dict[str, Any]) -> int | None:
    """Who will be seated: the person to lock before the event."""
    if "host" in details:
        return details["host"].pk if details["host"] else None
    return Event.objects.filter(pk=event_id).values_list("host_id", flat=True).first()


def _changed(event: Event, details: dict[str, Any]) -> list[str]:
    return [
        name for name, value in details.items() if _value(event, name) != (list(value) if name == FOLLOWS else value)
    ]


def _value(event: Event, name: str) -> Any:
    if name != FOLLOWS:
        return getattr(event, name)
    return list(event.follows.order_by("starts_at", "pk")) if event.pk else []


def _write(event: Event, details: dict[str, Any]) -> None:
    """Set what differs and save it, with the release of a visit as the rule gives it when none was chosen (R23)."""
    changed = _changed(event, details)
    for name in changed:
        if name != FOLLOWS:
            setattr(event, name, details[name])
    followed = sorted(details.get(FOLLOWS, _value(event, FOLLOWS)), key=lambda table: (table.starts_at, table.pk))
    _release(event, followed)
    _allotment(event)
    _costs(event)
    seating.seat_plan(event)
    event.save()
    if FOLLOWS in changed:
        event.follows.set(followed)


def _release(event: Event, followed: list[Event]) -> None:
    if followed and (event.kind != rules.VISIT or any(table.starts_at >= event.starts_at for table in followed)):
        raise RuleBroken("visit.follows")
    latest = event.starts_at - rules.RELEASED_BEFORE
    if not followed:
        event.releases_at = None
    elif event.releases_at is None:
        event.releases_at = rules.release_at([table.starts_at for table in followed], event.starts_at)
    elif event.releases_at > latest:
        raise RuleBroken("visit.release")


def _allotment(event: Event) -> None:
    """R23: a visit's release and its allotment are one run; every run leaves people a day to plan with."""
    if event.allots_at is None:
        event.reserve_for_others = 0
    elif event.allotted_at is None:
        event.allots_at = event.releases_at or event.allots_at
        if event.allots_at > event.starts_at - rules.RELEASED_BEFORE:
            raise RuleBroken("allotment.late")


def _costs(event: Event) -> None:
    """R12, R28: what has a price stays of a kind that may have one, and its seats are paid one by one."""
    if event.pk and (event.by_allotment or not event.traits.may_cost) and event.prices.exists():
        raise RuleBroken("price.allotment" if event.traits.may_cost else "price.kind")


def _tell_moved(event: Event, signups: list[Signup], before: dict[str, Any], *, by: "Person", at: datetime) -> None:
    """R27: everybody coming is told; whose clock ends before the new start gets time as after a cancellation (R6)."""
    ends = dict(
        members.running_clocks(at).filter(person__signups__in=signups).values_list("person_id", "clock_ends_at")
    )
    for signup in signups:
        notifications.event_moved(signup, event, before=before, at=at)
        ends_at = ends.get(signup.person_id)
        if event.qualifying and signup.status in states.COMING and ends_at is not None and event.starts_at >= ends_at:
            old_start = datetime.fromisoformat(before["starts_at"])
            clock.extend_for_cancelled_event(signup.person_id, topic=event.topic, starts_at=old_start, by=by, at=at)


def _known(details: dict[str, Any]) -> dict[str, Any]:
    """Only what an organizer may write: a form never sets a status or a count."""
    unknown = details.keys() - {*DETAILS, FOLLOWS}
    if unknown:
        raise TypeError(f"not details of an event: {sorted(unknown)}")
    return details


def _refuse_missing(event: Event, *, at: datetime, new_time: bool = True) -> None:
    """What publishing asks for must stay; an event under way may be described better, only a new time must lie ahead."""
    draft = rules.Draft(event.kind, event.starts_at, event.place, event.address, event.host_id is not None)
    for code in rules.missing_for_publishing(draft, at):
        if new_time or code != "event.past":
            raise RuleBroken(code)
    if event.collecting and event.allots_at is not None and event.allots_at <= at and event.status == states.DRAFT:
        raise RuleBroken("allotment.past")


def _refuse_change(event: Event, changed: list[str], *, at: datetime, here: bool) -> None:
    """What a published event no longer lets go of: chairs, attendance and clocks hang on it."""
    if event.status == states.CANCELLED:
        raise RuleBroken("event.cancelled")
    if any(name in FIXED for name in changed) or (event.allotted_at and set(changed) & ALLOTTED):
        raise RuleBroken("event.fixed")
    if at >= event.starts_at and any(name in ("starts_at", "ends_at", "table_count", "seats_each") for name in changed):
        raise RuleBroken("event.begun")
    if "starts_at" in changed and here:
        raise RuleBroken("event.checked_in")
