"""One event and who is in the room, as far as a reader may know."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    When,
    Window,
)

from community.events import states
from community.events.models import Event, Signup
from community.events.selectors.lists import how_many, kept_back
from community.kernel.prepared import TEXT, Given, Prepared
from community.members import selectors as members
from community.members.selectors import blocks

READ_MOST, NAMES_MOST = 200, 60
OF_A_BUTTON = ("public_id", "status", "allots_at", "allotted_at", "starts_at", "releases_at", "host_id", "city_id")


def _signups_of_a_page() -> QuerySet[Signup]:
    own = Q(person_id=Given("person"))
    return (
        Signup.objects.select_related("person")
        .only("public_id", "event_id", "status", "is_host", "with_guest", "confirmed_at", "offer_ends_at", "seat_id",
              "withdrawn_late", "excuse", "excused_at", "signed_up_at", "offered_at", "moved_up_at",
              "person__email", "person__full_name", "person__hide_me")
        .annotate(
            table_number=F("seat__table__number"),
            unnamed=Exists(blocks.against(Given("person"), by=OuterRef("person_id"))),
            held=Window(Count("seat")),
            coming=Window(Count("pk", filter=Q(status__in=states.COMING))),
            guests=Window(Count("pk", filter=Q(status__in=states.COMING, with_guest=True))),
        )
        .filter(Q(seat__isnull=False) | own, event_id=Given("event"))
        .order_by(Case(When(own, then=0), default=1), "-is_host", "confirmed_at", "pk")[:READ_MOST]
    )  # fmt: skip


def _event_of_a_page() -> QuerySet[Event]:
    waiting = Signup.objects.filter(event=OuterRef("pk"), status=states.WAITING)
    events = Event.objects.filter(public_id=Given("public_id", TEXT)).select_related("city", "company")
    return events.annotate(kept=kept_back(), waiting=how_many(waiting))


SIGNUPS_OF_A_PAGE, EVENT_OF_A_PAGE = Prepared(_signups_of_a_page), Prepared(_event_of_a_page)
EVENT_OF_A_BUTTON = Prepared(lambda: Event.objects.filter(public_id=Given("public_id", TEXT)).only(*OF_A_BUTTON))


def for_page(public_id: str) -> Event | None:
    """An event with its city, its company, how many chairs are `kept` back and how many people are `waiting`."""
    return EVENT_OF_A_PAGE.first(public_id=public_id)


def for_button(public_id: str) -> Event | None:
    """No more of an event than the address a button leads back to, whether it may be seen, and what its bar says."""
    return EVENT_OF_A_BUTTON.first(public_id=public_id)


@dataclass(frozen=True)
class Room:
    """Who is in the room, as far as a page needs to know: read in one query."""

    mine: Signup | None
    coming: list[Signup]
    coming_count: int
    seats_left: int
    waiting: int = 0
    guests: int = 0

    @property
    def host(self) -> Any:
        return next((signup.person for signup in self.coming if signup.is_host), None)


def room_of(event: Event, person: Any) -> Room:
    """Of an event read by `for_page`: the reader's own signup with its `table_number`, the first 200 of those coming, how many seats are left
    and how many people wait."""
    seats, waiting = event.capacity - event.kept, event.waiting  # type: ignore[attr-defined]  # annotated
    rows = SIGNUPS_OF_A_PAGE(event=event.pk, person=person.pk)
    if not rows:
        return Room(None, [], 0, seats, waiting)
    coming = [row for row in rows if row.status in states.COMING]
    coming.sort(key=lambda row: (not row.is_host, row.confirmed_at, row.pk))
    mine = rows[0] if rows[0].person_id == person.pk else None
    return Room(mine, coming, rows[0].coming, max(seats - rows[0].held, 0), waiting, rows[0].guests)


@dataclass(frozen=True)
class Company:
    """Who is coming, as far as a reader may know: industries for all, names for confirmed people."""

    industries: list[str]
    names: list[str] = field(default_factory=list)
    unnamed: int = 0

    @property
    def total(self) -> int:
        return len(self.names) + self.unnamed


def company_in(room: Room, *, with_names: bool) -> Company:
    """Industries of those coming; with names of those who don't hide (product.md §5) and haven't blocked the reader.
    Guests are counted, never named."""
    industries = members.teaser_industries(signup.person_id for signup in room.coming) if room.coming else []
    if not with_names:
        return Company(industries)
    named = (signup for signup in room.coming if not (signup.person.hide_me or signup.unnamed))  # type: ignore[attr-defined]  # annotated
    names = [signup.person.name for signup in named][:NAMES_MOST]
    return Company(industries, names, room.coming_count + room.guests - len(names))
