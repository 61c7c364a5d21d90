"""Seats that wait for a renewal (product.md §5): not paid 24 hours before the start, they go to the next in line."""

from datetime import datetime

from community.events import notifications, policies, selectors, states
from community.events.models import Signup
from community.events.services import offering, seating
from community.events.services.booking import give_up
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people


def give_back_unrenewed(*, at: datetime) -> int:
    """Every minute: seats and offers of people whose membership doesn't run on the event's day, from 24 hours before
    its start on. One transaction each; how many."""
    return sum(_given_back(signup.pk, at=at) for signup in selectors.unrenewed(at))


def _given_back(signup_id: int, *, at: datetime) -> bool:
    """One person's crowd of signups this second holds up nobody else's."""
    try:
        return _give_back(signup_id, at=at)
    except RuleBroken:
        return False


@settled()
def _give_back(signup_id: int, *, at: datetime) -> bool:
    found = Signup.objects.get(pk=signup_id)
    person = people.lock_person(found.person_id)
    event = seating.lock_event(found.event_id)
    signup = Signup.objects.get(pk=signup_id)
    if signup.status not in (states.OFFERED, states.CONFIRMED) or policies.keeps_seat(person, event, at=at):
        return False
    signup.event, signup.person = event, person
    give_up(signup, event, "withdraw", by=None, at=at, reason="standing")
    notifications.seat_not_renewed(signup, event, at=at)
    offering.settle(event, at=at)
    return True
