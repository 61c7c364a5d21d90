"""How an event's page would look with what stands in the editor; nothing is written."""

from datetime import datetime
from typing import Any

from community.events import rules
from community.events.forms import LENGTH, EventForm
from community.events.models import Event
from community.events.rules import agenda, maps
from community.events.services import publishing
from community.kernel.errors import refusal

FIELDS = set(publishing.DETAILS)


def of_form(form: EventForm, *, at: datetime) -> dict[str, Any]:
    """What the preview says: the form as far as it is right, and below it as it is saved or was proposed."""
    shown = Event(**_before(form))
    if form.is_bound:
        form.is_valid()
        for name in FIELDS & form.cleaned_data.keys():
            setattr(shown, name, form.cleaned_data[name])
    shown.table_count = shown.table_count or 1
    if shown.ends_at <= shown.starts_at:
        shown.ends_at = shown.starts_at + LENGTH
    draft = rules.Draft(shown.kind, shown.starts_at, shown.place, shown.address, shown.host is not None)
    published = form.event is not None and form.event.published_at is not None
    city = shown.city_id and shown.city
    return {
        "event": shown,
        "city": city,
        "agenda": agenda.timed(agenda.parts(shown.agenda), shown.starts_at),
        "maps": maps.links(shown.place, shown.address, city.name_zh) if city else [],
        "missing": [] if published else [refusal(code, {}) for code in rules.missing_for_publishing(draft, at)],
    }


def _before(form: EventForm) -> dict[str, Any]:
    """The fields of the event that is edited; of a new one, what the form began with."""
    if form.event is not None:
        return {name: getattr(form.event, name) for name in FIELDS}
    return {name: value for name, value in form.initial.items() if name in FIELDS - {"host", "city"}}
