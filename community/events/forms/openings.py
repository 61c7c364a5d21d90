"""Opening times per class, two numbers for each kind (R22)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.events import rules
from community.events.models import Event

LABELS = {"quiet": _("Members without a seat in 60 days, hours after"), "standing": _("All others, hours after")}


class OpeningsForm(forms.Form):
    """`kinds`: which have a setting; `there`: the rows there are, by kind."""

    def __init__(self, *args: Any, kinds: tuple[str, ...], there: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        for kind in kinds:
            for name, label in LABELS.items():
                self.fields[f"{kind}_{name}"] = forms.IntegerField(
                    label=label, min_value=0, max_value=rules.OPENING_HOURS_MOST,
                    initial=getattr(there.get(kind), name, 0),
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for kind in self.kinds:
            quiet, standing = (data.get(f"{kind}_{name}") for name in LABELS)
            if quiet is not None and standing is not None and quiet > standing:
                self.add_error(f"{kind}_standing", _("They can't come before members without a seat."))
        return data

    def rows(self) -> list[tuple[str, list[Any]]]:
        """Each kind's name with its two fields."""
        return [(str(Event.Kind(kind).label), [self[f"{kind}_{name}"] for name in LABELS]) for kind in self.kinds]

    @property
    def wanted(self) -> dict[str, tuple[int, int]]:
        data = self.cleaned_data
        return {kind: (data[f"{kind}_quiet"], data[f"{kind}_standing"]) for kind in self.kinds}
