"""Seats, offers, visits, invitations, questions."""

from datetime import datetime

from community.events.models import Event, Signup
from community.events.services import answering, booking, cancelling, checking_in, inviting, publishing, reminding
from community.kernel.days import ZONE
from tests import make
from tests.events import make as events
from tests.properties.still.story import DAY, HOUR, NOON, Story, story

SATURDAY = events.SATURDAY  # 28 November, 14:00
FRIDAY = datetime(2026, 11, 27, 12, tzinfo=ZONE)
RELEASE = SATURDAY + 2 * DAY + 6 * HOUR


@story("events/event_soon", "cancelled", "given back", "moved", "elsewhere")
def seat_of_saturday() -> Story:
    seat, by = events.seat(events.event()), events.organizer()
    reminding.remind_all_due(at=FRIDAY)
    later = {"starts_at": SATURDAY + HOUR, "ends_at": SATURDAY + 4 * HOUR}
    return Story(
        seat.person,
        FRIDAY,
        {
            "cancelled": lambda at: cancelling.cancel(seat.event_id, by=by, at=at, reason="停电"),
            "given back": lambda at: booking.withdraw(seat.event_id, seat.person, by=seat.person, at=at),
            "moved": lambda at: publishing.edit(seat.event_id, by=by, at=at, **later),
            "elsewhere": lambda at: publishing.edit(seat.event_id, by=by, at=at, address="福田区 1 号"),
        },
    )


@story("events/offer_ending", "taken", "given up")
def offer_until_ten() -> Story:
    """The next morning; called to mind the evening before."""
    event = events.event(table_count=1, seats_each=6)
    guest = events.seat(event)
    events.fill(event, 4)
    seat = events.seat(event)
    booking.withdraw(event.pk, guest.person, by=guest.person, at=NOON)
    Signup.objects.filter(pk=seat.pk, status="offered").update(offer_ends_at=NOON + 22 * HOUR)
    reminding.remind_of_offers(at=NOON + 9 * HOUR)
    return Story(
        seat.person,
        NOON + 9 * HOUR,
        {
            "taken": lambda at: booking.accept(event.pk, seat.person, by=seat.person, at=at),
            "given up": lambda at: booking.withdraw(event.pk, seat.person, by=seat.person, at=at),
        },
    )


def _was_there() -> Signup:
    seat, by = events.seat(events.event()), events.organizer()
    checking_in.check_in(seat.public_id, event_id=seat.event.public_id, by=by, at=SATURDAY)
    return seat


@story("events/two_questions", "answered", "not there after all")
def was_there() -> Story:
    seat, by, over = _was_there(), events.organizer(), SATURDAY + 5 * HOUR
    answering.ask_all_due(at=over)
    return Story(
        seat.person,
        over,
        {
            "answered": lambda at: answering.answer(seat.event_id, seat.person, worth="yes", again=[], at=at),
            "not there after all": lambda at: checking_in.undo(seat.public_id, by=by, at=at, reason="认错了人"),
        },
    )


def _visit_of(table: Event) -> Event:
    visit = events.event(kind="visit", topic="看看云帆的仓库", starts_at=SATURDAY + 4 * DAY, seats_each=6)
    visit.follows.add(table)
    Event.objects.filter(pk=visit.pk).update(releases_at=RELEASE)
    return visit


@story("events/visit_first", "signed up", "cancelled", "full", "moved", "released")
def theirs_first() -> Story:
    seat, by, over = _was_there(), events.organizer(), SATURDAY + 5 * HOUR
    visit = _visit_of(seat.event)
    reminding.tell_first_right(at=over)
    later = {"starts_at": visit.starts_at + HOUR, "ends_at": visit.ends_at + HOUR}
    return Story(
        seat.person,
        over,
        {
            "signed up": lambda at: events.seat(visit, seat.person, at=at),
            "cancelled": lambda at: cancelling.cancel(visit.pk, by=by, at=at, reason="停电"),
            "full": lambda at: events.fill(visit, 5, at=at),
            "moved": lambda at: publishing.edit(visit.pk, by=by, at=at, **later),
            "released": lambda at: publishing.edit(visit.pk, by=by, at=at, releases_at=at),
        },
    )


@story("events/visit_open", "signed up", "cancelled", "full", "moved")
def left_for_everybody() -> Story:
    who, visit, by = make.member(), _visit_of(_was_there().event), events.organizer()
    reminding.tell_released(at=RELEASE + HOUR)
    later = {"starts_at": visit.starts_at + HOUR, "ends_at": visit.ends_at + HOUR}
    return Story(
        who,
        RELEASE + HOUR,
        {
            "signed up": lambda at: events.seat(visit, who, at=at),
            "cancelled": lambda at: cancelling.cancel(visit.pk, by=by, at=at, reason="停电"),
            "full": lambda at: events.fill(visit, 5, at=at),
            "moved": lambda at: publishing.edit(visit.pk, by=by, at=at, **later),
        },
    )


@story("events/invited", "signed up", "full", "cancelled", "moved")
def asked_by_name() -> Story:
    who, event, by = make.member(), events.event(), events.organizer()
    inviting.invite(event.pk, who.pk, by=by, at=NOON)
    later = {"starts_at": SATURDAY + HOUR, "ends_at": SATURDAY + 4 * HOUR}
    return Story(
        who,
        NOON,
        {
            "signed up": lambda at: events.seat(event, who, at=at),
            "full": lambda at: events.fill(event, 11, at=at),
            "cancelled": lambda at: cancelling.cancel(event.pk, by=by, at=at, reason="停电"),
            "moved": lambda at: publishing.edit(event.pk, by=by, at=at, **later),
        },
    )
