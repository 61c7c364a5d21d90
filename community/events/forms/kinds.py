"""The fields that only some kinds of events have (R28)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.events import rules
from community.events.models import Event
from community.kernel.forms import PlainText


def own_fields() -> dict[str, forms.Field]:
    return {
        "level": forms.ChoiceField(
            label=_("Level"), required=False, choices=[("", _("not said")), *Event.Level.choices],
            help_text=_("Classes, sport and programme meetings."),
        ),
        "bring": PlainText(
            label=_("What to bring"), max_length=200, required=False,
            help_text=_("Kit, laptop, passport … Not for roundtables and online events."),
        ),
        "insurance": PlainText(
            label=_("Insurance"), max_length=300, required=False,
            help_text=_("Sport and trips: who is insured against what, and who is not."),
        ),
        "waiver": PlainText(
            label=_("Conditions to accept"), max_length=8000, required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Trips only. Nobody gets a seat before accepting this wording; a new wording is accepted anew."),
        ),
    }  # fmt: skip


def dropped(data: dict[str, Any]) -> dict[str, str]:
    """What the chosen kind doesn't have is empty, whatever was typed."""
    kind = rules.KINDS.get(data.get("kind", ""))
    return {name: "" for name in rules.OWN_FIELDS if kind is not None and name not in kind.own}
