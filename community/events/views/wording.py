"""What happened to an event and who sits where, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TITLES = {
    "create": gettext_lazy("Draft started"),
    "edit": gettext_lazy("Changed"),
    "publish": gettext_lazy("Published"),
    "hold": gettext_lazy("Roster closed"),
    "cancel": gettext_lazy("Cancelled"),
}
TONES = {"publish": "done", "cancel": "refused"}


def roster_words() -> dict[str, str]:
    """The words of a roster's rows, looked up once for all of them."""
    return {
        "host": _("Host"),
        "clock": _("Clock running"),
        "missed": _("Missed"),
        "here": _("is here"),
        "undo": _("is here: undo"),
    }


def seated(signups: Iterable[Any], *, tables: int) -> list[Any]:
    """The signups, each with `place`: "Seat 4", or with the table where there are several."""
    alone, at_table = _("Seat %(seat)s"), _("Table %(table)s, seat %(seat)s")
    rows = list(signups)
    for row in rows:
        seat = row.seat
        table = seat.table.number if seat and seat.table and tables > 1 else None
        row.place = (at_table if table else alone) % {"table": table, "seat": seat.number} if seat else ""
    return rows


def timeline(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Audit entries of an event as the timeline component shows them."""
    return [_entry(entry) for entry in entries]


def _entry(entry: Any) -> dict[str, Any]:
    step = entry.action.partition(".")[2]
    return {
        "at": entry.at,
        "title": TITLES.get(step, step),
        "by": entry.actor.name if entry.actor else _("by rule"),
        "detail": entry.reason,
        "tone": TONES.get(step, ""),
    }
