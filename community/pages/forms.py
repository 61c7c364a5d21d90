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
        email = [one.group for one in choices if one.can_wait]
        phone = [one.group for one in choices if sms and one.by_sms]
        self.offered = [group.name for group in email]
        self.fields["email"].choices = [(group.name, group.title) for group in email]  # type: ignore[attr-defined]  # fields are typed as plain ones
        self.fields["sms"].choices = [(group.name, group.title) for group in phone]  # type: ignore[attr-defined]  # fields are typed as plain ones

    def chosen(self) -> dict[str, Any]:
        """As the service wants it: the groups without e-mail are those left out."""
        return {
            "no_email": [name for name in self.offered if name not in self.cleaned_data["email"]],
            "by_sms": self.cleaned_data["sms"],
            "in_the_morning": self.cleaned_data["in_the_morning"],
        }
