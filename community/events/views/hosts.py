"""Who hosts at the desk: another host, and each table's topic and host."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import states
from community.events.forms.hosting import HostForm, TableForm
from community.events.models import Event
from community.events.services import hosting
from community.events.views.loading import event_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id)
    return _page(request, event, HostForm(event=event), _tables(event))


@require_POST
@desk(ORGANIZER)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id)
    form = HostForm(request.POST, event=event)
    if form.is_valid():
        data = form.cleaned_data
        try:
            hosting.change(
                event.pk, data["host"], keeps_chair=data["keeps_chair"], by=request.user, at=timezone.now(),
                reason=data["reason"],
            )  # fmt: skip
        except RuleBroken as refused:
            form.add_error(
                "keeps_chair" if refused.code in ("host.here", "host.no_chair") else "host", refused.sentence
            )
        else:
            messages.success(request, _("%(name)s hosts now. Both are told.") % {"name": data["host"].name})
            return redirect("desk_event_hosts", public_id)
    return _page(request, event, form, _tables(event))


@require_POST
@desk(ORGANIZER)
def tables(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id)
    forms = _tables(event, request.POST)
    if not forms:  # one table, or none: its host is the event's
        return redirect("desk_event_hosts", public_id)
    wrong = [form for form in forms if not form.is_valid()]
    if not wrong:
        plans = [hosting.Plan(form.number, form.cleaned_data["topic"], form.cleaned_data["host"]) for form in forms]
        try:
            hosting.set_tables(event.pk, plans, by=request.user, at=timezone.now())
        except RuleBroken as refused:
            number = refused.params.get("table", 1)
            next((form for form in forms if form.number == number), forms[0]).add_error("host", refused.sentence)
        else:
            messages.success(request, _("The tables are set."))
            return redirect("desk_event_hosts", public_id)
    return _page(request, event, HostForm(event=event), forms)


def _tables(event: Event, typed: Any = None) -> list[TableForm]:
    """A form a table, where there are several."""
    if not event.traits.at_tables or event.table_count < 2:
        return []
    there = {table.number: table for table in event.tables.select_related("host")}
    forms = []
    for number in range(1, event.table_count + 1):
        table = there.get(number)
        host = f"{table.host.name} <{table.host.email}>" if table and table.host else ""
        initial = {"topic": table.topic if table else "", "host": host}
        forms.append(TableForm(typed, event=event, number=number, initial=initial))
    return forms


def _page(request: HttpRequest, event: Event, form: HostForm, forms: list[TableForm]) -> HttpResponse:
    at = timezone.now()
    context = {
        "at": at,
        "event": event,
        "form": form,
        "tables": forms,
        "may_change": event.status == states.OPEN and at < event.ends_at,
        "may_set": event.status in (states.DRAFT, states.OPEN) and at < event.ends_at,
    }
    return render(request, "events/desk_hosts.html", context)
