"""Clean input of members, hosts and the office; the services decide."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.kernel.days import day_of, week_of
from community.kernel.forms import PlainText
from community.members.selectors import naming as members
from community.members.selectors.stages import STAGES
from community.programmes import rules, selectors, states
from community.programmes.models import CheckIn, Goal, Programme

EMAILS = re.compile(r"[^\w.@+%-]+")  # whatever somebody puts between addresses


class OneLine(PlainText):
    """Pasted line breaks and runs of blanks become one blank."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


def words(label: Any, most: int, rows: int, **more: Any) -> PlainText:
    return PlainText(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class GoalForm(forms.Form):
    text = OneLine(
        label=_("What I want to reach"), max_length=rules.GOAL_MOST,
        help_text=_("One sentence, with a number if there is one: ten paying customers in Guangzhou."),
        error_messages={"required": _("Say in one sentence what you want to reach.")},
    )  # fmt: skip
    by_on = day_field(_("By when"))


class ChangeGoalForm(GoalForm):
    word = OneLine(label=_("Why it changes"), max_length=rules.WORD_MOST, required=False)


class CloseGoalForm(forms.Form):
    how = forms.ChoiceField(
        label=_("How did it end?"), widget=forms.RadioSelect,
        choices=[(states.REACHED, Goal.Status.REACHED.label), (states.GIVEN_UP, Goal.Status.GIVEN_UP.label)],
    )  # fmt: skip
    word = OneLine(label=_("A word about it"), max_length=rules.WORD_MOST, required=False)


class AskingForm(forms.Form):
    text = OneLine(label=_("Why you would like to come"), max_length=rules.WORD_MOST, required=False)


class CheckInForm(forms.Form):
    way = forms.ChoiceField(label=_("How is it going?"), choices=CheckIn.Way, widget=forms.RadioSelect)
    text = words(
        _("In a sentence or two"), rules.TEXT_MOST, 3, error_messages={"required": _("Write a sentence first.")},
        help_text=_("What is done, where you are stuck, or what you would like to know. Your cohort reads it."),
    )  # fmt: skip


class ReplyForm(forms.Form):
    text = words(_("Your answer"), rules.REPLY_MOST, 2, error_messages={"required": _("Write a sentence first.")})


class TickForm(forms.Form):
    on = forms.DateField(widget=forms.HiddenInput)
    note = OneLine(label=_("A note, if you like"), max_length=rules.NOTE_MOST, required=False)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("How does it go on?"), widget=forms.RadioSelect,
        choices=[("move_up", _("Moves up")), ("repeat", _("Repeats")), ("let_go", _("Leaves the ladder"))],
    )  # fmt: skip
    sentence = words(
        _("A sentence for them"), rules.SENTENCE_MOST, 3,
        help_text=_("They read exactly this, in a letter and on the programme's page."),
        error_messages={"required": _("Write a sentence: the person reads it.")},
    )  # fmt: skip


class ProgrammeForm(forms.Form):
    """What the office plans."""

    name_zh = OneLine(label=_("Name in Chinese"), max_length=rules.NAME_MOST)
    name_en = OneLine(label=_("Name in English"), max_length=rules.NAME_MOST, required=False)
    purpose = words(
        _("What it is for"), rules.PURPOSE_MOST, 5, help_text=_("What people have done or can do when it is over.")
    )
    stages = forms.MultipleChoiceField(
        label=_("For companies at these stages"), choices=STAGES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for everybody."),
    )  # fmt: skip
    starts_on = day_field(_("First day"), _("Check-ins follow the calendar's weeks: a Monday is best."))
    last_on = day_field(_("Last day"))
    seats = forms.IntegerField(label=_("Places"), min_value=1, max_value=rules.COHORT_MOST, initial=rules.COHORT_MOST)
    hosts = OneLine(
        label=_("Hosts, by e-mail"), max_length=300,
        help_text=_("One to four members, with a comma between their addresses."),
    )  # fmt: skip
    follows = forms.ModelChoiceField(
        label=_("Comes after"), queryset=None, required=False, empty_label=_("Nothing: it is the first step"),
    )  # fmt: skip
    leads_to = forms.ChoiceField(
        label=_("Whoever moves up is at the stage"), required=False,
        choices=[("", _("It changes no stage")), *STAGES],
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, programme: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follows"].queryset = selectors.rungs(programme)
        if programme is not None and programme.status_at(at) == states.RUNNING:
            for name in rules.FIXED_ONCE_BEGUN:
                self.fields[name].disabled = True

    def clean_hosts(self) -> list[Any]:
        typed = EMAILS.split(self.cleaned_data["hosts"].lower())
        emails = list(dict.fromkeys(part for part in typed if part))
        found = members.people_by_email(emails)
        unknown = [email for email in emails if email not in found]
        if unknown:
            raise forms.ValidationError(
                _("Nobody has this address: %(email)s"), params={"email": unknown[0]}, code="unknown"
            )
        return [found[email] for email in emails]

    @property
    def details(self) -> dict[str, Any]:
        """As the services take them."""
        return dict(self.cleaned_data)


def initial_of(programme: Programme) -> dict[str, Any]:
    names = ("name_zh", "name_en", "purpose", "stages", "starts_on", "last_on", "seats", "follows", "leads_to")
    hosts = ", ".join(host.person.email for host in programme.hosts.all())
    return {name: getattr(programme, name) for name in names} | {"hosts": hosts}


def initial_days(at: datetime) -> dict[str, Any]:
    """Six weeks from the Monday after next."""
    monday = week_of(at) + timedelta(days=14)
    return {"starts_on": monday, "last_on": monday + timedelta(days=41)}


class ChallengeForm(forms.Form):
    name = OneLine(label=pgettext_lazy("challenge", "Name"), max_length=rules.NAME_MOST)
    text = words(
        _("What is done each day"), rules.TEXT_MOST, 3, help_text=_("Small enough for a bad day: one call, one page.")
    )
    starts_on = day_field(_("First day"))
    days = forms.TypedChoiceField(
        label=_("How long"), coerce=int, widget=forms.RadioSelect, initial=rules.LENGTHS[1],
        choices=[(7, _("7 days")), (14, _("14 days")), (21, _("21 days"))],
    )  # fmt: skip
    stages = forms.MultipleChoiceField(
        label=_("For companies at these stages"), choices=STAGES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for everybody."),
    )  # fmt: skip

    def __init__(self, *args: Any, cohort: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cohort:
            del self.fields["stages"]


class ReasonForm(forms.Form):
    reason = OneLine(label=_("Why, in a sentence"), max_length=300)


def tomorrow(at: datetime) -> Any:
    return day_of(at) + timedelta(days=1)
