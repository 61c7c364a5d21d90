"""What stands behind a figure, as a list people read: its columns, and a row's cells and address."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.kernel.access import ORGANIZER, REVIEWER
from community.kernel.days import day_of
from community.members.selectors import cards

HIDDEN = ("draft", "closed")  # applications nobody but their owner opens


@dataclass(frozen=True)
class Row:
    """The first cell names it; `url` is empty where the reader may not open it. `beside`: further cells, each with its
    heading, as a number needs one on a phone."""

    cells: list[Any]
    url: str = ""
    beside: Sequence[tuple[str, Any]] = ()

    @property
    def all_cells(self) -> list[Any]:
        return [*self.cells, *(cell for _, cell in self.beside)]

    def said(self) -> list[str]:
        return [f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell) for cell in self.cells]


@dataclass(frozen=True)
class Columns:
    """What a list says of each of its rows besides what it is: headings, and the cells of some rows by their key."""

    heads: Sequence[str]
    cells: Callable[[Sequence[Any]], dict[Any, list[Any]]]


def heads(rows: QuerySet[Any], more: Columns | None = None) -> list[str]:
    own = {
        "person": [_("Name"), _("Company"), _("City")],
        "application": [_("Name"), _("Started"), _("Status")],
        "term": [_("Name"), _("Tier"), _("From"), _("To")],
        "signup": [_("Name"), _("Event"), _("When"), _("Status")],
        "event": [_("Event"), _("When"), _("City")],
        "post": [pgettext("post", "Title"), _("Author"), _("Opened"), _("Status")],
    }[rows.model._meta.model_name or ""]
    return [*own, *(more.heads if more else ())]


def prepared(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With what their cells say, so that a page of them asks nothing more."""
    related = {
        "application": ("person",), "term": ("person", "tier"), "signup": ("person", "event"), "event": ("city",),
        "post": ("author",), "person": (),
    }[rows.model._meta.model_name or ""]  # fmt: skip
    return rows.select_related(*related) if related else rows


def listed(rows: Iterable[Any], roles: Collection[str], more: Columns | None = None) -> list[Row]:
    """The cells of some rows of one kind, as text, whole numbers and days."""
    found = list(rows)
    kind = found[0]._meta.model_name if found else ""
    if kind == "person":
        return _people(found)
    added = more.cells(found) if more else {}
    heads = more.heads if more else ()
    return [
        Row(_cells(kind, row), _url(kind, row, roles), list(zip(heads, added.get(row.pk, []), strict=False)))
        for row in found
    ]


def _people(people: list[Any]) -> list[Row]:
    known = cards.known([one.pk for one in people])
    return [Row([one.name, known[one.pk].company, known[one.pk].city], _person_url(one)) for one in people]


def _cells(kind: str, row: Any) -> list[Any]:
    if kind == "application":
        return [row.full_name or row.person.name, day_of(row.started_at), row.get_status_display()]
    if kind == "term":
        return [row.person.name, row.tier.name, row.starts_on, row.ends_early_on or row.ends_on]
    if kind == "signup":
        return [row.person.name, row.event.topic, day_of(row.event.starts_at), row.get_status_display()]
    if kind == "event":
        return [row.topic, day_of(row.starts_at), row.city.name]
    return [row.title, row.author.name, day_of(row.opened_at), row.get_status_display()]


def _url(kind: str, row: Any, roles: Collection[str]) -> str:
    if kind == "application":
        seen = REVIEWER in roles and row.status not in HIDDEN
        return reverse("desk_application", args=[row.public_id]) if seen else ""
    if kind == "event":
        return reverse("desk_event", args=[row.public_id]) if ORGANIZER in roles else ""
    if kind == "post":
        return row.get_absolute_url() if ORGANIZER in roles else ""
    return _person_url(row.person)


def _person_url(person: Any) -> str:
    return reverse("desk_person", args=[person.public_id])
