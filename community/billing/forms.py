from django import forms
from django.utils.translation import gettext_lazy as _


class TierForm(forms.Form):
    """The tier is a code; whether the person may hold it, the service says."""

    tier = forms.SlugField(max_length=50, error_messages={"required": _("Please choose a tier first.")})


class PayForm(forms.Form):
    channel = forms.SlugField(max_length=10)


class ReasonForm(forms.Form):
    """Why the treasurer decided so; the audit trail keeps it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write why; the record keeps it.")},
    )
