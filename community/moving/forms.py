"""Clean input of the desk; the services decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.moving.models import Export


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"), max_length=1000, allow_empty_file=True,
        help_text=_("XLSX, CSV, or a ZIP of CSV files; at most 10 MB. Nothing is written yet."),
        error_messages={"required": _("Choose the file first.")},
    )  # fmt: skip


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label=_("As"), choices=Export.Form.choices, initial=Export.Form.XLSX, widget=forms.RadioSelect
    )
