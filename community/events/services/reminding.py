"""The reminders around a seat: the day before, two hours before, an offer that ends, a visit that waits for its table.

What is due is found in the database each time; an occasion carries the time it is about, so that a moved event reminds
afresh and a run that is late, doubled or repeated sends nothing twice and nothing after its occasion.
"""

from datetime import datetime

from community.events import notifications
from community.events.selectors import reminders
from community.kernel import outbox
from community.kernel.conflicts import settled


def remind_all_due(*, at: datetime) -> int:
    """Everything of this floor; how many letters are new."""
    return remind_of_seats(at=at) + remind_of_offers(at=at) + tell_first_right(at=at) + tell_released(at=at)


@settled()
def remind_of_seats(*, at: datetime) -> int:
    """R51: whoever has a seat, the day before and two hours before it."""
    return notifications.event_soon(reminders.coming(at), at=at)


@settled()
def remind_of_offers(*, at: datetime) -> int:
    """R24: whoever holds an offer that ends soon and has not taken it."""
    return notifications.offer_ending(reminders.offers_ending(at), at=at)


@settled()
def tell_first_right(*, at: datetime) -> int:
    """R23: whoever was checked in at the table hears of its visit while that is theirs."""
    return notifications.visit_first(reminders.first_right(at), at=at)


@settled()
def tell_released(*, at: datetime) -> int:
    """R23: chairs that a visit's table has left are open to everybody now; told once a visit, all in one transaction."""
    new = 0
    for visit in reminders.just_released(at):
        assert visit.releases_at is not None
        if not outbox.written_since(visit.releases_at, "events/visit_open", path=visit.get_absolute_url()):
            new += notifications.visit_open(visit, reminders.who_may_come(visit, at), at=at)
    return new
