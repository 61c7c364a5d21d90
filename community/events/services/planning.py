"""Planning an event's tables and seating people so (R22). Nobody loses a chair: people only change places."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

from community.events import states
from community.events.models import Event, Seat, SeatHold, SeatingPlan, SeatingWish, Signup
from community.events.planning import Question, propose
from community.events.selectors import tables
from community.events.services import seating
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person

SPARE_CHAIR = 5000  # the number of the chair beside the room on which one waits while two change places


def plan(
    event: Event, *, by: "Person", at: datetime, stay: Mapping[int, int] | None = None, mix_industries: bool = False,
    same_people: bool = False,
) -> SeatingPlan:  # fmt: skip
    """Ask the planner and keep question and answer; nobody moves yet. Reads under no lock: it thinks for seconds.

    `stay` holds people (by key) at tables (by number). Raises RuleBroken: "plan.stale", "plan.nobody",
    "plan.too_many", "plan.locks".
    """
    refuse_closed(event)
    signups = tables.at_tables(event)
    if not signups:
        raise RuleBroken("plan.nobody")
    numbers = list(tables.chairs(event))
    question = tables.question(event, signups, numbers=numbers, at=at, seed=event.pk)
    ids = [signup.person_id for signup in signups]
    question = replace(
        question,
        mix_industries=mix_industries,
        cohort=tables.cohort_of(event, ids) if same_people else (),
        here=tuple((pk, numbers.index(table)) for pk, table in (stay or {}).items() if table in numbers and pk in ids),
    )
    return _keep(event, question, by=by, at=at)


def _keep(event: Event, question: Question, *, by: "Person", at: datetime) -> SeatingPlan:
    try:
        answer = propose(question)
    except ValueError as refused:
        raise RuleBroken(str(refused)) from None
    numbers = list(tables.chairs(event))
    return SeatingPlan.objects.create(
        event=event, seed=question.seed, digest=answer.digest, question=asdict(question.in_order()),
        tables=dict(zip(map(str, numbers), map(list, answer.tables), strict=True)),
        hosts=dict(zip(map(str, numbers), answer.hosts, strict=True)), made_at=at, made_by=by,
    )  # fmt: skip


def refuse_closed(event: Event) -> None:
    """Tables are planned and people moved while the event is open: afterwards who sat where is history."""
    if event.status != states.OPEN or not event.traits.at_tables:
        raise RuleBroken("plan.stale")


@settled()
def seat(event_id: int, wanted: Mapping[str, int], *, by: "Person", at: datetime, digest: str = "") -> int:
    """Seat people at tables: signups by public id → the table's number. How many changed their table.

    Whoever is not named, or gave the seat back meanwhile, is left where they are; the rest moves only if every
    table has chairs enough. Raises RuleBroken: "plan.stale", "plan.full" (with the table), "event.gone".
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
