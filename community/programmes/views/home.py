"""What the home page says of programmes and goals."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.kernel import formats
from community.programmes.selectors import homes


def home_notes(person: Any, at: datetime) -> list[dict[str, str]]:
    """The goal somebody works at, the week that waits for a line, and what a host has to decide; one query."""
    notes = {homes.GOAL: _goal, homes.PLACE: _week, homes.DECIDE: _decide}
    found = homes.waiting_for(person, at)
    return [notes[one.kind](one, at) for one in found if one.kind != homes.PLACE or one.week]


def _goal(one: homes.Waiting, at: datetime) -> dict[str, str]:
    by = formats.month_day(one.on, at=at, language=_language())
    return {
        "tone": "info",
        "title": one.title,
        "text": _("My goal, by %(day)s.") % {"day": by},
        "label": _("Change or close my goal"),
        "url": reverse("programme_goal"),
    }


def _week(one: homes.Waiting, at: datetime) -> dict[str, str]:
    assert one.week is not None
    until = formats.until(one.week.ends_at, at=at, language=_language())
    return {
        "tone": "waiting",
        "title": _("%(programme)s: how is week %(n)d going?") % {"programme": one.title, "n": one.week.number},
        "text": _("One line for your cohort, %(until)s.") % {"until": until},
        "label": _("Tell the cohort"),
        "url": reverse("programme_checkin", args=[one.public_id]),
    }


def _decide(one: homes.Waiting, at: datetime) -> dict[str, str]:
    return {
        "tone": "waiting",
        "title": _("“%(programme)s” is over: your sentence is wanted") % {"programme": one.title},
        "text": "",
        "label": _("To the cohort"),
        "url": reverse("programme_host", args=[one.public_id]),
    }


def _language() -> str:
    return get_language() or "zh-hans"
