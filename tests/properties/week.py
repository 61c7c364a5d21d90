"""A week of a club as the rulebook tells it (R22–R24, R26, product.md §5): two events, who sits, who is asked until when.

Written from the rules by somebody who didn't read the code: no rows, no locks, nothing of `community.events`.
"""

import calendar
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from community.kernel.days import ZONE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEVER = datetime(1900, 1, 1, tzinfo=ZONE)
MOVED, TABLE, CLOCK, QUIET, STANDING, MISSED = range(6)


class Refused(Exception):
    pass


@dataclass
class Place:
    status: str
    since: datetime
    born: int  # which signup of the event it was: between two at the same instant the first
    asked: datetime | None = None
    ends: datetime | None = None
    moved: datetime | None = None
    late: datetime | None = None
    pair: bool = False  # with a guest: two chairs or none

    @property
    def chairs(self) -> int:
        return 1 + self.pair


@dataclass
class Kept:
    """Chairs the office keeps back."""

    chairs: int
    ends: datetime


@dataclass
class Happening:
    """A roundtable or a visit. `room` counts the host's chair."""

    start: datetime
    room: int
    release: datetime | None = None
    allots: datetime | None = None
    reserve: int = 0
    seed: str = ""
    state: str = "open"
    allotted: bool = False
    places: dict[int, Place] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)  # the number on somebody's signup, which the seed is mixed with

    def of(self, *wanted: str) -> list[int]:
        return [who for who, place in self.places.items() if place.status in wanted]

    @property
    def collecting(self) -> bool:
        return self.allots is not None and not self.allotted

    @property
    def free(self) -> int:
        sitting = self.of("offered", "confirmed", "attended")
        taken = sum(self.places[who].chairs for who in sitting) + sum(kept.chairs for kept in self.kept.values())
        return self.room - 1 - taken

    def let_go(self, at: datetime) -> None:
        self.kept = {key: kept for key, kept in self.kept.items() if at < kept.ends}

    def tie(self, who: int) -> str:
        return hashlib.sha256(f"{self.seed}:{self.keys[who]}".encode()).hexdigest()


@dataclass
class Member:
    """`seats`: starts of past events with a chair; `offences`: those missed without an excuse."""

    joined: datetime
    seats: list[datetime] = field(default_factory=list)
    offences: list[datetime] = field(default_factory=list)
    on_clock: bool = False
    company: str = ""


def six_months_on(day: date) -> date:
    month = day.month + 6
    year, month = day.year + (month > 12), (month - 1) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def not_forgiven(offences: list[datetime]) -> list[datetime]:
    found = []
    for number, later in enumerate(sorted(offences)):
        before = sorted(offences)[:number]
        if any(later.astimezone(ZONE).date() < six_months_on(b.astimezone(ZONE).date()) for b in before[-1:]):
            found.append(later)
    return found


def answer_by(start: datetime, at: datetime) -> datetime:
    """Twelve hours of waking time from the first morning on, and never into the last three before the start."""
    local = at.astimezone(ZONE)
    if local.hour >= 22:
        local = (local + DAY).replace(hour=8, minute=0, second=0, microsecond=0)
    elif local.hour < 8:
        local = local.replace(hour=8, minute=0, second=0, microsecond=0)
    return min(local + 12 * HOUR, start - 3 * HOUR)


@dataclass
class Week:
    people: list[Member]
    table: Happening
    visit: Happening

    def past(self, who: int, at: datetime, apart: Happening) -> tuple[list[datetime], list[datetime]]:
        """Every chair somebody had or has elsewhere, and every offence so far."""
        seats, offences = list(self.people[who].seats), list(self.people[who].offences)
        for one in (self.table, self.visit):
            place = one.places.get(who)
            if place is None:
                continue
            if one is not apart and (place.status in ("confirmed", "attended", "missed") or place.late):
                seats.append(one.start)
            offences += [one.start] if place.status == "missed" else [place.late] if place.late else []
        return seats, [offence for offence in offences if offence <= at]

    def was_there(self, who: int, one: Happening) -> bool:
        place = self.table.places.get(who)
        return one is self.visit and place is not None and place.status == "attended"

    def group(self, who: int, one: Happening, at: datetime) -> int:
        seats, offences = self.past(who, at, one)
        if one.places[who].moved:
            return MOVED
        if any(at < offence + 60 * DAY for offence in not_forgiven(offences)):
            return MISSED
        if self.was_there(who, one):
            return TABLE
        if self.people[who].on_clock and who not in self.table.of("attended"):
            return CLOCK
        return STANDING if any(seat >= at - 60 * DAY for seat in seats) else QUIET

    def waited_since(self, who: int, one: Happening, at: datetime) -> datetime:
        seats, offences = self.past(who, at, one)
        since = max(seats) if seats else self.people[who].joined
        return since + 28 * DAY * len(not_forgiven(offences))

    def line(self, one: Happening, at: datetime) -> list[int]:
        def before(who: int) -> tuple[object, ...]:
            place = one.places[who]
            group = self.group(who, one, at)
            fair = one.allots is not None
            turn = (self.waited_since(who, one, at), one.tie(who)) if fair else (place.since, "")
            return (group, place.moved or NEVER, place.asked or NEVER, *turn, place.born)

        return sorted(one.of("waiting"), key=before)

    def settle(self, one: Happening, at: datetime) -> None:
        one.let_go(at)
        for who in one.of("offered"):
            place = one.places[who]
            if place.ends is not None and place.ends <= at:
                place.status, place.ends, place.moved = "waiting", None, None
        self.offer(one, at)

    def offer(self, one: Happening, at: datetime) -> None:
        if one.collecting or one.state != "open" or at >= one.start - 3 * HOUR:
            return
        line = self.line(one, at)
        if one.release and at < one.release:
            line = [who for who in line if self.was_there(who, one)]
        for who in line:
            place = one.places[who]
            if place.chairs > one.free:
                continue  # no chair stays empty for a guest's sake
            place.status, place.asked, place.ends = "offered", at, answer_by(one.start, at)

    def allot(self, one: Happening, at: datetime) -> None:
        """Once its time has come, by the worker or by whoever comes later; never after the start."""
        if one.state != "open" or not one.collecting or one.allots is None or not one.allots <= at < one.start:
            return
        one.let_go(at)
        taking_part = [who for who in one.of("waiting") if one.places[who].since < one.allots]
        groups = {who: self.group(who, one, at) for who in taking_part}
        order = sorted(taking_part, key=lambda who: (groups[who], self.waited_since(who, one, at), one.tie(who)))
        companies: set[str] = set()
        able = []
        for who in order:
            company = self.people[who].company
            if not company or company not in companies:
                able.append(who)
            companies.add(company)
        first = TABLE if one is self.visit else CLOCK
        others = [who for who in able if groups[who] != first]
        kept = min(one.reserve, one.free, len(others))
        seated = able[: one.free - kept]
        seated += [who for who in others if who not in seated][:kept]
        seated += [who for who in able if who not in seated][: one.free - len(seated)]
        for who in seated:
            one.places[who].status = "confirmed"
        one.allotted = True
        self.offer(one, at)

    def taking(self, one: Happening, at: datetime) -> None:
        if one.state == "cancelled":
            raise Refused("event.cancelled")
        if one.state == "held" or at >= one.start:
            raise Refused("event.begun")

    def may_bring(self, one: Happening, who: int) -> None:
        if one is self.visit:
            raise Refused("guest.kind")
        if one.allots is not None:
            raise Refused("guest.allotment")
        if self.people[who].on_clock and who not in self.table.of("attended"):
            raise Refused("guest.members")

    def join(self, one: Happening, place: Place) -> None:
        """A guest for somebody who is signed up already."""
        if place.status == "offered":
            raise Refused("guest.offered")
        if place.status not in ("waiting", "confirmed"):
            raise Refused("signup.stale")
        if place.status == "confirmed" and (one.of("waiting") or one.free < 1):
            raise Refused("guest.no_chair")
        place.pair = True

    def bring(self, one: Happening, who: int, at: datetime) -> None:
        self.sign_up(one, who, at, pair=True)

    def drop(self, one: Happening, who: int, at: datetime) -> None:
        place = one.places.get(who)
        if place is None or place.status == "withdrawn":
            raise Refused("signup.none")
        if not place.pair:
            return
        self.taking(one, at)
        place.pair = False
        self.settle(one, at)

    def keep(self, one: Happening, key: str, chairs: int, until: datetime, at: datetime) -> None:
        self.settle(one, at)
        self.taking(one, at)
        if not at < until <= one.start - 3 * HOUR:
            raise Refused("hold.end")
        if one.free < chairs:
            raise Refused("hold.full")
        one.kept[key] = Kept(chairs, until)

    def release(self, one: Happening, key: str, at: datetime) -> None:
        self.settle(one, at)
        one.kept.pop(key, None)
        self.settle(one, at)

    def sign_up(self, one: Happening, who: int, at: datetime, pair: bool = False) -> None:
        self.settle(one, at)
        place = one.places.get(who)
        live = place if place is not None and place.status != "withdrawn" else None
        if live is not None and (not pair or live.pair):
            return
        self.taking(one, at)
        if pair:
            self.may_bring(one, who)
            if live is not None:
                self.join(one, live)
                return
        waits = one.collecting or bool(one.of("waiting"))
        if one.release and at < one.release and not one.collecting:
            ahead = [other for other in one.of("waiting") if self.was_there(other, one)]
            waits = not self.was_there(who, one) or bool(ahead)
        status = "waiting" if waits or one.free < 1 + pair else "confirmed"
        one.places[who] = Place(status, at, place.born if place else len(one.places), pair=pair)
        if status == "waiting":
            self.offer(one, at)

    def accept(self, one: Happening, who: int, at: datetime) -> None:
        place = one.places.get(who)
        if place is not None and place.status in ("confirmed", "attended"):
            return
        self.taking(one, at)
        first_tap = place is not None and place.status == "waiting" and at >= one.start - 3 * HOUR
        if place is None:
            raise Refused("signup.none")
        if not first_tap:
            if place.status != "offered":
                raise Refused("offer.none")
            if place.ends is None or at >= place.ends:
                raise Refused("offer.over")
        if one.release and at < one.release and not self.was_there(who, one):
            raise Refused("visit.window")
        if first_tap:
            self.settle(one, at)
            if one.free < place.chairs:
                raise Refused("guest.two" if one.free > 0 else "seat.full")
        place.status, place.ends = "confirmed", None

    def withdraw(self, one: Happening, who: int, at: datetime) -> None:
        place = one.places.get(who)
        if place is None:
            raise Refused("signup.none")
        if place.status == "withdrawn":
            return
        if place.status not in ("waiting", "offered", "confirmed"):
            raise Refused("signup.stale")
        self.taking(one, at)
        late = at if place.status == "confirmed" and at > one.start - DAY else None
        one.places[who] = Place("withdrawn", place.since, place.born, late=late)
        self.settle(one, at)

    def move_up(self, one: Happening, who: int, at: datetime) -> None:
        self.settle(one, at)
        place = one.places[who]
        if place.status != "waiting":
            raise Refused("line.stale")
        place.moved = place.moved or at
        self.offer(one, at)

    def resize(self, one: Happening, room: int, at: datetime) -> None:
        if one.state == "cancelled":
            raise Refused("event.cancelled")
        if at >= one.start and room != one.room:
            raise Refused("event.begun")
        one.let_go(at)
        if one.room - one.free > room:
            raise Refused("seats.occupied")
        one.room = room
        self.settle(one, at)

    def cancel(self, one: Happening) -> None:
        if one.of("attended"):
            raise Refused("event.checked_in")
        one.state, one.kept = "cancelled", {}
        for who in one.of("waiting", "offered", "confirmed"):
            one.places[who] = Place("withdrawn", one.places[who].since, one.places[who].born)

    def close(self) -> None:
        self.table.state = "held"
        for who in self.table.of("confirmed"):
            self.table.places[who].status = "missed"

    def check_in(self, who: int) -> None:
        self.table.places[who].status = "attended"
