"""The office's week on one page: its events with their figures, what is booked twice, what would go wrong, what is next."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from community.events import rules, states
from community.events.models import Event, Signup
from community.events.rules import agenda, series, week
from community.events.selectors.desk import Figures, figures
from community.events.selectors.lists import Cities, in_cities, with_seats_left
from community.kernel.days import day_of, end_of, start_of
from community.members import selectors as members
from community.members.selectors import chapters

BACK, AHEAD = timedelta(days=9), timedelta(weeks=3)  # rosters may still be open; drafts of the next weeks
MOST = 300


@dataclass
class Card:
    """One event as the week shows it."""

    event: Event
    figures: Figures
    lint: list[str] = field(default_factory=list)
    clashes: list[tuple[str, Event]] = field(default_factory=list)
    special: series.SpecialDay | None = None
    over: bool = False

    @property
    def publishable(self) -> bool:
        return self.event.status == states.DRAFT and not {"no_host", "no_place", "draft_past"} & set(self.lint)


@dataclass
class OfficeWeek:
    """The cards of the week from `monday` on, and those of other days that want something done."""

    monday: date
    cards: list[Card]
    later: list[Card]

    @property
    def days(self) -> int:
        return len({day_of(card.event.starts_at) for card in self.cards})


def office_week(at: datetime, monday: date, *, language: str, cities: Cities = None) -> OfficeWeek:
    """Three queries, however many events: those around the week, the roundtables they follow, and their figures."""
    begins, ends = start_of(monday), end_of(monday + timedelta(days=6))
    events = _around(min(begins, at) - BACK, max(ends, at + AHEAD), cities)
    counted = figures(events, at)
    booked = week.clashes(_booked(event) for event in events if event.status in (states.DRAFT, states.OPEN))
    by_key = {event.pk: event for event in events}
    cards = []
    for event in events:
        card = Card(event, counted[event.pk], week.lint(_look(event, counted[event.pk]), at), over=at >= event.ends_at)
        card.clashes = [(clash.what, by_key[clash.other]) for clash in booked.get(event.pk, ())]
        card.special = series.special_day(day_of(event.starts_at), language)
        cards.append(card)
    this = [card for card in cards if card.event.starts_at < ends and card.event.ends_at > begins]
    rest = [card for card in cards if card not in this and _wants_something(card, at)]
    return OfficeWeek(monday, this, rest)


def _around(begins: datetime, ends: datetime, cities: Cities) -> list[Event]:
    seated = Signup.objects.filter(event=OuterRef("pk"), is_host=True, status__in=states.COMING)
    events = with_seats_left(Event.objects.select_related("city", "host", "series__template"))
    events = events.filter(starts_at__lt=ends, ends_at__gt=begins).exclude(status=states.CANCELLED)
    return list(
        in_cities(events, cities)
        .annotate(host_seated=Exists(seated))
        .prefetch_related("follows")
        .order_by("starts_at", "pk")[:MOST]
    )


def _booked(event: Event) -> week.Booked:
    room = week.room_key(event.kind, event.city_id, event.place, event.address)
    return week.Booked(event.pk, event.starts_at, event.ends_at, event.host_id, room)


def _look(event: Any, counted: Figures) -> week.Look:
    return week.Look(
        event.kind, event.status, event.starts_at, event.ends_at, event.place, event.address,
        has_host=event.host_id is not None, host_seated=event.host_seated,
        topic_open=event.series is not None and event.topic == event.series.template.topic,
        releases_at=event.releases_at, follows=[table.status for table in event.follows.all()],
        seats_left=event.seats_left, waiting=counted.waiting,
        agenda_minutes=agenda.minutes_of(agenda.parts(event.agenda)),
    )  # fmt: skip


def _wants_something(card: Card, at: datetime) -> bool:
    """Outside the week: rosters left open, and everything ahead that is booked twice or would go wrong."""
    if card.over:
        return "roster_open" in card.lint
    return bool(card.lint or card.clashes) and card.event.starts_at < at + AHEAD


def quiet_seats(at: datetime, cities: Cities = None) -> int:
    """How many members had no seat for sixty days (R22): whom to invite first; of some cities, those at home there."""
    had = Signup.objects.filter(
        Q(status__in=states.COMING), person=OuterRef("pk"), event__starts_at__gt=at - rules.QUIET_SEATS
    )
    people = chapters.at_home_in(members.members_in_good_standing(day_of(at)), cities)
    return people.filter(~Exists(had)).count()
