"""What every kind of home page is made of: one next step, and below it what bears on that step."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from community.events import rules as event_rules
from community.events import selectors as events
from community.events.selectors import invitations
from community.kernel import formats

EVENTS_MOST = 5


@dataclass
class Board:
    """What the page shows, top down; an empty part isn't shown."""

    title: str
    text: str = ""
    actions: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)
    facts: list[dict[str, str]] = field(default_factory=list)
    seats: list[Any] | None = None
    places: list[Any] = field(default_factory=list)
    events: list[Any] | None = None
    events_title: str = ""
    member: dict[str, Any] = field(default_factory=dict)  # what only members have, `member.beside`


def offered(person: Any, at: datetime, *, qualifying: bool = False, until: datetime | None = None) -> list[Any]:
    """The next events with seats the person holds none at; those the office asked them to come first (`invited`)."""
    found = invitations.marked(events.open_events(at).filter(seats_left__gt=0), person)
    if qualifying:
        found = found.filter(kind__in=event_rules.QUALIFYING)
    if until is not None:
        found = found.filter(starts_at__lt=until)
    return list(found.order_by("-invited", "starts_at", "pk")[:EVENTS_MOST])


def link(label: str, name: str) -> dict[str, str]:
    return {"label": label, "url": reverse(name)}


def language() -> str:
    return get_language() or "zh-hans"


def until_said(end: datetime, at: datetime) -> str:
    return formats.until(end, at=at, language=language())


def ago(value: datetime, at: datetime) -> str:
    return formats.relative(value, at=at, language=language())
