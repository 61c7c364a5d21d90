"""An agenda as the office types it: a line a part, with its minutes before or after it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

UNIT = r"(?:\u5206\u949f|\u5206(?!\u949f)|minutes|minute|mins|min|['\u2032])"  # the first two are Chinese for minutes
BEFORE = re.compile(rf"^(\d{{1,3}})\s*{UNIT}[\s:\u00b7\uff1a,\uff0c\-\u2013\u2014]*(.+)$", re.I)
AFTER = re.compile(rf"^(.+?)[\s:\u00b7\uff1a,\uff0c(\uff08\-\u2013\u2014]*(?<!\d)(\d{{1,3}})\s*{UNIT}[)\uff09]?$", re.I)


@dataclass(frozen=True)
class Part:
    """One part of an agenda; `minutes` is None where none are given."""

    title: str
    minutes: int | None


def parts(text: str) -> list[Part]:
    """The parts in their order: "Icebreaker 15 min" and "15 min Icebreaker" say the same."""
    return [_part(line) for line in (raw.strip() for raw in text.splitlines()) if line]


def minutes_of(agenda: Iterable[Part]) -> int:
    return sum(part.minutes or 0 for part in agenda)


def _part(line: str) -> Part:
    if found := BEFORE.match(line):
        return Part(found[2].strip(), int(found[1]))
    if found := AFTER.match(line):
        return Part(found[1].strip(), int(found[2]))
    return Part(line, None)


def timed(agenda: Iterable[Part], starts_at: datetime) -> list[tuple[datetime | None, Part]]:
    """Each part with its beginning, as long as every part before it says its minutes."""
    begins: datetime | None = starts_at
    rows = []
    for part in agenda:
        rows.append((begins, part))
        begins = begins + timedelta(minutes=part.minutes) if begins is not None and part.minutes is not None else None
    return rows
