"""What an organizer writes about a template and a series."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from community.events import rules, selectors
from community.events.forms import OneLine, find_host, lines
from community.events.models import Event, Series, Template
from community.events.rules import series as rules_of
from community.kernel.days import day_of
from community.kernel.forms import PlainText
from community.members import selectors as members
from community.members.selectors import chapters
from community.members.selectors.stages import STAGES

BEFORE = ngettext_lazy("%(n)d day before", "%(n)d days before", "n")
AFTER = ngettext_lazy("%(n)d day after", "%(n)d days after", "n")
DAYS = (-30, -21, -14, -10, -7, -5, -3, -2, -1, 0, 1, 2, 3, 7, 14)
USUAL = (
    (_("Book the room"), -14),
    (_("Confirm the host"), -7),
    (_("Print the roster"), -1),
    (_("Ask for feedback"), 1),
)


def when(days: int) -> Any:
    """ "7 days before", "on the day", "1 day after"."""
    if days == 0:
        return _("on the day")
    return (BEFORE if days < 0 else AFTER) % {"n": abs(days)}


def day_choices(also: int | None = None) -> list[tuple[int, Any]]:
    return [(days, when(days)) for days in sorted({*DAYS, *([] if also is None else [also])})]


class Day(forms.DateField):
    """A community day of a year that an event can be in."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Choose a day, such as 28 November 2026.")}

    def clean(self, value: Any) -> Any:
        on = super().clean(value)
        if on is not None and not 2020 <= on.year <= 2100:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return on


class TaskForm(forms.Form):
    """One thing to do, and when."""

    title = OneLine(label=_("Task"), max_length=60)
    days = forms.TypedChoiceField(label=_("When"), coerce=int, choices=day_choices)


class TemplateForm(forms.Form):
    """How a kind of evening goes, and what there is to do around it."""

    name = OneLine(label=_("Name of the template"), max_length=60, help_text=_("Only the office sees it."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Event.Kind)
    topic = OneLine(label=_("Topic"), max_length=80, help_text=_("What a draft says until its own topic is known."))
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=rules_of.LENGTHS[0], max_value=rules_of.LENGTHS[1]
    )
    table_count = forms.IntegerField(
        label=_("Tables"), min_value=1, max_value=rules.TABLES_MOST, required=False, help_text=_("Roundtables only.")
    )
    seats_each = forms.IntegerField(label=_("Seats"), min_value=1, max_value=rules.CAPACITY_MOST)
    stages = forms.MultipleChoiceField(
        label=_("Who it is for"), choices=STAGES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Companies at these stages. None chosen: all stages, mixed."),
    )  # fmt: skip
    about = PlainText(label=_("What we talk about"), max_length=4000, required=False, widget=lines(4))
    agenda = PlainText(label=_("Agenda"), max_length=4000, required=False, widget=lines(4))

    def __init__(self, *args: Any, template: Template | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [(task.title, task.days) for task in template.tasks.all()] if template else list(USUAL)
        for number in range(rules_of.TASKS_MOST):
            title, days = kept[number] if number < len(kept) else ("", -1)
            self.fields[f"task_{number}"] = OneLine(label=_("Task"), max_length=60, required=False, initial=title)
            self.fields[f"days_{number}"] = forms.TypedChoiceField(
                label=_("When"), coerce=int, choices=day_choices(days), initial=days, required=False, empty_value=-1
            )

    @property
    def task_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"task_{n}"], self[f"days_{n}"]) for n in range(rules_of.TASKS_MOST)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = rules.KINDS.get(data.get("kind", ""))
        if kind is not None and not kind.at_tables:
            data["table_count"] = 1
        elif data.get("table_count") is None and "table_count" not in self.errors:
            self.add_error("table_count", _("Say how many tables there are."))
        if kind is not None and kind.at_tables and (data.get("seats_each") or 0) > rules.SEATS_AT_A_TABLE:
            self.add_error("seats_each", _("A table has 12 seats at most, the host's included."))
        rows = [(data.pop(f"task_{n}", ""), data.pop(f"days_{n}", -1)) for n in range(rules_of.TASKS_MOST)]
        data["tasks"] = [(title, days) for title, days in rows if title]
        return data


def initial_of_template(template: Template) -> dict[str, Any]:
    names = ("name", "kind", "topic", "minutes", "table_count", "seats_each", "stages", "about", "agenda")
    return {name: getattr(template, name) for name in names}


class SeriesForm(forms.Form):
    """A template at a place, on a weekday."""

    template = forms.ModelChoiceField(queryset=None, label=_("Template"), empty_label=_("Choose a template"))
    first_on = Day(label=_("First day"), help_text=_("Its weekday is the weekday of the series."))
    every_weeks = forms.TypedChoiceField(label=_("How often"), coerce=int, choices=Series.EVERY)
    begins = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages={"invalid": _("Type a time, such as 14:00.")},
    )  # fmt: skip
    last_on = Day(label=_("Last day"), required=False, help_text=_("Empty: it goes on."))
    ahead_weeks = forms.IntegerField(
        label=_("Weeks ahead"), min_value=1, max_value=rules_of.AHEAD_MOST,
        help_text=_("Drafts are made so many weeks ahead, every morning."),
    )  # fmt: skip
    host = OneLine(
        label=_("Host"), max_length=320, required=False,
        help_text=_("Name or e-mail of a member, when it is always the same one. Otherwise choose one in each draft."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    city = forms.ModelChoiceField(queryset=None, label=_("City"), empty_label=_("Choose a city"))
    district = OneLine(label=_("District"), max_length=40, required=False)
    place = OneLine(label=_("Place"), max_length=80, required=False)
    address = OneLine(label=_("Address or link"), max_length=200, required=False)
    directions = PlainText(label=_("How to get there"), max_length=1000, required=False, widget=lines(2))

    def __init__(self, *args: Any, at: Any, by: Any, series: Series | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.series, self.candidates, self.chosen = at, series, [], ""
        cities = chapters.cities_run_by(by)
        self.fields["city"].queryset = members.active_cities(also=series.city_id if series else None, within=cities)
        self.fields["template"].queryset = selectors.all_templates(cities, also=series.template_id if series else None)
        if series is not None:
            for name in ("first_on", "every_weeks"):
                self.fields[name].disabled = True
            self.fields["first_on"].help_text = _(
                "Another weekday is another series: end this one and begin a new one."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first_on, last_on = data.get("first_on"), data.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("The last day must not come before the first."))
        if first_on and self.series is None and first_on < day_of(self.at) - timedelta(weeks=1):
            self.add_error("first_on", _("Choose a first day to come."))
        data["host"] = find_host(self, data.get("host", ""), day_of(self.at))
        return data


def initial_of_series(series: Series) -> dict[str, Any]:
    names = (
        "first_on",
        "every_weeks",
        "begins",
        "last_on",
        "ahead_weeks",
        "district",
        "place",
        "address",
        "directions",
    )
    host = f"{series.host.name} <{series.host.email}>" if series.host else ""
    return {name: getattr(series, name) for name in names} | {
        "template": series.template_id, "city": series.city_id, "host": host,
    }  # fmt: skip


class DayForm(forms.Form):
    """Which day of a series a button means."""

    on = Day()
