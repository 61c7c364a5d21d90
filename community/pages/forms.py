"""What people type on pages that join several floors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.kernel import inbox


class PreferencesForm(forms.Form):
    """Which groups come by e-mail and which to the phone; what is not ticked is off."""

    email = forms.MultipleChoiceField(required=False, label=_("By e-mail, too"))
    sms = forms.MultipleChoiceField(required=False, label=_("By text message, too"))
    in_the_morning = forms.BooleanField(required=False, label=_("One letter a day"))

    def __init__(self, data: Any = None, *, choices: list[inbox.Choice], sms: bool, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["email"].choices = [(one.group.name, one.group.title) for one in choices if one.can_wait]  # type: ignore[attr-defined]
        self.fields["sms"].choices = [(one.group.name, one.group.title) for one in choices if sms and one.by_sms]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """As the service wants it: the groups without e-mail are those left out."""
        offered = [name for name, _title in self.fields["email"].choices]  # type: ignore[attr-defined]
        return {
            "no_email": [name for name in offered if name not in self.cleaned_data["email"]],
            "by_sms": self.cleaned_data["sms"],
            "in_the_morning": self.cleaned_data["in_the_morning"],
        }
