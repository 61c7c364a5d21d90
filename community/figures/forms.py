"""The quarter's question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.figures import rules
from community.kernel.forms import PlainText


class QuestionForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How likely are you to recommend the club to a founder you know?"), coerce=int, widget=forms.RadioSelect,
        choices=[(score, str(score)) for score in rules.SCORES],
        help_text=_("0: not at all. 10: I would do it today."),
        error_messages={"required": _("Choose a number from 0 to 10."), "invalid_choice": _("Choose a number from 0 to 10.")},
    )  # fmt: skip
    words = PlainText(
        label=_("What is the reason, in a line?"), required=False, max_length=rules.WORDS_MOST,
        help_text=_("If you like. Don't write what names you, unless you want to be known."),
    )  # fmt: skip
    named = forms.BooleanField(
        label=_("Show my name beside it"), required=False,
        help_text=_("Then the office may come back to you. Without it nobody can find out whose answer it is, we neither."),
    )  # fmt: skip
