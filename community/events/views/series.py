"""Series and templates at the desk: what comes every week, its days, and what there is to do for an event."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import selectors
from community.events.forms.series import (
    DayForm,
    SeriesForm,
    TemplateForm,
    initial_of_series,
    initial_of_template,
)
from community.events.models import EventTask, Series, Template
from community.events.rules import series as rules_of
from community.events.services import chores, series
from community.events.views.loading import series_at_desk, task_at_desk, template_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.days import SATURDAY, day_of, week_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.members.selectors import chapters

FIELD_OF = {
    "seats.per_table": "seats_each",
    "seats.most": "seats_each",
    "seats.tables": "table_count",
    "chapter.other_city": "city",
}


@desk(ORGANIZER)
def index(request: HttpRequest) -> HttpResponse:
    cities = chapters.cities_run_by(request.user)
    context = {"series": selectors.all_series(cities), "templates": selectors.all_templates(cities)}
    return render(request, "events/desk_series_list.html", context)


@desk(ORGANIZER)
def new_template(request: HttpRequest) -> HttpResponse:
    form = TemplateForm(
        request.POST or None, initial={"kind": "roundtable", "minutes": 180, "table_count": 1, "seats_each": 12}
    )
    return _template(request, None, form)


@desk(ORGANIZER)
def template(request: HttpRequest, public_id: str) -> HttpResponse:
    found = template_at_desk(request, public_id)
    form = TemplateForm(request.POST or None, template=found, initial=initial_of_template(found))
    return _template(request, found, form)


def _template(request: HttpRequest, found: Template | None, form: TemplateForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            series.save_template(found.pk if found else None, by=request.user, at=timezone.now(), **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, FIELD_OF)
        else:
            messages.success(request, _("The template is saved; drafts nobody has touched follow it."))
            return redirect("desk_series_list")
    return render(request, "events/desk_template.html", {"template": found, "form": form})


@desk(ORGANIZER)
def new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    initial = {
        "every_weeks": 1,
        "ahead_weeks": rules_of.AHEAD_WEEKS,
        "begins": "14:00",
        "template": request.GET.get("template"),
    }
    form = SeriesForm(request.POST or None, at=at, by=request.user, initial=initial | _saturday(at))
    if request.method == "POST" and form.is_valid():
        made = _saved(request, None, form)
        if made is not None:
            return _said(request, made, made.events.count())
    if not form.fields["template"].queryset.exists():
        messages.info(request, _("A series follows a template: write that first."))
        return redirect("desk_template_new")
    return render(request, "events/desk_series_new.html", {"form": form})


def _saturday(at: datetime) -> dict[str, Any]:
    """The next Saturday to come."""
    this = week_of(at) + timedelta(days=SATURDAY)
    return {"first_on": this if this > day_of(at) else this + timedelta(weeks=1)}


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    found = series_at_desk(request, public_id)
    form = SeriesForm(
        request.POST or None, at=timezone.now(), by=request.user, series=found, initial=initial_of_series(found)
    )
    if request.method == "POST" and form.is_valid() and _saved(request, found, form) is not None:
        messages.success(request, _("Saved. Drafts nobody has touched follow; published events stay as they are."))
        return redirect("desk_series", public_id)
    days = series.days_of(found, at=timezone.now())
    slots = selectors.slots(found, days, language=get_language() or "zh-hans")
    context = {"series": found, "form": form, "slots": slots, "at": timezone.now()}
    return render(request, "events/desk_series.html", context)


def _saved(request: HttpRequest, found: Series | None, form: SeriesForm) -> Series | None:
    """The series as typed; None when the service refused and the form says why."""
    try:
        return series.save_series(
            found.pk if found else None, by=request.user, at=timezone.now(), **form.cleaned_data
        )  # fmt: skip
    except RuleBroken as refused:
        refuse(form, refused, FIELD_OF)
        return None


@require_POST
@desk(ORGANIZER)
def generate(request: HttpRequest, public_id: str) -> HttpResponse:
    found = series_at_desk(request, public_id)
    return _said(request, found, series.generate(found.pk, by=request.user, at=timezone.now()))


def _said(request: HttpRequest, found: Series, made: int) -> HttpResponse:
    said = ngettext("%(n)d draft made.", "%(n)d drafts made.", made) % {"n": made}
    messages.success(request, said if made else _("Every day has its event already; nothing was made twice."))
    return redirect("desk_series", found.public_id)


@require_POST
@desk(ORGANIZER)
def skip(request: HttpRequest, public_id: str) -> HttpResponse:
    return _day(request, public_id, series.skip, _("This day is left out."))


@require_POST
@desk(ORGANIZER)
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    return _day(request, public_id, series.take_back, _("This day has its draft again."))


def _day(request: HttpRequest, public_id: str, act: Any, said: str) -> HttpResponse:
    found, form = series_at_desk(request, public_id), DayForm(request.POST)
    if not form.is_valid():
        raise Http404
    act(found.pk, form.cleaned_data["on"], by=request.user, at=timezone.now())
    messages.success(request, said)
    return redirect("desk_series", public_id)


@require_POST
@desk(ORGANIZER)
def tick(request: HttpRequest, public_id: str) -> HttpResponse:
    """One tap ticks a task, another opens it again; back to where the tap came from."""
    task_at_desk(request, public_id)
    task = chores.tick(public_id, done=request.POST.get("done", "1") == "1", by=request.user, at=timezone.now())
    return _back(request, task)


@require_POST
@desk(ORGANIZER)
def take_off(request: HttpRequest, public_id: str) -> HttpResponse:
    task = task_at_desk(request, public_id)
    chores.take_off(public_id, by=request.user, at=timezone.now())
    return _back(request, task)


def _back(request: HttpRequest, task: EventTask) -> HttpResponse:
    came_from = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect(f"{reverse('desk_event', args=[task.event.public_id])}#tasks")
