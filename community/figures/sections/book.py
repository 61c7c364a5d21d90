"""Every section of figures: its address, whom it is for, and its groups in order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.figures.sections import Group, Scope, events, gate, needs, overview, people, renewal, ties
from community.kernel.access import ORGANIZER, REVIEWER, TREASURER

EVERYBODY = (ORGANIZER, REVIEWER, TREASURER)


@dataclass(frozen=True)
class Section:
    code: str
    title: Any
    roles: tuple[str, ...]
    groups: dict[str, Callable[[Scope], Group]]


SECTIONS = {
    section.code: section
    for section in (
        Section("overview", _("Overview"), EVERYBODY, overview.GROUPS),
        Section("gate", _("The gate in figures"), (REVIEWER, ORGANIZER), gate.GROUPS),
        Section("renewal", _("Renewal"), (ORGANIZER, TREASURER), renewal.GROUPS),
        Section("people", pgettext_lazy("figures", "People"), (ORGANIZER,), ties.GROUPS | people.GROUPS),
        Section("events", _("Events"), (ORGANIZER,), events.GROUPS),
        Section("needs", _("Needs and fees"), (ORGANIZER, TREASURER), needs.GROUPS),
    )
}
