"""Ties are facts (R35): what counts as one, and the days and numbers around them. Pure: no Django, no tables."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from community.kernel.days import day_of, end_of

TABLE, VISIT, ONE_TO_ONE, PROJECT = "table", "visit", "one_to_one", "project"
KINDS = (TABLE, VISIT, ONE_TO_ONE, PROJECT)
# R35: a visit alone makes no tie, it is where two who have met meet again.
FIRST = (TABLE, ONE_TO_ONE, PROJECT)

CONFIRM_DAYS = 14  # so long a one-to-one, or a part in a project, waits for the other's word
BACK_DAYS = 30  # so long ago a one-to-one may lie that is logged today
UNDO_FOR = timedelta(days=7)  # so long either of the two takes back what was confirmed by mistake
LOGS_A_DAY = 20
TITLE_MOST = 60
PARTNERS_MOST = 11
NUDGE_DAYS = (3, 14)  # after a table
NUDGED_FOR = timedelta(days=7)  # so long the last of them is worth something
SECOND_WITHIN = timedelta(days=14)  # a second connection: a visit or a one-to-one so soon after a table


def is_tie(kinds: Iterable[str]) -> bool:
    """R35: whether meetings of these kinds make two people known to one another."""
    return not set(FIRST).isdisjoint(kinds)


def met_again(kinds: Iterable[str]) -> bool:
    """A second meeting: whatever follows a first one, a visit too. That two do something together is no meeting."""
    found = list(kinds)
    return is_tie(found) and sum(kind != PROJECT for kind in found) > 1


def day_refusal(met_on: date, at: datetime) -> str:
    """The code of what is wrong with a one-to-one's day; "" when nothing is."""
    today = day_of(at)
    if met_on > today:
        return "one_to_one.future"
    return "one_to_one.old" if met_on < today - timedelta(days=BACK_DAYS) else ""


def confirm_until(at: datetime) -> datetime:
    """What is logged or declared now waits until the end of that day."""
    return end_of(day_of(at) + timedelta(days=CONFIRM_DAYS))


def undo_until(confirmed_at: datetime) -> datetime:
    """The first instant at which a confirmed one-to-one stands for good."""
    return confirmed_at + UNDO_FOR


def nudge_step(met_at: datetime, at: datetime) -> int | None:
    """Which reminder of a table is due: 3 from the third day on, 14 from the fourteenth, None before and long after."""
    if not met_at + timedelta(days=NUDGE_DAYS[0]) <= at < nudge_until(met_at, NUDGE_DAYS[-1]):
        return None
    return max(days for days in NUDGE_DAYS if met_at + timedelta(days=days) <= at)


def nudge_until(met_at: datetime, step: int) -> datetime:
    """A reminder is valid until the next one of its ladder is due."""
    later = [days for days in NUDGE_DAYS if days > step]
    return met_at + timedelta(days=later[0]) if later else met_at + timedelta(days=step) + NUDGED_FOR


def nudge_window(at: datetime) -> tuple[datetime, datetime]:
    """When the tables began of which somebody may be reminded now."""
    return at - timedelta(days=NUDGE_DAYS[-1]) - NUDGED_FOR, at - timedelta(days=NUDGE_DAYS[0])
