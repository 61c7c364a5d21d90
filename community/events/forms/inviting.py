"""Which event somebody is asked to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from community.events.models import Event
from community.kernel import formats


class InvitationForm(forms.Form):
    """One of the next events with seats; its public id."""

    event = forms.ChoiceField(
        label=_("To which event"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an event."),
            "invalid_choice": _("This event can't be chosen any more. Here are those that can."),
        },
    )

    def __init__(self, *args: Any, events: Iterable[Event], at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["event"].choices = [(event.public_id, _line(event, at)) for event in events]  # type: ignore[attr-defined]  # fields are typed as plain ones


def _line(event: Any, at: datetime) -> str:
    when = formats.day_time(event.starts_at, at=at, language=get_language() or "zh-hans")
    left = ngettext("%(n)d seat left", "%(n)d seats left", event.seats_left) % {"n": event.seats_left}
    return f"{event.topic} · {when} · {event.city.name} · {left}"
