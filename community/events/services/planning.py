"""Planning an event's tables and seating people so (R22). Nobody loses a chair: people only change places."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog

from community.events import planning as planner
from community.events import states
from community.events.models import Event, Seat, SeatHold, SeatingPlan, SeatingWish, Signup
from community.events.selectors import tables
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.kernel.ring import ring

if TYPE_CHECKING:
    from community.members.models import Person

log = structlog.get_logger()
MISSED = timedelta(seconds=30)  # a bell that hasn't been heard after so long was missed
GIVEN_UP = timedelta(minutes=10)
SPARE_CHAIR = 5000  # the number of the chair beside the room on which one waits while two change places


def ask(
    event: Event, *, by: "Person", at: datetime, stay: Mapping[int, int] | None = None, mix_industries: bool = False,
    same_people: bool = False,
) -> SeatingPlan:  # fmt: skip
    """Keep the question of an event's tables and ring the planner, who answers in seconds; nobody moves yet.

    `stay` holds people (by key) at tables (by number); whoever brings a guest stays beside them. Raises RuleBroken:
    "plan.stale", "plan.nobody", "plan.too_many", "plan.locks".
    """
    refuse_closed(event)
    signups = tables.at_tables(event)
    if not signups:
        raise RuleBroken("plan.nobody")
    numbers = list(tables.chairs(event))
    pairs = {signup.person_id: tables.table_of(signup) for signup in signups if signup.with_guest}
    held = {**(stay or {}), **pairs}
    ids = [signup.person_id for signup in signups]
    question = replace(
        tables.question(event, signups, numbers=numbers, at=at, seed=event.pk),
        mix_industries=mix_industries,
        cohort=tables.cohort_of(event, ids) if same_people else (),
        here=tuple((pk, numbers.index(table)) for pk, table in held.items() if table in numbers and pk in ids),
    )
    try:
        planner.check(question)
    except ValueError as refused:
        raise RuleBroken(str(refused)) from None
    made = SeatingPlan.objects.create(
        event=event, seed=question.seed, digest=question.digest(), question=asdict(question.in_order()),
        tables={str(number): [] for number in numbers}, hosts={}, made_at=at, made_by=by,
    )  # fmt: skip
    ring("events.plan_tables", made.pk)
    return made


def answer(plan_id: int, *, at: datetime) -> None:
    """Work a plan out, under no lock: it takes seconds. Whoever answers first has answered; again nothing happens.

    An answer for other people than sit there now is none: it is refused ("plan.changed"), as is one that the planner
    could not finish ("plan.failed"). The page says so; nobody moves either way.
    """
    plan = SeatingPlan.objects.get(pk=plan_id)
    if not plan.waiting:
        return
    try:
        found = planner.propose(tables.from_stored(plan.question))
    except Exception as error:  # whatever it is, somebody looks at the page and must be told
        log.exception("plan_failed", plan=plan.public_id, error=type(error).__name__)
        _close(plan, at=at, refused="plan.failed")
        return
    event = Event.objects.get(pk=plan.event_id)
    if not may_plan(event) or not tables.still_asks(event, plan, at=at):
        _close(plan, at=at, refused="plan.changed")
        return
    numbers = list(map(str, plan.numbers))
    _close(
        plan, at=at, tables=dict(zip(numbers, map(list, found.tables), strict=True)),
        hosts=dict(zip(numbers, found.hosts, strict=True)),
    )  # fmt: skip


def _close(plan: SeatingPlan, *, at: datetime, **answer: Any) -> None:
    SeatingPlan.objects.filter(pk=plan.pk, answered_at=None).update(answered_at=at, **answer)


def answer_all_due(*, at: datetime) -> int:
    """Plans whose bell was missed; one that nobody could finish in `GIVEN_UP` is told as failed, not tried for ever.
    How many."""
    waiting = SeatingPlan.objects.filter(answered_at=None, made_at__lte=at - MISSED).order_by("pk")
    given_up = waiting.filter(made_at__lte=at - GIVEN_UP).update(answered_at=at, refused="plan.failed")
    left = list(waiting.values_list("pk", flat=True))
    for pk in left:
        answer(pk, at=at)
    return given_up + len(left)


def refuse_closed(event: Event) -> None:
    """Tables are planned and people moved while the event is open: afterwards who sat where is history."""
    if not may_plan(event):
        raise RuleBroken("plan.stale")


def may_plan(event: Event) -> bool:
    return event.status == states.OPEN and event.traits.at_tables


@settled()
def seat(event_id: int, wanted: Mapping[str, int], *, by: "Person", at: datetime, digest: str = "") -> int:
    """Seat people at tables: signups by public id → the table's number. How many changed their table.

    Whoever is not named, or gave the seat back meanwhile, is left where they are; the rest moves only if every
    table has chairs enough. Raises RuleBroken: "plan.stale", "plan.full" (with the table), "plan.guest", "event.gone".
    """
    event = seating.lock_event(event_id)
    refuse_closed(event)
    signups = tables.at_tables(event)
    target = {signup.pk: wanted.get(signup.public_id, tables.table_of(signup)) for signup in signups}
    room = tables.chairs(event)
    for number in sorted({*target.values()}):
        if sum(table == number for table in target.values()) > room.get(number, 0):
            raise RuleBroken("plan.full", table=number)
    moving = [signup for signup in signups if tables.table_of(signup) != target[signup.pk]]
    for signup in moving:
        if signup.with_guest:
            raise RuleBroken("plan.guest", name=signup.person.name)
    _move(event, moving, target, at=at)
    if moving:
        audit.record("event.seat", event, by=by, at=at, data={"moved": len(moving), "plan": digest})
    return len(moving)


def _move(event: Event, moving: list[Signup], target: dict[int, int], *, at: datetime) -> None:
    """Everybody to a chair of their table: those that are free, and those the others of this move leave."""
    left = {signup.seat_id: signup for signup in moving}
    free = seating.free_seats(event.pk).filter(table__isnull=False)
    chairs: dict[int, list[Seat]] = defaultdict(list)
    for chair in sorted(
        [*free.select_related("table"), *(signup.seat for signup in moving if signup.seat)], key=lambda c: -c.number
    ):
        assert chair.table is not None
        chairs[chair.table.number].append(chair)
    to = {signup.pk: _next(chairs[target[signup.pk]], target[signup.pk]) for signup in moving}
    SeatHold.objects.filter(signup__in=moving, freed_at=None).update(freed_at=at)
    spare = Seat(event=event, table=None, number=SPARE_CHAIR, made_at=at, removed_at=at)
    waiting = {signup.pk: signup for signup in moving}
    while waiting:
        # A chair nobody of this move still sits on can be taken; if there is none, they sit in a ring.
        ready = [pk for pk in waiting if left.get(to[pk].pk) is None]
        pk = ready[0] if ready else next(iter(waiting))
        signup = waiting[pk]
        if not ready:
            spare.save()
            _sit(signup, spare, left)
            continue
        _sit(signup, to[pk], left)
        del waiting[pk]
    if spare.pk:
        spare.delete()
    SeatHold.objects.bulk_create(SeatHold(seat=to[signup.pk], signup=signup, taken_at=at) for signup in moving)


def _next(chairs: list[Seat], table: int) -> Seat:
    if not chairs:
        raise RuleBroken("plan.full", table=table)
    return chairs.pop()


def _sit(signup: Signup, chair: Seat, left: dict[int | None, Signup]) -> None:
    left.pop(signup.seat_id, None)
    Signup.objects.filter(pk=signup.pk).update(seat=chair)
    signup.seat = chair


@settled({"wish_once_a_pair": "wish.twice"})
def wish(event: Event, kind: str, one_id: str, other_id: str, *, by: "Person", at: datetime) -> SeatingWish:
    """Note whom the organizer wants together or apart; people by the public id of their signups.

    Raises RuleBroken: "plan.stale", "wish.two" (the same person twice, or somebody without a seat), "wish.twice".
    """
    refuse_closed(event)
    found = {signup.public_id: signup.person_id for signup in tables.at_tables(event)}
    pair = sorted({found[signup_id] for signup_id in (one_id, other_id) if signup_id in found})
    if len(pair) != 2:
        raise RuleBroken("wish.two")
    made = SeatingWish.objects.create(event=event, kind=kind, one_id=pair[0], other_id=pair[1], made_at=at, made_by=by)
    audit.record("event.wish", event, by=by, at=at, data={"kind": kind})
    return made


@settled()
def forget_wish(event: Event, wish_id: int, *, by: "Person", at: datetime) -> None:
    """Taken back twice, nothing more happens."""
    gone, _ = SeatingWish.objects.filter(event=event, pk=wish_id).delete()
    if gone:
        audit.record("event.forget_wish", event, by=by, at=at)
