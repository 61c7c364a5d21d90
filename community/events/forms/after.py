"""The two questions after an event."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.events.models import Opinion


class AfterForm(forms.Form):
    """`people`: (public id, name) of the others who were there."""

    worth = forms.ChoiceField(
        label=_("Was it worth your time?"), choices=Opinion.Worth.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )  # fmt: skip
    again = forms.MultipleChoiceField(
        label=_("Whom do you want to meet again?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("They learn of it only if they name you too. Then both of you are told, with the other's WeChat."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, people: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["again"].choices = list(people)  # type: ignore[attr-defined]  # fields are typed as plain ones
