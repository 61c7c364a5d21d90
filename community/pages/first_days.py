"""The first thirty days of a member: seven things, each a fact that is on record anyway and nothing that is ticked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from community.events.selectors import first_days as events
from community.members import rules
from community.members.selectors import first_days as members
from community.posts.selectors import first_days as posts


@dataclass(frozen=True)
class Checklist:
    """`steps`: label, where it is done, and whether it is. `carer`: who looks after the newcomer, "" for the office."""

    steps: list[dict[str, Any]]
    days_left: int
    carer: str

    @property
    def done(self) -> int:
        return sum(step["done"] for step in self.steps)


STEPS = (
    ("card", gettext_lazy("Say on my card what I need and what I offer"), "profile", ""),
    ("table", gettext_lazy("Take a seat at the next roundtable"), "events", "?kind=roundtable"),
    ("calendar", gettext_lazy("Put the club into my phone's calendar"), "my_calendar", ""),
    ("post", gettext_lazy("Post one need or one offer"), "posts_new", ""),
    ("directory", gettext_lazy("Look through the members and open one contact"), "members", ""),
    ("again", gettext_lazy("Meet somebody a second time, or be introduced"), "introductions", ""),
    ("visit", gettext_lazy("Visit one company"), "events", "?kind=visit"),
)


def of(person: Any, application: Any, *, met_again: bool, at: datetime) -> Checklist | None:
    """None when the thirty days are over, everything is done, or the member put it away. One query in those days.

    `met_again`: whether they met somebody a second time (R35).
    """
    left = rules.first_days_left(application.admitted_at if application else None, at)
    if not left:
        return None
    found = members.read(person, application.city_id, events.marks(application.admitted_at) | posts.marks())
    if found["away"]:
        return None
    found["directory"] = found["opened"] or found["asked"]
    found["again"] = met_again or found["introduced"]
    steps = [
        {"code": code, "label": label, "url": reverse(name) + query, "done": bool(found[code])}
        for code, label, name, query in STEPS
    ]
    if all(step["done"] for step in steps):
        return None
    return Checklist(steps, left, found["carer"] or "")
