"""For each kind of reminder one story: it is written by the real task, and something real takes its reason away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.events.models import Event, Signup
from community.events.services import answering, booking, cancelling, checking_in, inviting, publishing, reminding
from community.kernel.days import ZONE
from community.members.models import Person
from tests import make
from tests.events import make as events

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON, SATURDAY = make.NOON, events.SATURDAY  # 21 November; 28 November, 14:00
RELEASE = SATURDAY + 2 * DAY + 6 * HOUR
FRIDAY = datetime(2026, 11, 27, 12, tzinfo=ZONE)


@dataclass(frozen=True)
class Story:
    """Who was written to and when; what makes it moot; when it could leave next, the next morning as a rule."""

    person: Person
    written_at: datetime
    moot: Callable[[datetime], object]
    leaves_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        morning = self.written_at.astimezone(ZONE).replace(hour=8, minute=0) + DAY
        return self.leaves_at or morning


STORIES: dict[str, list[Callable[[], Story]]] = {}


def story(kind: str) -> Callable[[Callable[[], Story]], Callable[[], Story]]:
    def told(function: Callable[[], Story]) -> Callable[[], Story]:
        STORIES.setdefault(kind, []).append(function)
        return function

    return told


# Events ------------------------------------------------------------------------------------------


def _seat_of_saturday() -> Signup:
    signup = events.seat(events.event())
    reminding.remind_all_due(at=FRIDAY)
    return signup


@story("events/event_soon")
def cancelled_in_the_evening() -> Story:
    seat, by = _seat_of_saturday(), events.organizer()
    return Story(seat.person, FRIDAY, lambda at: cancelling.cancel(seat.event_id, by=by, at=at, reason="停电"))


@story("events/event_soon")
def seat_given_back() -> Story:
    seat = _seat_of_saturday()
    return Story(seat.person, FRIDAY, lambda at: booking.withdraw(seat.event_id, seat.person, by=seat.person, at=at))


@story("events/event_soon")
def moved_by_an_hour() -> Story:
    seat, by = _seat_of_saturday(), events.organizer()
    later = {"starts_at": SATURDAY + HOUR, "ends_at": SATURDAY + 4 * HOUR}
    return Story(seat.person, FRIDAY, lambda at: publishing.edit(seat.event_id, by=by, at=at, **later))


@story("events/event_soon")
def elsewhere() -> Story:
    seat, by = _seat_of_saturday(), events.organizer()
    return Story(seat.person, FRIDAY, lambda at: publishing.edit(seat.event_id, by=by, at=at, address="福田区 1 号"))


@story("events/offer_ending")
def offer_taken() -> Story:
    seat = _offered()
    return Story(
        seat.person, NOON + 9 * HOUR, lambda at: booking.accept(seat.event_id, seat.person, by=seat.person, at=at)
    )


@story("events/offer_ending")
def offer_given_up() -> Story:
    seat = _offered()
    return Story(
        seat.person, NOON + 9 * HOUR, lambda at: booking.withdraw(seat.event_id, seat.person, by=seat.person, at=at)
    )


def _offered() -> Signup:
    """Until ten the next morning; called to mind the evening before."""
    event = events.event(table_count=1, seats_each=6)
    guest = events.seat(event)
    events.fill(event, 4)
    seat = events.seat(event)
    assert seat.status == "waiting"
    booking.withdraw(event.pk, guest.person, by=guest.person, at=NOON)
    seat.refresh_from_db()
    assert seat.status == "offered"
    Signup.objects.filter(pk=seat.pk).update(offer_ends_at=NOON + 22 * HOUR)
    reminding.remind_of_offers(at=NOON + 9 * HOUR)
    return seat


@story("events/two_questions")
def answered_in_the_app() -> Story:
    seat = _was_there()
    over = SATURDAY + 5 * HOUR
    answering.ask_all_due(at=over)
    return Story(
        seat.person, over, lambda at: answering.answer(seat.event_id, seat.person, worth="yes", again=[], at=at)
    )


def _was_there() -> Signup:
    seat, by = events.seat(events.event()), events.organizer()
    checking_in.check_in(seat.public_id, event_id=seat.event.public_id, by=by, at=SATURDAY)
    return seat


def _visit_of(table: Event) -> Event:
    visit = events.event(kind="visit", topic="看看云帆的仓库", starts_at=SATURDAY + 4 * DAY, seats_each=6)
    visit.follows.add(table)
    Event.objects.filter(pk=visit.pk).update(releases_at=RELEASE)
    return visit


def _theirs_first() -> tuple[Signup, Event]:
    seat = _was_there()
    visit = _visit_of(seat.event)
    reminding.tell_first_right(at=SATURDAY + 5 * HOUR)
    return seat, visit


@story("events/visit_first")
def signed_up_for_the_visit() -> Story:
    seat, visit = _theirs_first()
    return Story(seat.person, SATURDAY + 5 * HOUR, lambda at: events.seat(visit, seat.person, at=at))


@story("events/visit_first")
def visit_cancelled() -> Story:
    seat, visit = _theirs_first()
    by = events.organizer()
    return Story(seat.person, SATURDAY + 5 * HOUR, lambda at: cancelling.cancel(visit.pk, by=by, at=at, reason="停电"))


@story("events/visit_first")
def visit_full() -> Story:
    seat, visit = _theirs_first()
    return Story(seat.person, SATURDAY + 5 * HOUR, lambda at: events.fill(visit, 5, at=at))


def _left_for_everybody() -> tuple[Person, Event]:
    who, visit = make.member(), _visit_of(_was_there().event)
    reminding.tell_released(at=RELEASE + HOUR)
    return who, visit


@story("events/visit_open")
def took_a_chair_left() -> Story:
    who, visit = _left_for_everybody()
    return Story(who, RELEASE + HOUR, lambda at: events.seat(visit, who, at=at))


@story("events/visit_open")
def no_chair_left() -> Story:
    who, visit = _left_for_everybody()
    return Story(who, RELEASE + HOUR, lambda at: events.fill(visit, 5, at=at))


@story("events/visit_open")
def visit_moved() -> Story:
    who, visit = _left_for_everybody()
    by, later = events.organizer(), {"starts_at": visit.starts_at + HOUR, "ends_at": visit.ends_at + HOUR}
    return Story(who, RELEASE + HOUR, lambda at: publishing.edit(visit.pk, by=by, at=at, **later))


def _invited() -> tuple[Person, Event]:
    who, event = make.member(), events.event()
    inviting.invite(event.pk, who.pk, by=events.organizer(), at=NOON)
    return who, event


@story("events/invited")
def came_by_themselves() -> Story:
    who, event = _invited()
    return Story(who, NOON, lambda at: events.seat(event, who, at=at))


@story("events/invited")
def full_by_now() -> Story:
    who, event = _invited()
    return Story(who, NOON, lambda at: events.fill(event, 11, at=at))
