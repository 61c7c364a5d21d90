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
    "host": gettext_lazy("Another host"),
    "tables": gettext_lazy("Tables set"),
    "price": gettext_lazy("Price set"),
    "price_back": gettext_lazy("Price taken back"),
    "announce": gettext_lazy("Message to everybody"),
}
LINT = {
    "draft_past": gettext_lazy("Its time has passed and it was never published."),
    "draft_soon": gettext_lazy("Not published yet: nobody can sign up."),
    "roster_open": gettext_lazy("Over: its roster is still open."),
    "no_host": gettext_lazy("It has no host yet."),
    "host_gone": gettext_lazy("The host has no seat any more: find another."),
    "no_place": gettext_lazy("Place or address is missing."),
    "topic_open": gettext_lazy("It still has the topic of its template."),
    "seat_idle": gettext_lazy("Seats are free and people wait, but none of them may book: look at the waitlist."),
    "table_cancelled": gettext_lazy("The roundtable it follows is cancelled: nobody will have been checked in there."),
    "follows_none": gettext_lazy("It follows no roundtable: its seats are everybody's from the beginning."),
    "no_link": gettext_lazy("Its address is no link to a meeting."),
    "agenda_long": gettext_lazy("Its agenda takes longer than the event."),
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
        "open": _("Conditions not accepted"),
        "accept": _("Accepts them"),
        "guest": _("Guest of %(name)s"),
    }


def seated(signups: Iterable[Any], *, tables: int) -> list[Any]:
    """The signups, or guests, each with `place`: "Seat 4", or with the table where there are several; and their guests."""
    alone, at_table = _("Seat %(seat)s"), _("Table %(table)s, seat %(seat)s")
    rows = list(signups)
    brought = [row.guest for row in rows if getattr(row, "with_guest", False)]
    for row in [*rows, *brought]:
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
