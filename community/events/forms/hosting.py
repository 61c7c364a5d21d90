"""Another host, the topics and hosts of several tables, and a message to everybody at an event."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.events.forms import OneLine, find_host, lines
from community.events.models import Announcement, Event
from community.kernel.days import day_of
from community.kernel.forms import PlainText

OFF = {"autocomplete": "off"}


class HostForm(forms.Form):
    """Who hosts instead, and what becomes of the old host's chair."""

    host = OneLine(
        label=_("New host"), max_length=320, help_text=_("Name or e-mail of a member."),
        widget=forms.TextInput(attrs=OFF),
    )  # fmt: skip
    keeps_chair = forms.BooleanField(label=_("The host so far comes as a guest and keeps the chair"), required=False)
    reason = OneLine(label=_("Why, in a sentence"), max_length=400, help_text=_("The host so far reads it."))

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.candidates, self.chosen = event, [], ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["host"] = find_host(self, data.get("host", ""), day_of(self.event.starts_at))
        return data


class TableForm(forms.Form):
    """What one of several tables talks about, and who hosts it."""

    topic = OneLine(label=_("Topic"), max_length=80, required=False)
    host = OneLine(label=_("Host"), max_length=320, required=False, widget=forms.TextInput(attrs=OFF))

    def __init__(self, *args: Any, event: Event, number: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"table-{number}", **kwargs)
        self.event, self.number, self.candidates, self.chosen = event, number, [], ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["host"] = find_host(self, data.get("host", ""), day_of(self.event.starts_at))
        return data


class AnnounceForm(forms.Form):
    """A message to those at one event. `key` names the look before sending."""

    audience = forms.ChoiceField(label=_("To whom"), choices=Announcement.Audience)
    text = PlainText(
        label=_("Message"), max_length=2000, widget=lines(6),
        help_text=_("Greeting, your name and the link to the event are added."),
    )  # fmt: skip
    key = forms.RegexField(r"\A[2-9a-z]{12}\Z", required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """A line of two dashes would end the letter."""
        return re.sub(r"^\s*--+\s*$", "—", self.cleaned_data["text"], flags=re.M)
