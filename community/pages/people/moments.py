"""One timeline of many sources, newest first: each source is asked for one page's worth, so that a page costs the same
however much a person has behind them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Moment:
    """`stream` and `pk` tell two of the same instant apart."""

    at: datetime
    stream: int
    pk: int
    part: str
    title: Any
    about: str = ""
    detail: str = ""
    by: str = ""
    url: str = ""
    state: Any = ""
    tone: str = ""

    @property
    def key(self) -> tuple[datetime, int, int]:
        return self.at, self.stream, self.pk


@dataclass(frozen=True)
class Cursor:
    """Where the page before ended."""

    at: datetime
    stream: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}.{self.stream}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Anything but a cursor of ours begins at the top."""
        parts = text.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            return None
        micro, stream, pk = map(int, parts)
        try:
            return cls(EPOCH + timedelta(microseconds=micro), stream, pk)
        except OverflowError:
            return None


Stream = Callable[[int, Cursor | None], list[Moment]]


def older(rows: QuerySet[Any], when: str, stream: int, cursor: Cursor | None, most: int) -> Sequence[Any]:
    """The next rows of one source below a cursor, by the field that says when."""
    if cursor is not None:
        before = Q(**{f"{when}__lt": cursor.at})
        same = Q(**{when: cursor.at})
        if stream < cursor.stream:
            before |= same
        elif stream == cursor.stream:
            before |= same & Q(pk__lt=cursor.pk)
        rows = rows.filter(before)
    return list(rows.order_by(f"-{when}", "-pk")[:most])


def page(streams: Iterable[Stream], cursor: Cursor | None, most: int) -> tuple[list[Moment], Cursor | None]:
    """The newest `most` moments below a cursor, and where the next page begins, if there is one."""
    found = [moment for stream in streams for moment in stream(most + 1, cursor)]
    found.sort(key=lambda moment: moment.key, reverse=True)
    shown = found[:most]
    return shown, Cursor(*shown[-1].key) if len(found) > most else None
