"""Kinds of events, seats, check-in and late cancellation (R5, R22–R28) as pure functions of plain values."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from community.kernel.days import ZONE, day_of, end_of, months_later, start_of, week_of
from community.members.rules import ROSTER_OPEN, Period

SEATS_AT_A_TABLE = 12  # R22: the host's included
CAPACITY_MOST = 5000
TABLES_MOST = 20
CHECK_IN_BEFORE = timedelta(minutes=60)  # R25
CHECK_IN_AFTER = timedelta(hours=24)  # R25
CLOCK_SKEW = timedelta(minutes=2)  # of the phone that scans
LATE = timedelta(hours=24)  # R26
OFFER_LASTS = timedelta(hours=12)  # R24
LAST_HOURS = timedelta(hours=3)  # R24: no offer runs into them; a free seat is told to all, and the first tap has it
RELEASED_BEFORE = timedelta(hours=24)  # R23: a visit is open to everybody so long before it starts, whatever is set
RELEASE_HOUR = 20  # R23: Monday after the roundtable, community time
QUIET_FROM, QUIET_TO = 22, 8  # R51, community time
QUIET_SEATS = timedelta(days=60)  # R22: the second class had no seat for so long
FORGIVEN_MONTHS = 6  # R26: the first no-show or late cancellation in so many months
LAST_FOR = timedelta(days=60)  # R26: after the next one

OPENING_HOURS_MOST = 14 * 24  # R22, opening times per class
OPEN_TO_ALL_BEFORE = timedelta(hours=24)  # of the start, whatever is set

GUEST_KEPT = timedelta(days=30)  # after the event; then the name of a guest goes, and how to reach them

ANNOUNCEMENTS_A_DAY = 3  # messages to everybody at one event, within 24 hours
TO_COMING, TO_WAITING, TO_ALL = "coming", "waiting", "all"

ROUNDTABLE, VISIT, CLASS, SPORT, TRIP, ONLINE = "roundtable", "visit", "class", "sport", "trip", "online"
PROGRAMME = "programme"
LEVELS = ("all", "beginner", "middle", "advanced")


@dataclass(frozen=True)
class Kind:
    """What sets one kind of event apart. `qualifying`: a check-in there completes the attendance of R5.

    `most`: seats in all, where there are no tables. `own`: fields of `Event` that only some kinds have. `guests`:
    whether members may bring somebody (R12): not into a company, a closed group or a call. `may_cost`: it may have a
    price of its own (R28); what a tier includes never has (R12).
    """

    code: str
    qualifying: bool = True
    at_tables: bool = False
    needs_host: bool = False
    address_for_confirmed_only: bool = False
    most: int = CAPACITY_MOST
    own: tuple[str, ...] = ()
    guests: bool = False
    may_cost: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind(ROUNDTABLE, at_tables=True, needs_host=True, guests=True),
        Kind(VISIT, needs_host=True, address_for_confirmed_only=True, most=60, own=("bring",)),
        Kind(CLASS, own=("level", "bring"), guests=True),
        Kind(SPORT, own=("level", "bring", "insurance"), guests=True),
        Kind(TRIP, most=200, own=("bring", "insurance", "waiver"), guests=True, may_cost=True),
        Kind(ONLINE, qualifying=False, address_for_confirmed_only=True),
        Kind(PROGRAMME, qualifying=False, own=("level", "bring")),
    )
}
OWN_FIELDS = ("level", "bring", "insurance", "waiver")
QUALIFYING = tuple(kind.code for kind in KINDS.values() if kind.qualifying)  # R5
MAY_COST = tuple(kind.code for kind in KINDS.values() if kind.may_cost)


def fits_stage(stages: Collection[str], stage: str) -> bool:
    """Whether an event is for somebody of a stage ("" when they never said): it names theirs, or none at all."""
    return not stages or stage in stages


def seat_plan(kind: str, tables: int, seats_each: int) -> list[tuple[int | None, int]]:
    """The chairs of an event as (table or None, number), the first table's first chair first.

    Raises ValueError with a refusal code for a plan that cannot be: "seats.per_table", "seats.tables", "seats.most".
    """
    if not KINDS[kind].at_tables:
        if not 1 <= seats_each <= KINDS[kind].most:
            raise ValueError("seats.most")
        return [(None, number) for number in range(1, seats_each + 1)]
    if not 1 <= seats_each <= SEATS_AT_A_TABLE:
        raise ValueError("seats.per_table")
    if not 1 <= tables <= TABLES_MOST:
        raise ValueError("seats.tables")
    return [(table, number) for table in range(1, tables + 1) for number in range(1, seats_each + 1)]


def no_guests(kind: str, *, by_allotment: bool, waiver: str) -> str:
    """Why nobody brings a guest to an event: a refusal code, or "" where members may.

    Where seats are always short they are for members, in the order of who waited longest (R22); and conditions are
    accepted by everybody for themselves (R28), which a guest without an account can't.
    """
    if not KINDS[kind].guests:
        return "guest.kind"
    if by_allotment:
        return "guest.allotment"
    return "guest.waiver" if waiver.strip() else ""


def waiver_version(text: str) -> str:
    """R28: which wording somebody accepted; empty when there is nothing to accept. Blanks at the ends don't count."""
    words = text.strip()
    return sha256(words.encode()).hexdigest()[:12] if words else ""


@dataclass(frozen=True)
class Chair:
    """A chair's life: when it stood in the room (no end: still there), and when it was held (no end: still)."""

    made_at: datetime
    removed_at: datetime | None
    holds: tuple[tuple[datetime, datetime | None], ...] = ()


def free_periods(chairs: Iterable[Chair], opens: datetime, closes: datetime) -> list[Period]:
    """R6: when at least one of an event's chairs was free to book in [opens, closes), joined where they touch.

    Somebody who wants a seat does not care which: one chair freed the instant another is taken is one time together.
    """
    free = [period for chair in chairs for period in _free(chair, opens, closes)]
    joined: list[Period] = []
    for begins, ends in sorted(free):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined


def _free(chair: Chair, opens: datetime, closes: datetime) -> Iterable[Period]:
    begins = max(chair.made_at, opens)
    closes = min(chair.removed_at or closes, closes)
    for taken_at, freed_at in sorted(chair.holds, key=lambda hold: hold[0]):
        if begins < min(taken_at, closes):
            yield begins, min(taken_at, closes)
        begins = max(begins, freed_at or closes)
    if begins < closes:
        yield begins, closes


def overlap(a: tuple[datetime, datetime], b: tuple[datetime, datetime]) -> bool:
    """Whether two half-open periods share an instant: back to back is no overlap."""
    return a[0] < b[1] and b[0] < a[1]


def is_late(starts_at: datetime, at: datetime) -> bool:
    """R26: withdrawn less than 24 hours before the start."""
    return at > starts_at - LATE


def from_the_future(scanned_at: datetime, at: datetime) -> bool:
    """product.md §5: a scanner's clock may be a little ahead of ours, no more."""
    return scanned_at > at + CLOCK_SKEW


def in_last_hours(starts_at: datetime, at: datetime) -> bool:
    """R24: no more offers; a free seat is told to everybody who waits, and the first tap has it."""
    return starts_at - LAST_HOURS <= at < starts_at


def offer_ends_at(starts_at: datetime, at: datetime) -> datetime:
    """R24: 12 hours, counted from 08:00 when made in quiet hours, never past 3 hours before the start. Excluded."""
    hour = at.astimezone(ZONE).hour
    begins = at
    if hour >= QUIET_FROM:
        begins = end_of(day_of(at)) + timedelta(hours=QUIET_TO)
    elif hour < QUIET_TO:
        begins = start_of(day_of(at)) + timedelta(hours=QUIET_TO)
    return min(begins + OFFER_LASTS, starts_at - LAST_HOURS)


def hold_ends_by(starts_at: datetime) -> datetime:
    """product.md §5: until when staff may keep chairs back at the latest; in the last hours the first tap has them."""
    return starts_at - LAST_HOURS


def release_at(followed: Collection[datetime], starts_at: datetime) -> datetime | None:
    """R23: Monday 20:00 after the last of the roundtables followed, and 24 hours before the visit at the latest.

    `followed` are their starts; None when the visit follows none: then its seats are everybody's from the beginning.
    """
    if not followed:
        return None
    monday = week_of(max(followed)) + timedelta(weeks=1)
    return min(start_of(monday) + timedelta(hours=RELEASE_HOUR), starts_at - RELEASED_BEFORE)


def in_window(releases_at: datetime | None, at: datetime) -> bool:
    """R23: whether a visit's seats still go only to people checked in at a roundtable it follows."""
    return releases_at is not None and at < releases_at


def unforgiven(offences: Sequence[datetime]) -> list[datetime]:
    """R26: the no-shows and late cancellations that follow another within six months; the first one is forgiven."""
    ordered = sorted(offences)
    return [
        later
        for earlier, later in zip(ordered, ordered[1:], strict=False)
        if day_of(later) < months_later(day_of(earlier), FORGIVEN_MONTHS)
    ]


def last_until(offences: Sequence[datetime]) -> datetime | None:
    """R26: until when somebody comes last, from unexcused no-shows and late cancellations; None when all is forgiven."""
    return max((later + LAST_FOR for later in unforgiven(offences)), default=None)


@dataclass(frozen=True)
class Asker:
    """Somebody who wants a seat, as the order sees them. `asked_at`: their last offer, which they let pass."""

    key: int
    signed_up_at: datetime
    was_there: bool = False  # checked in at a roundtable that this visit follows (R23)
    clock_runs: bool = False
    last_seat_at: datetime | None = None
    offences: tuple[datetime, ...] = ()
    asked_at: datetime | None = None
    moved_up_at: datetime | None = None
    tie: str = ""  # between equals of a fair allotment, whose `signed_up_at` is the wait since the last seat

    def comes_last(self, at: datetime) -> bool:
        until = last_until(self.offences)
        return until is not None and at < until

    def was_quiet(self, at: datetime) -> bool:
        return self.last_seat_at is None or self.last_seat_at < at - QUIET_SEATS


# R22: the first that holds is the class, judged at the instant a seat is given.
CLASSES: tuple[tuple[str, Callable[[Asker, datetime], bool]], ...] = (
    ("moved", lambda asker, at: asker.moved_up_at is not None),
    ("table", lambda asker, at: asker.was_there and not asker.comes_last(at)),
    ("clock", lambda asker, at: asker.clock_runs and not asker.comes_last(at)),
    ("quiet", lambda asker, at: asker.was_quiet(at) and not asker.comes_last(at)),
    ("standing", lambda asker, at: not asker.comes_last(at)),
    ("missed", lambda asker, at: True),
)


def class_of(asker: Asker, at: datetime) -> str:
    """R22: "moved" (by hand), "table" (R23), "clock", "quiet", "standing" or "missed" (R26)."""
    return next(code for code, holds in CLASSES if holds(asker, at))


def opens_at(published_at: datetime, starts_at: datetime, hours: int) -> datetime | None:
    """From when a class may sign up, so many hours after the publication and 24 hours before the start at the latest;
    None: at once."""
    moment = min(published_at + timedelta(hours=hours), starts_at - OPEN_TO_ALL_BEFORE)
    return moment if moment > published_at else None


def opening_of(code: str, quiet_at: datetime | None, all_at: datetime | None) -> datetime | None:
    """Of a class, from when it may sign up. Running clocks, and people of the table before a visit, wait for nobody."""
    if code in ("standing", "missed"):
        return all_at
    return quiet_at if code == "quiet" else None


def in_order(askers: Iterable[Asker], at: datetime) -> list[Asker]:
    """R22, R24: by class; inside it whoever was not asked yet, by time of signup, then by the age of the last offer."""
    ranks = {code: rank for rank, (code, _) in enumerate(CLASSES)}
    never = datetime.min.replace(tzinfo=ZONE)

    def place(asker: Asker) -> tuple[int, datetime, datetime, datetime, str, int]:
        rank = ranks[class_of(asker, at)]
        return rank, asker.moved_up_at or never, asker.asked_at or never, asker.signed_up_at, asker.tie, asker.key

    return sorted(askers, key=place)


def check_in_opens_at(starts_at: datetime) -> datetime:
    return starts_at - CHECK_IN_BEFORE


def check_in_closes_at(ends_at: datetime) -> datetime:
    """The last instant, excluded, at which staff check in without saying why."""
    return ends_at + CHECK_IN_AFTER


def roster_closes_at(ends_at: datetime) -> datetime:
    """The last instant, excluded, at which a roster may be typed, with a reason; then it closes by itself."""
    return ends_at + ROSTER_OPEN


def check_in_refusal(starts_at: datetime, ends_at: datetime, at: datetime, *, reason: str) -> str:
    """R25: "" when staff may check in now, else "check_in.early", "check_in.reason" or "check_in.over"."""
    if at < check_in_opens_at(starts_at):
        return "check_in.early"
    if at < check_in_closes_at(ends_at):
        return ""
    if at >= roster_closes_at(ends_at):
        return "check_in.over"
    return "" if reason.strip() else "check_in.reason"


@dataclass(frozen=True)
class Draft:
    """What publishing looks at."""

    kind: str
    starts_at: datetime
    place: str
    address: str
    has_host: bool


def missing_for_publishing(draft: Draft, at: datetime) -> list[str]:
    """Refusal codes of what keeps a draft from being published, in the order of the form; empty when nothing does."""
    checks: Iterable[tuple[str, bool]] = (
        ("event.past", draft.starts_at <= at),
        ("event.no_place", not draft.place),
        ("event.no_address", not draft.address),
        ("event.no_host", KINDS[draft.kind].needs_host and not draft.has_host),
    )
    return [code for code, broken in checks if broken]


def next_week_after(starts_at: datetime, at: datetime) -> datetime:
    """The same weekday and hour, so many whole weeks later that it lies after `at`: at least one week."""
    weeks = max(1, (at - starts_at) // timedelta(weeks=1) + 1)
    return starts_at + timedelta(weeks=weeks)
