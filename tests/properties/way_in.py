"""One person's way in as the rulebook tells it (R5, R6, R8, R9, R18 and product.md §5): days are counted by hand, and
it knows nothing of locks, rows or ports."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from community.kernel.days import ZONE

START = datetime(2026, 11, 20, 9, tzinfo=ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAST_MIDNIGHT = START.replace(hour=0) + 22 * DAY  # the clock's end, if approved on day 0
# A week's tables, the clock's last evening, and one that begins at the very instant the clock ends.
EVENT_TIMES = [START.replace(hour=19) + d * DAY for d in (3, 10, 21)] + [LAST_MIDNIGHT, LAST_MIDNIGHT + 3 * DAY]


def midnight_after(at: datetime, days: int) -> datetime:
    """24:00 of the day so many days after the day of `at`."""
    on = at.astimezone(ZONE) + (days + 1) * DAY
    return on.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass
class Model:
    status: str = "submitted"
    ended_by: str = ""
    approved_at: datetime | None = None
    ends_at: datetime | None = None
    attended_at: datetime | None = None
    extensions: int = 0
    paid: bool = False
    money: list[str] = field(default_factory=list)  # per payment: applied | requested:<who> | back
    seats: dict[int, str] = field(default_factory=dict)
    cancelled: dict[int, datetime] = field(default_factory=dict)
    had: set[int] = field(default_factory=set)  # where a seat was theirs, whatever became of it
    asked_reviewers: bool = False
    held: set[int] = field(default_factory=set)

    def could_have_taken(self, until: datetime) -> bool:
        """By what was known at `until`. The tables are never full, so a chair was free from the approval to the start."""
        return any(
            self.approved_at <= starts < until
            and not (i in self.cancelled and self.cancelled[i] < until)
            and (i in self.had or starts - self.approved_at >= DAY)
            for i, starts in enumerate(EVENT_TIMES)
        )

    def settle(self, at: datetime) -> None:
        """R6: a week more at each end without a seat that could be taken, whether or not a worker ran."""
        while (
            self.status == "approved" and self.attended_at is None and at >= self.ends_at and self.extensions < 3
            and not self.could_have_taken(self.ends_at)
        ):  # fmt: skip
            self.ends_at = midnight_after(self.ends_at, 6)
            self.extensions += 1

    def roster_open(self, at: datetime) -> bool:
        return any(
            state == "confirmed"
            and EVENT_TIMES[i] < self.ends_at
            and EVENT_TIMES[i] <= at < EVENT_TIMES[i] + 3 * HOUR + 7 * DAY
            for i, state in self.seats.items()
        )

    def over(self, at: datetime, *, wait_for_roster: bool = True) -> str:
        if self.status != "approved":
            return ""
        if self.attended_at is None:
            waiting = wait_for_roster and self.roster_open(at)
            return "not_attended" if at >= self.ends_at and not waiting else ""
        due = max(self.ends_at, midnight_after(self.attended_at, 14))
        return "unpaid" if not self.paid and at >= due else ""

    def inside(self, i: int) -> bool:
        if self.approved_at is None:
            return False
        day_zero = self.approved_at.replace(hour=0, minute=0)
        return day_zero <= EVENT_TIMES[i] < self.ends_at

    def give_back(self, at: datetime) -> None:
        self.seats = {i: s for i, s in self.seats.items() if s != "confirmed" or EVENT_TIMES[i] <= at}

    def ask_back(self, who: str) -> None:
        self.money = [f"requested:{who}" if m == "applied" else m for m in self.money]

    def lapse(self, at: datetime) -> None:
        if why := self.over(at):
            self.status, self.ended_by = "lapsed", why
            self.ask_back("application")
            self.give_back(at)

    def admit(self) -> None:
        if self.status == "approved" and self.attended_at and self.paid:
            self.status = "admitted"

    # The acts. Each does what the rulebook says, or nothing.

    def approve(self, at: datetime) -> None:
        if self.status == "submitted":
            self.status, self.approved_at, self.ends_at = "approved", at, midnight_after(at, 21)

    def book(self, i: int, at: datetime) -> None:
        if self.over(at, wait_for_roster=False):
            if at < EVENT_TIMES[i] and i not in self.cancelled and i not in self.seats:
                self.lapse(at)
            return
        if self.status in ("approved", "admitted") and at < EVENT_TIMES[i] and i not in self.cancelled:
            self.seats.setdefault(i, "confirmed")
            self.had.add(i)

    def leave(self, i: int, at: datetime) -> None:
        if self.seats.get(i) == "confirmed" and at < EVENT_TIMES[i]:
            del self.seats[i]

    def attend(self, i: int, at: datetime) -> None:
        if self.seats.get(i) not in ("confirmed", "missed"):
            return
        if not EVENT_TIMES[i] - HOUR <= at <= EVENT_TIMES[i] + 3 * HOUR + 7 * DAY:
            return
        self.seats[i] = "attended"
        if not self.inside(i):
            return
        if self.status == "lapsed" and self.ended_by == "not_attended":
            self.status, self.ended_by = "approved", ""
            self.paid = "requested:application" in self.money
            self.money = ["applied" if m == "requested:application" else m for m in self.money]
        if self.status in ("approved", "admitted"):
            self.attended_at = min(filter(None, [self.attended_at, EVENT_TIMES[i]]))
            self.admit()

    def undo(self, i: int, at: datetime) -> None:
        if self.seats.get(i) != "attended":
            return
        self.seats[i] = "missed" if i in self.held else "confirmed"
        if self.status in ("approved", "admitted", "lapsed") and self.attended_at:
            left = [EVENT_TIMES[j] for j, s in self.seats.items() if s == "attended" and self.inside(j)]
            self.attended_at = min(left, default=None)

    def close(self, i: int, at: datetime) -> None:
        if i not in self.cancelled and at >= EVENT_TIMES[i] + 3 * HOUR:
            self.held.add(i)
            if self.seats.get(i) == "confirmed":
                self.seats[i] = "missed"

    def pay(self, at: datetime) -> None:
        self.lapse(at)
        if self.status == "approved" and not self.paid:
            self.paid = True
            self.money.append("applied")
            self.admit()

    def treasurer_refunds(self, at: datetime) -> None:
        self.ask_back("treasurer")

    def send_refunds(self, at: datetime) -> None:
        told = "requested:treasurer" in self.money
        self.money = ["back" if m.startswith("requested") else m for m in self.money]
        if told and "applied" not in self.money and self.status == "approved":
            self.paid = False
        elif told and "applied" not in self.money and self.status == "admitted":
            self.status, self.paid = "withdrawn", False
            self.give_back(at)

    def cancel(self, i: int, at: datetime) -> None:
        if i in self.cancelled or i in self.held or self.seats.get(i) == "attended":
            return
        held = self.seats.get(i) == "confirmed"
        running = self.status == "approved" and self.attended_at is None and not self.over(at)
        if held and running and self.inside(i) and self.extensions < 3:
            self.ends_at = midnight_after(self.ends_at, 6)
            self.extensions += 1
        self.seats.pop(i, None)
        self.cancelled[i] = at

    def extend(self, at: datetime) -> None:
        if self.status == "approved" and not self.attended_at and not self.over(at) and not self.asked_reviewers:
            self.ends_at, self.asked_reviewers = midnight_after(self.ends_at, 6), True

    def withdraw(self, at: datetime) -> None:
        self.lapse(at)
        if self.status in ("submitted", "approved"):
            self.status = "withdrawn"
            self.ask_back("application")
            self.give_back(at)
