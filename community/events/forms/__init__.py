"""Clean input of organizers and readers; the services decide."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.events import rules, selectors, states
from community.events.forms import kinds
from community.events.models import Event
from community.events.rules import allotment
from community.kernel import formats
from community.kernel.days import day_of
from community.kernel.errors import refusal
from community.kernel.forms import PlainText
from community.members import selectors as members
from community.members.selectors import chapters
from community.members.selectors.stages import STAGES

YEARS = (2020, 2100)
IN_BRACKETS = re.compile(r"<([^<>]+)>")
LENGTH = timedelta(hours=3)


class OneLine(PlainText):
    """A title, a name: pasted line breaks and runs of blanks become one blank."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class Instant(forms.DateTimeField):
    """Day and time in community time, of a year that an event can be in."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "300"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("Choose a day and a time, such as 28 November 2026, 14:00.")}

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and not YEARS[0] <= moment.year <= YEARS[1]:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class Roundtables(forms.ModelMultipleChoiceField):
    """Which roundtables, by day and topic."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{formats.month_day(day_of(obj.starts_at), at=self.at, language=get_language() or 'zh-hans')} · {obj.topic}"

    at: datetime


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


MODES = [
    ("", _("As usual for this kind")),
    (allotment.FIRST_COME, _("First come, first seated")),
    (allotment.ALLOTMENT, _("Fair allotment")),
]


class EventForm(forms.Form):
    """What an organizer writes about an event."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Event.Kind)
    topic = OneLine(label=_("Topic"), max_length=80, help_text=_("One line that makes people want to come."))
    starts_at = Instant(label=_("Starts"))
    ends_at = Instant(label=_("Ends"))
    host = OneLine(
        label=_("Host"), max_length=320, required=False,
        help_text=_("Name or e-mail of a member. Roundtables and visits need one; the host has the first seat."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    table_count = forms.IntegerField(
        label=_("Tables"), min_value=1, max_value=rules.TABLES_MOST, required=False, help_text=_("Roundtables only.")
    )
    seats_each = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=rules.CAPACITY_MOST,
        help_text=_("At a roundtable per table, 12 at most, the host's included; otherwise in all."),
    )  # fmt: skip
    city = forms.ModelChoiceField(queryset=None, label=_("City"), empty_label=_("Choose a city"))
    stages = forms.MultipleChoiceField(
        label=_("Who it is for"), choices=STAGES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Companies at these stages. None chosen: all stages, mixed."),
    )  # fmt: skip
    follows = Roundtables(
        queryset=None, label=_("Follows these roundtables"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Company visits only. Until the release its seats go to people checked in at one of them."),
    )  # fmt: skip
    releases_at = Instant(
        label=_("Open to everybody from"), required=False,
        help_text=_("Empty: Monday 20:00 after the roundtable, and 24 hours before the visit at the latest."),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("How seats are given"), choices=MODES, required=False,
        help_text=_("Fair allotment: signups collect, then whoever waited longest comes first. Usual for visits."),
    )  # fmt: skip
    allots_at = Instant(
        label=_("Seats are given at"), required=False,
        help_text=_("Fair allotment only. Empty: 20:00 two days before; a visit after a roundtable: at its release."),
    )  # fmt: skip
    reserve_for_others = forms.IntegerField(
        label=_("Kept for others"), min_value=0, max_value=rules.CAPACITY_MOST, required=False,
        help_text=_("Fair allotment only: so many seats for people outside the first group."),
    )  # fmt: skip
    district = OneLine(
        label=_("District"), max_length=40, required=False, help_text=_("All the public sees of the place.")
    )
    place = OneLine(label=_("Place"), max_length=80, required=False, help_text=_("The name of the venue."))
    address = OneLine(
        label=_("Address or link"), max_length=200, required=False,
        help_text=_("Of a visit, only people with a seat see it."),
    )  # fmt: skip
    directions = PlainText(label=_("How to get there"), max_length=1000, required=False, widget=lines(2))
    about = PlainText(label=_("What we talk about"), max_length=4000, required=False, widget=lines(5))
    agenda = PlainText(
        label=_("Agenda"),
        max_length=4000,
        required=False,
        widget=lines(4),
        help_text=_("One part per line with its minutes: Icebreaker 15 min."),
    )

    def __init__(self, *args: Any, at: datetime, by: Any, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.candidates, self.chosen = event, [], ""
        self.fields |= kinds.own_fields()
        cities = chapters.cities_run_by(by)
        self.fields["city"].queryset = members.active_cities(also=event.city_id if event else None, within=cities)
        self.fields["follows"].at = at
        self.fields["follows"].queryset = selectors.followable(at, event, cities)
        if event is not None and event.status != states.DRAFT:
            for name in ("kind", "city", "host", "stages", "follows"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed since the event was published.")

    @property
    def own_open(self) -> bool:
        """Whether a field that only some kinds have is filled in or wrong: then it is not folded away."""
        return any(self[name].value() or self[name].errors for name in rules.OWN_FIELDS)

    def clean_topic(self) -> str:
        topic: str = self.cleaned_data["topic"]
        if not topic:
            raise forms.ValidationError(self.fields["topic"].error_messages["required"])
        return topic

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must come after the start."))
        self._clean_seats(data)
        self._clean_visit(data)
        data |= kinds.dropped(data)
        self._clean_mode(data)
        data["host"] = self._host(data.get("host", ""), starts_at)
        return data

    def _clean_seats(self, data: dict[str, Any]) -> None:
        kind = rules.KINDS.get(data.get("kind", ""))
        if kind is None:
            return
        if not kind.at_tables:
            data["table_count"] = 1
        elif data.get("table_count") is None and "table_count" not in self.errors:
            self.add_error("table_count", _("Say how many tables there are."))
        if kind.at_tables and (data.get("seats_each") or 0) > rules.SEATS_AT_A_TABLE:
            self.add_error("seats_each", _("A table has 12 seats at most, the host's included."))

    def _clean_visit(self, data: dict[str, Any]) -> None:
        """What only a visit has is dropped for other kinds; a release needs a roundtable it follows."""
        follows = list(data.get("follows") or [])
        if data.get("kind") != rules.VISIT:
            follows, data["releases_at"] = [], None
        if not follows and "follows" not in self.errors:
            data["releases_at"] = None
        data["follows"] = follows

    def _clean_mode(self, data: dict[str, Any]) -> None:
        """Visits are allotted unless the organizer says otherwise; the time follows from the event when none is typed."""
        mode = data.pop("mode", "") or (
            allotment.ALLOTMENT if data.get("kind") == rules.VISIT else allotment.FIRST_COME
        )
        reserve, starts_at = data.get("reserve_for_others") or 0, data.get("starts_at")
        if mode == allotment.FIRST_COME or starts_at is None:
            data["allots_at"], data["reserve_for_others"] = None, 0
            return
        follows = [table.starts_at for table in data["follows"]]
        releases_at = data.get("releases_at") or rules.release_at(follows, starts_at)
        data["reserve_for_others"] = reserve
        if releases_at is not None or data.get("allots_at") is None:
            data["allots_at"] = allotment.allot_at(starts_at, releases_at)
        elif data["allots_at"] > starts_at - rules.RELEASED_BEFORE:
            self.add_error("allots_at", _("The seats must be given at least 24 hours before the start."))

    def _host(self, typed: str, starts_at: Any) -> Any:
        if self.event is not None and self.fields["host"].disabled:
            return self.event.host
        return find_host(self, typed, day_of(starts_at)) if starts_at is not None else None


def find_host(form: Any, typed: str, on: date) -> Any:
    """The member meant; with several of that name, the one chosen among them. Else the form says what to type."""
    if not typed:
        return None
    bracketed = IN_BRACKETS.search(typed)
    found = selectors.hosts(bracketed[1] if bracketed else typed, on)
    form.chosen = form.data.get(form.add_prefix("host_choice"), "")
    form.candidates = found if len(found) > 1 else []
    chosen = [person for person in found if person.public_id == form.chosen]
    if len(chosen or found) == 1:
        return (chosen or found)[0]
    form.add_error(
        "host",
        _("Several members fit. Choose one of them below, or type an e-mail.")
        if found
        else _("No member whose membership runs on that day has this name or e-mail."),
    )
    return None


def initial_of(event: Event) -> dict[str, Any]:
    """An event as the form shows it."""
    names = ("kind", "topic", "starts_at", "ends_at", "table_count", "seats_each", "district", "place", "address",
             "directions", "about", "agenda", "stages", *rules.OWN_FIELDS)  # fmt: skip
    host = f"{event.host.name} <{event.host.email}>" if event.host else ""
    return {name: getattr(event, name) for name in names} | {
        "mode": allotment.ALLOTMENT if event.by_allotment else allotment.FIRST_COME, "allots_at": event.allots_at,
        "reserve_for_others": event.reserve_for_others,
        "city": event.city_id, "host": host, "releases_at": event.releases_at,
        "follows": list(event.follows.values_list("pk", flat=True)),
    }  # fmt: skip


class ListForm(forms.Form):
    """Which of the public events to show. Odd input shows them all."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *Event.Kind.choices], required=False)
    city = forms.ModelChoiceField(queryset=None, label=_("City"), empty_label=_("All cities"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = members.active_cities()


class SearchForm(forms.Form):
    q = OneLine(max_length=80, required=False)


class ReasonForm(forms.Form):
    """A sentence somebody else will read."""

    reason = OneLine(label=_("Reason"), max_length=400)


class LineForm(forms.Form):
    """Somebody on the waitlist, and why they are moved."""

    signup = OneLine(label=_("Name"), max_length=12, error_messages={"required": _("Choose somebody from the list.")})
    reason = OneLine(label=_("Reason"), max_length=400)


class HoldForm(forms.Form):
    """Chairs to keep back, why and until when. `key` names the form, so that two presses are one."""

    chairs = forms.IntegerField(label=_("Chairs"), min_value=1, max_value=rules.CAPACITY_MOST)
    reason = OneLine(label=_("Reason"), max_length=200, help_text=_("It stays on record."))
    ends_at = Instant(
        label=_("Kept until"),
        help_text=_("Then they go to whoever is next in line; 3 hours before the start at the latest."),
    )
    key = forms.RegexField(r"\A[2-9a-z]{12}\Z", widget=forms.HiddenInput)


class WalkInForm(forms.Form):
    """Somebody at the door, by e-mail or exact name, and why they have the chair although others wait."""

    who = OneLine(label=_("E-mail or name"), max_length=320, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reason = OneLine(
        label=_("Reason"), max_length=400, required=False, help_text=_("Needed when others wait; it stays on record.")
    )

    accepts = forms.BooleanField(
        label=_("They read the conditions of this event here and accept them."), required=False,
    )  # fmt: skip

    def clean_who(self) -> str:
        typed: str = self.cleaned_data["who"]
        found = members.people_called(typed)
        if len(found) != 1:
            raise forms.ValidationError(refusal("walk_in.several" if found else "walk_in.nobody", {}))
        self.cleaned_data["person"] = found[0]
        return typed


class ExcuseForm(forms.Form):
    """What somebody says about a no-show or a late cancellation."""

    text = PlainText(
        label=_("Your explanation"), max_length=600, widget=lines(3),
        error_messages={"required": _("Write a sentence first.")},
    )  # fmt: skip


class CodeForm(forms.Form):
    """The six digits at the door."""

    code = OneLine(label=_("Code at the door"), max_length=12, widget=forms.TextInput(
        attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}))  # fmt: skip

    def clean_code(self) -> str:
        digits = "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())
        if not re.fullmatch(r"[0-9]{6}", digits):
            raise forms.ValidationError(_("The code has six digits. It stands at the door."))
        return digits


class TokenForm(forms.Form):
    """A scanned ticket: its text, or the address that carries it."""

    token = OneLine(label=_("Scanned ticket"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_token(self) -> str:
        text: str = self.cleaned_data["token"]
        return parse_qs(urlsplit(text).query).get("token", [text])[0] if "?" in text else text


class ScanForm(TokenForm):
    """One scan with its time: milliseconds since 1970, as browsers count."""

    scanned = forms.IntegerField(min_value=946_684_800_000, max_value=4_102_444_800_000)


class TapForm(forms.Form):
    """One tap on the roster; the reason is asked for when it comes late."""

    signup = OneLine(max_length=12, required=False)
    token = OneLine(max_length=400, required=False)
    reason = OneLine(max_length=400, required=False)
