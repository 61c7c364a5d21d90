"""What administrators and members type about standing: suspension, expulsion, an appeal, why somebody leaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.kernel.forms import PlainText
from community.members.models import Farewell

MOST = 2000


def _words(label: Any, help_text: Any = "", **more: Any) -> PlainText:
    return PlainText(
        label=label, help_text=help_text, max_length=MOST, widget=forms.Textarea(attrs={"rows": 4}), **more
    )


def _last_on() -> forms.DateField:
    return forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It ends by itself at midnight after this day, within a year."),
    )


class SuspendForm(forms.Form):
    last_on = _last_on()
    reason = _words(_("Why, for the person"), _("They read it in a letter and on their page."))
    note = _words(_("Note for administrators"), _("The person never reads it."), required=False)


class MoveEndForm(forms.Form):
    last_on = _last_on()
    reason = _words(_("Why, for the person"), _("They read it in a letter."))


class ReasonForm(forms.Form):
    """A sentence that the person reads."""

    reason = _words(_("Why, for the person"), _("They read it in a letter."))


class RecordForm(forms.Form):
    """A sentence for the record alone."""

    reason = _words(_("Why, for the record"), _("The person does not read it."))


class AnswerForm(forms.Form):
    lifts = forms.ChoiceField(
        label=_("The suspension"),
        choices=[("lift", _("is lifted now")), ("keep", _("stays as it is"))],
        widget=forms.RadioSelect,
    )
    reason = _words(_("Answer to the appeal"), _("They read it in a letter and on their page."))


class AppealForm(forms.Form):
    words = _words(_("Your side"), _("Once. Another administrator reads it and answers here and by letter."))


class FarewellForm(forms.Form):
    """The one question that is asked of whoever leaves; nobody has to answer it."""

    why = forms.ChoiceField(
        label=_("Why do you leave?"), choices=Farewell.Why, required=False, widget=forms.RadioSelect, initial=""
    )
    words = PlainText(
        label=_("In your own words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the office alone, so that the club gets better."),
    )  # fmt: skip


class PersonFilter(forms.Form):
    q = PlainText(label=_("Name or e-mail"), max_length=100, required=False)
