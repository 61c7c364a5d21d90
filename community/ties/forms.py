"""Clean input for one-to-ones and joint projects; nothing is decided here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.ties import rules


class LogForm(forms.Form):
    """The day of a one-to-one; left empty it is today."""

    met_on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class ProjectForm(forms.Form):
    """What two or more do together, since when, and with whom: `choices` are (public id, name)."""

    title = forms.CharField(label=_("What you do together"), max_length=rules.TITLE_MOST)
    since_on = forms.DateField(
        label=pgettext_lazy("project", "Since"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    partners = forms.MultipleChoiceField(
        label=pgettext_lazy("project", "With whom"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].choices = choices  # type: ignore[attr-defined]  # fields are typed as plain ones
