"""Whom a member brings along (R12)."""

import re

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from community.kernel.forms import PlainText

NUMBER = re.compile(r"\+?[0-9][0-9 ()/-]{4,24}")


class GuestForm(forms.Form):
    """A name, one way to reach them, and that they know."""

    name = PlainText(label=_("Your guest's name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    contact = PlainText(
        label=_("Their telephone or e-mail"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("For the office alone, in case the event is moved. It is deleted 30 days after the event."),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_("My guest knows that I give their name and this to the club, for this event only."),
        error_messages={"required": _("Ask your guest first, then tick this.")},
    )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name

    def clean_contact(self) -> str:
        contact: str = self.cleaned_data["contact"].strip()
        try:
            if not NUMBER.fullmatch(contact):
                validate_email(contact)
        except forms.ValidationError:
            raise forms.ValidationError(_("Type a telephone number or an e-mail address.")) from None
        return contact
