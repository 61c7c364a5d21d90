"""The numbers and decisions of admission and membership (R1–R11, R14) as pure functions of plain values."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from community.kernel.days import day_of, end_of, months_later, start_of
from community.members import states

CLOCK_DAYS = 21  # R5
EXTENSION_DAYS, MOST_EXTENSIONS = 7, 3  # R6
FREE_TOGETHER = timedelta(hours=24)  # R6: so long a chair must be free to count as one that could be taken
REMIND_DAYS = (14, 7, 3, 1)  # R7
FEE_DAYS_AFTER_ATTENDANCE = 14  # R8
TERM_MONTHS, GRACE_DAYS = 12, 14  # R14, R15
RENEW_DAYS_BEFORE, REVIVAL_DAYS = 30, 30  # R15; revival: product.md §5, Money
CHANGE_OF_MIND = timedelta(hours=72)  # R18
ENTITLEMENTS = ("roundtables_a_month", "visits_a_quarter", "open_posts", "guests_a_quarter")  # R12
RENEWAL_STEPS = (30, 7, 1, -7)  # R15: days before the end of the term; four notices at most
TRAINEE_MONTHS, TRAINEE_REMIND_DAYS = 6, (30, 7)  # R11
REVERIFY_MONTHS, MEND_DAYS, REVERIFY_AHEAD_DAYS = 12, 30, 30  # R2; product.md §5, People
MEND_NOTICE_DAYS = (7, 1)  # R2: before a failed or overdue check costs new seats
REVIEW_TARGET = timedelta(hours=72)  # R4
CLAIM_LASTS = timedelta(hours=24)  # product.md §5, People
ROSTER_OPEN = timedelta(days=7)  # product.md §5, Clock and check-in
WAIT_AFTER = {states.LAPSED: 30, states.REJECTED: 90, states.WITHDRAWN: 0, states.CLOSED: 0}  # R9, days
DOCUMENTS_MOST, DOCUMENT_BYTES = 6, 10 * 1024 * 1024  # R3
EVIDENCE_DAYS_AFTER_APPROVAL, EVIDENCE_DAYS_AFTER_END, DRAFT_DAYS = 90, 30, 180  # R3
DRAFT_NOTICE_DAYS = (14, 3)  # R3: before a draft nobody touches is closed
RENEWED_BEFORE = timedelta(hours=24)  # product.md §5: a seat on a day after the membership is kept until then
SUSPENDED_MOST_DAYS = 366  # whoever is not to come back within a year is a matter for two administrators
FIRST_DAYS = 30  # after admission: what a new member does first; R36 asks of everybody who has these behind them
INVITED_FOR = timedelta(hours=72)  # from the waiting room: so long a place is kept
QUESTIONS_MOST = 3  # open ones of one applicant
CONSENT_VERSION = "2026-11"
EXPORT_DAYS = 7  # R52: so long a file of one's own data can be opened
EXPORT_EVERY = timedelta(hours=24)  # and so often a new one can be asked for
COOLING_OFF_DAYS = 7  # R52: between asking to be erased and being erased (docs/decisions/0023)

LEGAL_REPRESENTATIVE, SHAREHOLDER, OPERATOR, PARTNER, TRAINEE = (
    "legal_representative",
    "shareholder",
    "operator",
    "partner",
    "trainee",
)
ROLES = (LEGAL_REPRESENTATIVE, SHAREHOLDER, OPERATOR, PARTNER, TRAINEE)  # R1, R11
HANGS_ON_ROLE = ("legal_name", "credit_code", "share_percent", "sponsor")
PAPERS = "documents"  # among the fields reviewers may ask for
STAGES = ("preparing", "first_year", "finding_market", "growing", "established")
REJECTION_REASONS = ("not_on_register", "role_not_shown", "not_active", "outside_purpose", "conflict", "conduct")


def first_days_left(admitted_at: datetime | None, at: datetime) -> int:
    """How many of a new member's first thirty days are left, the day of admission being the first; 0 when they are over."""
    if admitted_at is None:
        return 0
    return max(FIRST_DAYS - (day_of(at) - day_of(admitted_at)).days, 0)


def credit_code(typed: str) -> str:
    """The normalised unified social credit code (GB 32100-2015, R2): full-width and lower case are accepted.

    Raises ValueError with a refusal code: "credit_code.length", "credit_code.characters", "credit_code.check".
    """
    code = uscc.compact(unicodedata.normalize("NFKC", typed)).upper()
    if len(code) != 18:
        raise ValueError("credit_code.length")
    if code == "0" * 18:
        raise ValueError("credit_code.check")
    try:
        return uscc.validate(code)
    except InvalidChecksum:
        raise ValueError("credit_code.check") from None
    except ValidationError:
        raise ValueError("credit_code.characters") from None


def clock_end(approved_at: datetime) -> datetime:
    """R5: the day of approval is day 0; the clock ends at midnight after day 21, community time."""
    return end_of(day_of(approved_at) + timedelta(days=CLOCK_DAYS))


def inside_clock(event_began_at: datetime, approved_at: datetime, clock_ends_at: datetime) -> bool:
    """R5: attendance counts by the event's time, from the day of approval (day 0) to the clock's end."""
    return day_of(event_began_at) >= day_of(approved_at) and event_began_at < clock_ends_at


def extended(clock_ends_at: datetime, days: int = EXTENSION_DAYS) -> datetime:
    """R6: so many community days later, again at midnight."""
    return end_of(day_of(clock_ends_at) + timedelta(days=days - 1))


Period = tuple[datetime, datetime]  # half-open


@dataclass(frozen=True)
class Chance:
    """One qualifying event as one applicant met it. `held`: a seat was theirs or offered to them, whatever they made
    of it. `free`: the periods in which somebody could book."""

    held: bool
    free: tuple[Period, ...] = ()


def could_have_taken(chances: Iterable[Chance], since: datetime, until: datetime) -> bool:
    """R6, product.md §5: a seat was had or offered, or one was free for 24 hours together inside the window."""
    return any(
        chance.held or any(min(ends, until) - max(begins, since) >= FREE_TOGETHER for begins, ends in chance.free)
        for chance in chances
    )


def fair_ends(clock_ends_at: datetime, left: int, taken: Callable[[datetime], bool], at: datetime) -> list[datetime]:
    """R6: the ends a clock has got by itself up to `at`, in order; empty when it simply ended or still runs.

    `taken(end)` says whether a seat could have been taken up to that end; `left` is how many automatic extensions
    remain. Only what was known at each end counts, so the answer is the same whenever it is asked.
    """
    ends: list[datetime] = []
    while at >= clock_ends_at and len(ends) < left and not taken(clock_ends_at):
        clock_ends_at = extended(clock_ends_at)
        ends.append(clock_ends_at)
    return ends


def month_of(at: datetime) -> Period:
    """The community's calendar month at an instant, as half-open instants."""
    first = day_of(at).replace(day=1)
    return start_of(first), start_of(months_later(first, 1))


def days_left(clock_ends_at: datetime, at: datetime) -> int:
    """Whole community days left: 0 on the last day itself, negative when over."""
    return (day_of(clock_ends_at) - day_of(at)).days - 1


def reminder_due(clock_ends_at: datetime, at: datetime) -> int | None:
    """R7: the step (14, 7, 3 or 1 days) of the ladder that is current, or None before the first and after the end.

    A reminder is valid until the next one of its ladder is due, so a late job sends the current step only.
    """
    left = days_left(clock_ends_at, at)
    if left < 0:
        return None
    return min((step for step in REMIND_DAYS if left <= step), default=None)


def reminder_valid_until(clock_ends_at: datetime, step: int) -> datetime:
    """When the next step of the ladder is due (the clock's end for the last one)."""
    later = [s for s in REMIND_DAYS if s < step]
    if not later:
        return clock_ends_at
    return end_of(day_of(clock_ends_at) - timedelta(days=max(later) + 2))


def fee_due_at(clock_ends_at: datetime, attended_at: datetime) -> datetime:
    """R8: the later of the clock's end and midnight after the 14th day after attendance."""
    return max(clock_ends_at, end_of(day_of(attended_at) + timedelta(days=FEE_DAYS_AFTER_ATTENDANCE)))


@dataclass(frozen=True)
class Facts:
    """What is known of an approved application. `roster_open`: a check-in inside the clock may still be recorded."""

    clock_ends_at: datetime
    attended_at: datetime | None
    paid_at: datetime | None
    roster_open: bool = False


def complete(*, approved: bool, attended: bool, paid: bool) -> bool:
    """R8: papers approved, attended and paid, whichever comes last. The three conditions stand here and only here."""
    return approved and attended and paid


def lapse_reason(facts: Facts, at: datetime) -> str:
    """R9: "not_attended" from the clock's end on, "unpaid" from the fee's due time on, else "".

    Over means over at the very instant; an open roster of an event inside the clock holds the lapse back.
    """
    if facts.attended_at is None:
        return "not_attended" if at >= facts.clock_ends_at and not facts.roster_open else ""
    if facts.paid_at is None and at >= fee_due_at(facts.clock_ends_at, facts.attended_at):
        return "unpaid"
    return ""


def may_apply_again_on(status: str, ended_on: date) -> date:
    """R9: lapsed after 30 days, rejected after 90, withdrawn or closed at once."""
    return ended_on + timedelta(days=WAIT_AFTER[status])


def term_of_admission(admitted_at: datetime) -> tuple[date, date]:
    """R8, R14: the term begins on the day the admission is recorded; half-open, 12 months."""
    starts_on = day_of(admitted_at)
    return starts_on, months_later(starts_on, TERM_MONTHS)


def trainee_until(admitted_on: date) -> date:
    """R11: the first day that is no longer a trainee's: six months later, same day, else that month's last."""
    return months_later(admitted_on, TRAINEE_MONTHS)


def trainee_reminder_due(ends_on: date, on: date) -> int | None:
    """R11: the step (30 or 7 days) whose notice is current on a day; None before the first and from the end on."""
    left = (ends_on - on).days
    return min((step for step in TRAINEE_REMIND_DAYS if left <= step), default=None) if left > 0 else None


def trainee_horizon(on: date) -> date:
    """The latest end that has a notice due on a day."""
    return on + timedelta(days=max(TRAINEE_REMIND_DAYS))


def renew_by(starts_at: datetime) -> datetime:
    """Until when, excluded, a seat waits for the renewal that covers its day."""
    return starts_at - RENEWED_BEFORE


def reverify_due_on(verified_on: date) -> date:
    """R2: every 12 months; overdue from that day on."""
    return months_later(verified_on, REVERIFY_MONTHS)


def counted_from(imported_on: date, starts_on: date) -> date:
    """R2: the twelve months of a company nobody looked up when it was imported: from that day or the membership's first."""
    return max(imported_on, starts_on)


def verified_until(due_on: date) -> date:
    """The latest day of a check that is due again on or before a day: what the list of due companies asks for."""
    day = months_later(due_on, -REVERIFY_MONTHS)
    later = day + timedelta(days=1)  # 29 February falls due on 28 February
    return later if reverify_due_on(later) <= due_on else day


def mend_until(verified_on: date, failed_on: date | None) -> date:
    """30 days to mend a failed or overdue check; from the day after on no new seats, never an automatic end."""
    due_on = reverify_due_on(verified_on)
    return (min(due_on, failed_on) if failed_on else due_on) + timedelta(days=MEND_DAYS)


def mend_step(last_on: date, on: date) -> int | None:
    """R2: the notice (7 or 1 days before the last day to mend) that is current on a day; None before and after them."""
    left = (last_on - on).days
    return min((step for step in MEND_NOTICE_DAYS if left <= step), default=None) if left >= 0 else None


def mend_step_until(last_on: date, step: int) -> datetime:
    """When the next notice is due, or the last day is over."""
    later = [other for other in MEND_NOTICE_DAYS if other < step]
    return start_of(last_on - timedelta(days=max(later))) if later else end_of(last_on)


def draft_closes_at(touched_at: datetime) -> datetime:
    """R3: 180 days after somebody last typed in it."""
    return touched_at + timedelta(days=DRAFT_DAYS)


def draft_step(touched_at: datetime, at: datetime) -> int | None:
    """R3: the notice (14 or 3 days before the end) that is current; None before the first and from the end on."""
    left = draft_closes_at(touched_at) - at
    steps = (step for step in DRAFT_NOTICE_DAYS if left <= timedelta(days=step))
    return min(steps, default=None) if left > timedelta(0) else None


def draft_step_until(touched_at: datetime, step: int) -> datetime:
    """When the next notice is due, or the draft is closed."""
    later = [other for other in DRAFT_NOTICE_DAYS if other < step]
    return draft_closes_at(touched_at) - timedelta(days=max(later, default=0))


def standing(
    periods: Iterable[tuple[date, date]],
    on: date,
    *,
    over: Iterable[date] = (),
    suspended: Iterable[tuple[date, date]] = (),
) -> str:
    """R14: "active", "grace" (14 days, full rights), "suspended", "expired" or "none", from half-open terms and a day.

    `over`: the ends among them that have no grace, because the membership ended early (R11). `suspended`: half-open
    days without rights; the term runs on, and the day it ends on is one with rights again.
    """
    started = [(starts, ends) for starts, ends in periods if starts <= on and starts < ends]
    if not started:
        return "none"
    last = max(ends for _, ends in started)
    grace = 0 if last in over else GRACE_DAYS
    if on >= last + timedelta(days=grace):
        return "expired"
    if suspended_until(suspended, on):
        return "suspended"
    return "active" if any(on < ends for _, ends in started) else "grace"


def suspended_until(suspended: Iterable[tuple[date, date]], on: date) -> date | None:
    """The first day with rights again, when a day lies in one of these half-open suspensions."""
    return max((ends for begins, ends in suspended if begins <= on < ends), default=None)


def mind_open_until(paid_at: datetime, admitted_at: datetime) -> datetime:
    """R18: until when a new member can undo it all, 72 hours from the later of payment and admission."""
    return max(paid_at, admitted_at) + CHANGE_OF_MIND


def grace_ends_on(ends_on: date) -> date:
    """R15: the first day without rights, 14 days after a term's half-open end."""
    return ends_on + timedelta(days=GRACE_DAYS)


def renewable_until(ends_on: date) -> date:
    """The first day on which a renewal is no longer taken: 30 days after the end of grace (product.md §5, Money)."""
    return grace_ends_on(ends_on) + timedelta(days=REVIVAL_DAYS)


def renewal_opens_on(ends_on: date) -> date:
    """R15: the day on which the invoice comes."""
    return ends_on - timedelta(days=RENEW_DAYS_BEFORE)


def renewal_dates(ends_on: date) -> dict[str, date]:
    """The last days that matter around a term's end, for people: of the year, of grace, of revival."""
    one = timedelta(days=1)
    return {"last": ends_on - one, "grace": grace_ends_on(ends_on) - one, "revival": renewable_until(ends_on) - one}


def renewed_term(ends_on: date, paid_on: date) -> tuple[date, date] | None:
    """R15: the half-open term a renewal paid on a day brings, after one that ends on `ends_on`.

    Paid before the end or in grace it starts at the old end; in the 30 days of revival on the day of payment; after
    that there is nothing to renew.
    """
    if paid_on >= renewable_until(ends_on):
        return None
    starts_on = ends_on if paid_on < grace_ends_on(ends_on) else paid_on
    return starts_on, months_later(starts_on, TERM_MONTHS)


def renewal_step(ends_on: date, on: date) -> int | None:
    """R15: the notice (30, 7, 1 or −7 days before the end) that is current on a day; None before and after them."""
    left = (ends_on - on).days
    if on >= grace_ends_on(ends_on):
        return None
    return min((step for step in RENEWAL_STEPS if left <= step), default=None)


def renewal_step_until(ends_on: date, step: int) -> datetime:
    """When the next notice is due, or grace ends: a notice is never sent after that."""
    later = [other for other in RENEWAL_STEPS if other < step]
    return start_of(ends_on - timedelta(days=max(later)) if later else grace_ends_on(ends_on))


def member_since(periods: Iterable[tuple[date, date]]) -> date | None:
    """Tenure: the first day of the last unbroken row of half-open terms; a revival in time keeps it unbroken."""
    since: date | None = None
    last_end: date | None = None
    for starts_on, ends_on in sorted(periods):
        if last_end is None or starts_on >= renewable_until(last_end):
            since = starts_on
        last_end = max(ends_on, last_end or ends_on)
    return since
