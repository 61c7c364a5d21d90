"""What happened to an event, in words."""

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
