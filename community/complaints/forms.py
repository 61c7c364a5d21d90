"""Clean input about complaints."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.complaints import rules
from community.complaints.models import Complaint
from community.kernel import formats
from community.kernel.forms import PlainText


class ComplaintForm(forms.Form):
    about = forms.ChoiceField(label=_("What is it about?"), choices=Complaint.About, widget=forms.RadioSelect)
    named = PlainText(
        label=_("Who, if it is about a person"), max_length=100, required=False,
        help_text=_("The whole name or the e-mail. They never see this."),
    )  # fmt: skip
    event = forms.ChoiceField(
        label=_("Which event, if it is about one"), required=False,
        help_text=_("Those you were at in the last half year."),
    )  # fmt: skip
    text = PlainText(
        label=_("What happened, and what would put it right?"), max_length=rules.WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    contact = PlainText(
        label=_("How shall we reach you?"), max_length=rules.CONTACT_MOST, required=False,
        help_text=_("Otherwise we answer here and by a letter."),
    )  # fmt: skip

    def __init__(self, *args: Any, attended: Sequence[Any], at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        language = get_language() or "zh-hans"
        rows = [
            (one.public_id, f"{one.topic} · {formats.day(one.starts_at, at=at, language=language)}") for one in attended
        ]
        self.fields["event"].choices = [("", _("None of them")), *rows]  # type: ignore[attr-defined]  # fields are typed as plain ones
        self.attended = {one.public_id: one for one in attended}
        if not rows:
            del self.fields["event"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("about") == rules.PERSON and not data.get("named"):
            self.add_error("named", _("Write who it is about, so that they are kept out of it."))
        data["event"] = self.attended.get(data.get("event", ""))
        return data


class SaidForm(forms.Form):
    text = PlainText(label=_("Your words"), max_length=rules.WORDS_MOST, widget=forms.Textarea(attrs={"rows": 4}))


class OutcomeForm(forms.Form):
    text = PlainText(
        label=_("What came of it"), max_length=rules.WORDS_MOST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it, and says how satisfied they are."),
    )  # fmt: skip


class RatingForm(forms.Form):
    satisfied = forms.TypedChoiceField(
        label=_("How satisfied are you with how we dealt with it?"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, _("5, very")), (4, "4"), (3, "3"), (2, "2"), (1, _("1, not at all"))],
    )  # fmt: skip
