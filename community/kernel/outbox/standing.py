"""Is it still so, what a letter that waited says? Asked when it is about to leave, of whoever has such letters written."""

from collections.abc import Collection, Iterable
from datetime import datetime

import structlog
from django.db import transaction

from community.kernel.kinds import all_kinds
from community.kernel.models import Message

log = structlog.get_logger()
OVER, NO_LONGER = "after its occasion", "no longer so"


def moot(rows: Iterable[Message], at: datetime) -> set[int]:
    """R51: of these, those whose reason has gone. One question for each kind, about all of its letters together."""
    by_kind: dict[str, list[Message]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    gone: set[int] = set()
    for name, some in by_kind.items():
        kind = all_kinds().get(name)
        if kind is None or kind.stands is None:
            continue
        try:
            with transaction.atomic():
                standing = kind.stands(some, at)
        except Exception as error:  # whoever can't say holds nobody else's letters up
            log.error("stands_failed", kind=name, error=type(error).__name__)
            continue
        gone |= {row.pk for row in some} - standing
    return gone


def drop(keys: Collection[int], why: str) -> None:
    """They do not leave; in the inbox they stay."""
    if keys:
        Message.objects.filter(pk__in=keys).update(status=Message.Status.DROPPED, error=why)
