"""The run of the fair allotment (R22, R23): once, under everybody's lock, by beat or by whoever comes later."""

from datetime import datetime

from community.events import notifications, selectors, states
from community.events.models import AllotmentRun, Event, Seat, Signup
from community.events.rules import allotment
from community.events.services import offering, seating
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken


def run_all_due(*, at: datetime) -> int:
    """Every minute: events whose time has come, each in its own transaction. How many."""
    return sum(run_if_due(event_id, at=at) for event_id in selectors.due_allotments(at))


def run_if_due(event_id: int, *, at: datetime) -> bool:
    """Give the seats if it is time and nobody did; whoever signs up, accepts or withdraws later calls it first.

    False when there was nothing to do, or when a crowd that presses this second makes it wait for the next minute.
    Never after the start: nobody gets a seat they cannot come to any more, and would have missed.
    """
    if event_id not in selectors.due_allotments(at, event_id):
        return False
    try:
        return seating.insist(lambda: _run(event_id, at=at)).allotted_at == at
    except RuleBroken:
        return False


@settled(dict.fromkeys(seating.ONE_PER_SEAT, "busy"))
def _run(event_id: int, *, at: datetime) -> Event | None:
    locked = seating.lock_with_everybody(event_id)
    if locked is None:
        return None
    event, signups = locked
    if event.status != states.OPEN or not event.collecting or event.allots_at is None:
        return event
    if not event.allots_at <= at < event.starts_at:
        return event
    seating.end_holds(event, at=at)
    free = list(seating.free_seats(event.pk).select_related("table").order_by("table__number", "number"))
    inputs = selectors.inputs_of(event, signups, len(free), at)
    AllotmentRun.objects.create(event=event, ran_at=at, inputs=inputs.plain(), digest=inputs.digest())
    Event.objects.filter(pk=event.pk).update(allotted_at=at)
    event.allotted_at = at
    audit.record("event.allot", event, by=None, at=at, data={"digest": inputs.digest(), "seats": len(free)})
    _give(event, allotment.allot(inputs), {signup.public_id: signup for signup in signups}, free, at=at)
    offering.offer_free_seats(event, at=at)  # more seats than people who may have one: the others are asked
    return event


def _give(
    event: Event, outcomes: list[allotment.Outcome], signups: dict[str, Signup], free: list[Seat], *, at: datetime
) -> None:
    chairs = iter(free)
    for outcome in outcomes:
        signup = signups[outcome.key]
        signup.event = event
        if not outcome.seated:
            notifications.not_allotted(signup, event, place=outcome.place, at=at)
            continue
        seat = next(chairs)
        lifecycle.move(
            states.SIGNUP, signup, "confirm", by=None, at=at, seat=seat, confirmed_at=at,
            data={"place": outcome.place, "reason": outcome.reason},
        )  # fmt: skip
        seating.take(signup, seat, at=at)
        notifications.seat_confirmed(signup, event, at=at)
