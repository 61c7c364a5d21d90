"""The course of an evening at a table: what comes when, and how long each person's turn is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.events.rules.agenda import Part

# The course where the agenda gives no minutes: code and its share of the time. Turns get what the others leave.
COURSE = (("welcome", 0.05), ("icebreaker", 0.1), ("turns", 0.5), ("questions", 0.25), ("wishes", 0.1))
TURN_LEAST, TURN_MOST = 1, 10  # minutes
ICEBREAKERS = 8  # questions to begin with, one an evening


@dataclass(frozen=True)
class Step:
    """One part of the evening. `title` as the office typed it, or `code` for a part of the usual course."""

    begins_at: datetime
    minutes: int
    code: str = ""
    title: str = ""


def course(starts_at: datetime, ends_at: datetime, agenda: Sequence[Part]) -> list[Step]:
    """The agenda by the clock, parts without minutes sharing what is left; without any minutes the usual course."""
    whole = max(1, int((ends_at - starts_at) / timedelta(minutes=1)))
    if not any(part.minutes for part in agenda):
        lengths = [max(1, round(whole * share)) for _, share in COURSE]
        lengths[2] += whole - sum(lengths)
        return _clocked(starts_at, [(max(1, n), code, "") for n, (code, _) in zip(lengths, COURSE, strict=True)])
    open_ended = sum(part.minutes is None for part in agenda)
    left = max(0, whole - sum(part.minutes or 0 for part in agenda))
    share = max(1, left // open_ended) if open_ended else 0
    return _clocked(starts_at, [(share if part.minutes is None else part.minutes, "", part.title) for part in agenda])


def _clocked(starts_at: datetime, parts: list[tuple[int, str, str]]) -> list[Step]:
    steps, begins_at = [], starts_at
    for minutes, code, title in parts:
        steps.append(Step(begins_at, minutes, code, title))
        begins_at += timedelta(minutes=minutes)
    return steps


def turn_minutes(steps: Sequence[Step], people: int) -> int:
    """How long each person's turn is: the longest part shared by everybody at the table, 1 to 10 minutes."""
    longest = max((step.minutes for step in steps), default=0)
    return min(TURN_MOST, max(TURN_LEAST, longest // max(1, people)))


def icebreaker(event_key: int, table: int = 0) -> int:
    """Which of the questions to begin with, from 0: another one for each evening and table."""
    return (event_key + table) % ICEBREAKERS
