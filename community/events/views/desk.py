"""The organizer's desk: one event from draft to held or cancelled."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import policies, rules, selectors, states
from community.events.forms import EventForm, ReasonForm, initial_of
from community.events.forms.series import TaskForm
from community.events.models import Event
from community.events.selectors import after
from community.events.services import cancelling, chores, hosting, publishing
from community.events.views import previewing, wording
from community.events.views.loading import event_at_desk
from community.kernel import audit
from community.kernel.access import ORGANIZER, desk
from community.kernel.days import start_of, week_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.members.selectors import chapters

FIELD_OF = {
    "event.past": "starts_at",
    "event.begun": "starts_at",
    "event.checked_in": "starts_at",
    "event.no_place": "place",
    "event.no_address": "address",
    "event.no_host": "host",
    "chapter.other_city": "city",
    "visit.follows": "follows",
    "visit.release": "releases_at",
    "allotment.late": "allots_at",
    "allotment.past": "allots_at",
    "host.standing": "host",
    "host.elsewhere": "host",
    "seats.occupied": "seats_each",
    "seats.per_table": "seats_each",
    "seats.most": "seats_each",
    "seats.tables": "table_count",
}


@desk(ORGANIZER)
def new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    copied = _copied(request)
    form = EventForm(request.POST or None, at=at, by=request.user, initial=_initial(copied, at))
    if request.method == "POST" and form.is_valid():
        try:
            event = publishing.create(by=request.user, at=at, copied=copied, **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, FIELD_OF)
        else:
            messages.success(request, _("The draft is saved. Publish it when it is ready."))
            _say_who_is_not_free(request, copied, event)
            return redirect("desk_event", event.public_id)
    return _new_page(request, form, copied, at)


def _new_page(request: HttpRequest, form: EventForm, copied: Event | None, at: datetime) -> HttpResponse:
    context = {
        "at": at,
        "form": form,
        "copied": copied,
        "preview": previewing.of_form(form, at=at),
        "not_free": copied.host if copied is not None and copied.host and not form.initial.get("host") else None,
        "last": selectors.last_of_kind(rules.ROUNDTABLE, chapters.cities_run_by(request.user)),
    }
    return render(request, "events/desk_new.html", context)


@require_POST
@desk(ORGANIZER)
def preview_new(request: HttpRequest) -> HttpResponse:
    """What is typed as a page; with script the preview alone, without it the editor again. Nothing is saved."""
    at = timezone.now()
    form = EventForm(request.POST, at=at, by=request.user, initial=_initial(None, at))
    if request.htmx:
        return render(request, "events/_preview.html", {"at": at, "preview": previewing.of_form(form, at=at)})
    return _new_page(request, form, _copied(request), at)


def _say_who_is_not_free(request: HttpRequest, copied: Event | None, event: Event) -> None:
    """Hosts of tables that were not taken over into a copy."""
    if copied is None or not event.traits.at_tables:
        return
    here = set(event.tables.filter(host__isnull=False).values_list("number", flat=True))
    for table in copied.tables.filter(host__isnull=False, number__lte=event.table_count).select_related("host"):
        if table.number not in here and table.host is not None:
            said = _("Table %(n)s has no host yet: %(name)s isn't free at that time.")
            messages.info(request, said % {"n": table.number, "name": table.host.name})


def _copied(request: HttpRequest) -> Event | None:
    """The event that is copied, if any; its address stays in the form's own."""
    wanted = request.GET.get("copy", "")
    found = selectors.for_desk(wanted) if wanted.isalnum() else None
    return found if found is not None and policies.may_organize(request.user, found) else None


def _initial(copied: Event | None, at: datetime) -> dict[str, Any]:
    """A new roundtable on the coming Saturday, or a copy of another event moved by whole weeks."""
    if copied is not None:
        starts_at = rules.next_week_after(copied.starts_at, at)
        times = {"starts_at": starts_at, "ends_at": starts_at + (copied.ends_at - copied.starts_at)}
        own = {"follows": [], "releases_at": None, "allots_at": None}  # a copy follows nothing yet
        if copied.host is not None and not hosting.is_free(copied.host, Event(kind=copied.kind, **times), at=at):
            own["host"] = ""
        return initial_of(copied) | own | times
    saturday = start_of(week_of(at) + timedelta(days=5)) + timedelta(hours=14)
    starts_at = saturday if saturday > at else saturday + timedelta(weeks=1)
    return {
        "kind": rules.ROUNDTABLE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "table_count": 1,
        "seats_each": rules.SEATS_AT_A_TABLE,
    }


@desk(ORGANIZER)
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    found = event_at_desk(request, public_id)
    if request.method != "POST":
        return _page(request, found)
    form = EventForm(request.POST, at=timezone.now(), by=request.user, event=found, initial=initial_of(found))
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        publishing.edit(found.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RuleBroken as refused:
        return _refused(request, found, form, refused)
    messages.success(request, _("Saved."))
    return redirect("desk_event", public_id)


@require_POST
@desk(ORGANIZER)
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    found, at = event_at_desk(request, public_id), timezone.now()
    form = EventForm(request.POST, at=at, by=request.user, event=found, initial=initial_of(found))
    if request.htmx:
        return render(request, "events/_preview.html", {"at": at, "preview": previewing.of_form(form, at=at)})
    return _page(request, found, form=form)


@require_POST
@desk(ORGANIZER)
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Publish as saved, or, when pressed in the form, with what is typed in it."""
    found = event_at_desk(request, public_id)
    form = EventForm(
        request.POST if "topic" in request.POST else initial_of(found),
        at=timezone.now(),
        by=request.user,
        event=found,
        initial=initial_of(found),
    )
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        publishing.publish(found.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RuleBroken as refused:
        return _refused(request, found, form, refused)
    messages.success(request, _("Published. The page is open for signups; send its link around."))
    return redirect("desk_events") if "week" in request.POST else redirect("desk_event", public_id)


@require_POST
@desk(ORGANIZER)
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = event_at_desk(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, cancel_form=form)
    try:
        cancelling.cancel(found.pk, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
    except RuleBroken as refused:
        form.add_error("reason", refused.sentence)
        return _page(request, event_at_desk(request, public_id), cancel_form=form)
    messages.success(request, _("Cancelled. Everybody who had a seat is told."))
    return redirect("desk_event", public_id)


@require_POST
@desk(ORGANIZER)
def add_task(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = event_at_desk(request, public_id), TaskForm(request.POST)
    if not form.is_valid():
        return _page(request, found, task_form=form)
    try:
        chores.add(found.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RuleBroken as refused:
        form.add_error("title", refused.sentence)
        return _page(request, found, task_form=form)
    return redirect(f"{reverse('desk_event', args=[public_id])}#tasks")


def _page(request: HttpRequest, event: Event, **forms: Any) -> HttpResponse:
    at = timezone.now()
    form = forms.pop("form", None) or EventForm(at=at, by=request.user, initial=initial_of(event), event=event)
    context = {
        "at": at,
        "event": event,
        "form": form,
        "preview": previewing.of_form(form, at=at) if event.status in (states.DRAFT, states.OPEN) else None,
        "cancel_form": ReasonForm(),
        "tasks": selectors.tasks_of(event, at),
        "task_form": TaskForm(initial={"days": -1}),
        "figures": selectors.figures([event], at)[event.pk],
        "score": after.satisfaction([event])[event.pk] if at >= event.ends_at else None,
        "editable": event.status != states.CANCELLED,
        "may_cancel": event.status in (states.DRAFT, states.OPEN),
        "entries": wording.timeline(audit.trail(event)[:50]),
    } | forms
    return render(request, "events/desk_event.html", context)


def _refused(request: HttpRequest, event: Event, form: EventForm, refused: RuleBroken) -> HttpResponse:
    """A refusal stands at its field; nothing typed is lost."""
    refuse(form, refused, FIELD_OF)
    return _page(request, event, form=form)
