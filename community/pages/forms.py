"""What people type on pages that join several floors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.kernel import inbox
from community.kernel.days import end_of, start_of
from community.members import selectors as members
from community.pages import audit


class PreferencesForm(forms.Form):
    """Which kinds come by e-mail and which to the phone; what is not ticked is off."""

    email = forms.MultipleChoiceField(required=False, label=_("By e-mail, too"))
    sms = forms.MultipleChoiceField(required=False, label=_("By text message, too"))
    in_the_morning = forms.BooleanField(required=False, label=_("One letter a day"))

    def __init__(self, data: Any = None, *, choices: list[inbox.Choice], sms: bool, **more: Any) -> None:
        super().__init__(data, **more)
        email = [kind for one in choices for kind in one.can_wait]
        phone = [kind for one in choices if sms for kind in one.by_sms]
        self.offered = [kind.name for kind in email]
        self.fields["email"].choices = [(kind.name, kind.title) for kind in email]  # type: ignore[attr-defined]  # fields are typed as plain ones
        self.fields["sms"].choices = [(kind.name, kind.title) for kind in phone]  # type: ignore[attr-defined]  # fields are typed as plain ones

    def chosen(self) -> dict[str, Any]:
        """As the service wants it: the kinds without e-mail are those left out."""
        return {
            "no_email": [name for name in self.offered if name not in self.cleaned_data["email"]],
            "by_sms": self.cleaned_data["sms"],
            "in_the_morning": self.cleaned_data["in_the_morning"],
        }


class TrailForm(forms.Form):
    """What an administrator looks for in the audit trail. Empty: everything."""

    who = forms.CharField(
        label=_("Person"), max_length=320, required=False, help_text=_("Full name, or the e-mail they sign in with.")
    )
    what = forms.ChoiceField(label=_("What it is about"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        by_title = sorted(audit.SUBJECTS.items(), key=lambda pair: str(pair[1]))
        self.fields["what"].choices = [("", _("Everything")), *by_title]  # type: ignore[attr-defined]  # fields are typed as plain ones

    def clean_who(self) -> list[int] | None:
        """The keys of whoever is meant; None for everybody."""
        if not (text := self.cleaned_data["who"].strip()):
            return None
        if not (found := members.people_called(text)):
            raise forms.ValidationError(_("Nobody has this name or e-mail."))
        return [person.pk for person in found]

    @property
    def wanted(self) -> dict[str, Any]:
        """As the trail takes it: community days from the first to the last, both whole."""
        data = self.cleaned_data
        return {
            "people": data["who"],
            "subject": data["what"],
            "since": data["since"] and start_of(data["since"]),
            "until": data["until"] and end_of(data["until"]),
        }
