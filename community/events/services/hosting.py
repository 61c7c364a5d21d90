"""Who hosts: another host on the day itself, and a topic and a host for each of several tables (R22)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from community.events import notifications, policies, ports, states
from community.events.models import Event, Signup, Table
from community.events.services import booking, offering, seating
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people

if TYPE_CHECKING:
    from community.members.models import Person


@settled(booking.CONFLICTS)
def change(event_id: int, new_host: "Person", *, keeps_chair: bool, by: "Person", at: datetime, reason: str) -> Event:
    """Another host, up to the end of the event: they get a chair, the old one keeps or gives back theirs. Both are told.

    The chair given back is the new host's when they had none; else it goes to the next in line (R24). Raises
    RuleBroken: "event.reason", "event.stale", "host.over", "host.same", "host.here", "host.no_chair",
    "host.standing", "host.elsewhere".
    """
    if not reason.strip():
        raise RuleBroken("event.reason")
    before = Event.objects.filter(pk=event_id).values_list("host_id", flat=True).first()
    locked = people.lock_people({new_host.pk, *([before] if before else [])})
    event = seating.lock_event(event_id)
    if event.status != states.OPEN or event.host_id != before:
        raise RuleBroken("event.stale")
    if at >= event.ends_at:
        raise RuleBroken("host.over")
    if before == new_host.pk:
        raise RuleBroken("host.same")
    policies.may_host(new_host, event, at=at).insist()
    booking.refuse_overlap(new_host.pk, event, "host.elsewhere")
    hosts = Signup.objects.filter(event=event, is_host=True, status__in=states.COMING).select_related("person", "seat")
    old = hosts.filter(person_id=before).first() if before is not None else None
    if old is not None:
        _step_down(old, event, keeps_chair=keeps_chair, by=by, at=at, reason=reason.strip())
    event.host = locked[new_host.pk]
    event.save(update_fields=["host"])
    audit.record(
        "event.host",
        event,
        by=by,
        at=at,
        reason=reason.strip(),
        person_id=new_host.pk,
        data={"kept_chair": keeps_chair},
    )
    _seat(event, locked[new_host.pk], None, by=by, at=at)
    offering.settle(event, at=at)
    return event


def _step_down(old: Signup, event: Event, *, keeps_chair: bool, by: "Person", at: datetime, reason: str) -> None:
    if not keeps_chair and old.status == states.ATTENDED:
        raise RuleBroken("host.here")
    Signup.objects.filter(pk=old.pk).update(is_host=False)
    Table.objects.filter(event=event, host_id=old.person_id).update(host=None)
    if not keeps_chair:
        booking.give_up(old, event, "withdraw", by=by, at=at, reason=reason)
    notifications.host_released(old, event, kept=keeps_chair, reason=reason, at=at)


def _seat(event: Event, person: "Person", table: Table | None, *, by: "Person", at: datetime) -> Signup:
    """A chair with the mark of the host, at `table` when one is meant; whoever has a chair already keeps one."""
    seating.end_holds(event, at=at)
    signup = Signup.objects.filter(event=event, person=person).select_related("seat__table").first()
    if signup is not None and signup.status == states.OFFERED:
        lifecycle.move(states.SIGNUP, signup, "accept", by=by, at=at, confirmed_at=at, offer_ends_at=None)
        if event.traits.may_cost:
            ports.give_back_money(signup.pk, refund=False, by=by, at=at, reason="hosts")
    if signup is not None and signup.status in states.COMING:
        if not signup.is_host:
            Signup.objects.filter(pk=signup.pk).update(is_host=True)
            signup.is_host, signup.event, signup.person = True, event, person
            notifications.seat_confirmed(signup, event, at=at)
    else:
        chairs = seating.chairs_for(event.pk, pair=signup is not None and signup.with_guest)
        if not chairs:
            raise RuleBroken("host.no_chair")
        signup = booking.confirm(event, person, signup, chairs[0], by=by, at=at, is_host=True, beside=chairs[1:])
    if table is not None:
        _move_to(signup, table, at=at)
    return signup


def _move_to(signup: Signup, table: Table, *, at: datetime) -> None:
    """To a chair of that table; raises RuleBroken("table.full") when it has none free."""
    if signup.seat is not None and signup.seat.table_id == table.pk:
        return
    chair = seating.free_seats(table.event_id).filter(table=table).order_by("number").first()
    if chair is None:
        raise RuleBroken("table.full", table=table.number)
    seating.free_own(signup, at=at)
    Signup.objects.filter(pk=signup.pk).update(seat=chair)
    seating.take(signup, chair, at=at)


@dataclass(frozen=True)
class Plan:
    """What one table talks about, and who hosts it (None: the event's host, or nobody of its own)."""

    number: int
    topic: str
    host: "Person | None"


@settled(booking.CONFLICTS)
def set_tables(event_id: int, plans: Iterable[Plan], *, by: "Person", at: datetime) -> list[Table]:
    """Topic and host of each table. In a draft the hosts are seated when it is published, else at once, at their table.

    Raises RuleBroken: "event.stale", "table.twice", "table.full", "host.standing", "host.elsewhere", "host.no_chair".
    """
    wanted = {plan.number: plan for plan in plans}
    _refuse_twice(wanted.values())
    before = Table.objects.filter(event_id=event_id, host__isnull=False).values_list("host_id", flat=True)
    people.lock_people({*(plan.host.pk for plan in wanted.values() if plan.host), *(pk for pk in before if pk)})
    event = seating.lock_event(event_id)
    if event.status not in (states.DRAFT, states.OPEN) or not event.traits.at_tables or at >= event.ends_at:
        raise RuleBroken("event.stale")
    there = {table.number: table for table in event.tables.all()}
    for number in range(1, event.table_count + 1):
        table = there.setdefault(number, Table(event=event, number=number))
        plan = wanted.get(number, Plan(number, table.topic, table.host))
        _leave(event, table, plan)
        table.topic, table.host = plan.topic, plan.host
        table.save()
    Event.objects.filter(pk=event.pk, series__isnull=False).update(by_hand=True)
    audit.record("event.tables", event, by=by, at=at)
    if event.status == states.OPEN:
        seat_table_hosts(event, by=by, at=at)
    return [there[number] for number in range(1, event.table_count + 1)]


def seat_table_hosts(event: Event, *, by: "Person", at: datetime) -> None:
    """Each table's own host on a chair of it, under the locks of the persons and the event."""
    for table in event.tables.filter(host__isnull=False, number__lte=event.table_count).select_related("host"):
        host = table.host
        assert host is not None
        policies.may_host(host, event, at=at).insist()
        booking.refuse_overlap(host.pk, event, "host.elsewhere")
        _seat(event, host, table, by=by, at=at)


def is_free(person: "Person", event: Event, *, at: datetime) -> bool:
    """Whether somebody could host it: in good standing on its day, and with no seat elsewhere at the time."""
    try:
        policies.may_host(person, event, at=at).insist()
        booking.refuse_overlap(person.pk, event, "host.elsewhere")
    except RuleBroken:
        return False
    return True


def copy_tables(copied: Event, event: Event, *, at: datetime) -> None:
    """A draft gets the topics of another event's tables, and their hosts as far as they are free."""
    if not (copied.traits.at_tables and event.traits.at_tables):
        return
    tables = copied.tables.filter(number__lte=event.table_count).select_related("host")
    Table.objects.bulk_create(
        Table(
            event=event,
            number=table.number,
            topic=table.topic,
            host=table.host if table.host and is_free(table.host, event, at=at) else None,
        )
        for table in tables
    )


def table_hosts(event_id: int) -> set[int]:
    """Whom `seat_table_hosts` will seat: the persons to lock before the event."""
    hosts = Table.objects.filter(event_id=event_id, host__isnull=False).values_list("host_id", flat=True)
    return {pk for pk in hosts if pk is not None}


def _leave(event: Event, table: Table, plan: Plan) -> None:
    """Whoever hosted this table and no longer does keeps the chair as a guest."""
    if table.host_id and (plan.host is None or plan.host.pk != table.host_id) and table.host_id != event.host_id:
        Signup.objects.filter(event=event, person_id=table.host_id).update(is_host=False)


def _refuse_twice(plans: Iterable[Plan]) -> None:
    seen: set[int] = set()
    for plan in plans:
        if plan.host is not None and plan.host.pk in seen:
            raise RuleBroken("table.twice", table=plan.number)
        if plan.host is not None:
            seen.add(plan.host.pk)
