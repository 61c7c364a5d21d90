"""The office's week: who or what is booked twice, and what is set up so that it would quietly go wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from community.events import rules, states

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Booked:
    """What an event takes up: its time, its host and its room; None where it takes none."""

    key: int
    starts_at: datetime
    ends_at: datetime
    host: int | None
    room: tuple[int, str] | None


@dataclass(frozen=True)
class Clash:
    """Somebody or a room that another event has at the same time. `what`: "host" or "room"."""

    what: str
    other: int


def room_key(kind: str, city: int, place: str, address: str) -> tuple[int, str] | None:
    """Two events are in one room when city and words agree, whatever the blanks and capitals; online has none."""
    words = "".join((place + address).casefold().split())
    return None if kind == rules.ONLINE or not words else (city, words)


def clashes(events: Iterable[Booked]) -> dict[int, list[Clash]]:
    """Every pair of events at overlapping times with one host or one room, said at both. Flagged, never forbidden."""
    found: dict[int, list[Clash]] = {}
    going: list[Booked] = []
    for event in sorted(events, key=lambda one: (one.starts_at, one.key)):
        going = [other for other in going if other.ends_at > event.starts_at]
        for other in going:
            same_host = event.host is not None and event.host == other.host
            same_room = event.room is not None and event.room == other.room
            for what in [name for name, same in (("host", same_host), ("room", same_room)) if same]:
                found.setdefault(event.key, []).append(Clash(what, other.key))
                found.setdefault(other.key, []).append(Clash(what, event.key))
        going.append(event)
    return found


@dataclass(frozen=True)
class Look:
    """An event as the lint looks at it. `follows`: the states of the roundtables a visit follows."""

    kind: str
    status: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    address: str = ""
    has_host: bool = True
    host_seated: bool = True
    topic_open: bool = False
    releases_at: datetime | None = None
    follows: Sequence[str] = field(default_factory=tuple)
    seats_left: int = 0
    waiting: int = 0
    agenda_minutes: int = 0


def lint(look: Look, at: datetime) -> list[str]:
    """Codes of what nobody would notice until it is too late, the most urgent first; empty for a sound event."""
    ahead = at < look.starts_at
    kind = rules.KINDS[look.kind]
    draft, published = look.status == states.DRAFT, look.status == states.OPEN
    lasts = (look.ends_at - look.starts_at) // timedelta(minutes=1)
    checks = (
        ("draft_past", draft and not ahead),
        ("draft_soon", draft and ahead and look.starts_at - at < SOON),
        ("roster_open", published and at >= look.ends_at),
        ("no_host", draft and kind.needs_host and not look.has_host),
        ("host_gone", published and ahead and kind.needs_host and not look.host_seated),
        ("no_place", draft and not (look.place and look.address)),
        ("topic_open", look.topic_open and (draft or published) and ahead),
        ("seat_idle", _idle(look, at)),
        ("table_cancelled", ahead and bool(look.follows) and all(one == states.CANCELLED for one in look.follows)),
        ("follows_none", ahead and (draft or published) and look.kind == rules.VISIT and not look.follows),
        ("no_link", ahead and look.kind == rules.ONLINE and bool(look.address) and "://" not in look.address),
        ("agenda_long", ahead and look.agenda_minutes > lasts),
    )
    return [code for code, holds in checks if holds]


def _idle(look: Look, at: datetime) -> bool:
    """Somebody waits beside a free chair that nobody is offered: none of those waiting may have it."""
    if look.status != states.OPEN or not (look.seats_left and look.waiting):
        return False
    return at < look.starts_at - rules.LAST_HOURS and not rules.in_window(look.releases_at, at)
