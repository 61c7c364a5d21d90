"""At the door: the chairs of absentees, and people who come without a seat (R25)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from community.events import policies, selectors, states
from community.events.forms import WalkInForm
from community.events.models import Event
from community.events.services import walking_in
from community.events.views.loading import event_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken

SHOWN = 20
FIELDS = {"walk_in.reason": "reason", "walk_in.waiver": "accepts"}


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, event_at_desk(request, public_id, states.OPEN, states.HELD), WalkInForm())


@require_POST
@desk(ORGANIZER)
def seat(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, states.OPEN, states.HELD)
    form = WalkInForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form)
    person = form.cleaned_data["person"]
    try:
        walking_in.seat(
            event.pk, person.pk, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"],
            accepts=form.cleaned_data["accepts"],
        )  # fmt: skip
    except RuleBroken as refused:
        form.add_error(FIELDS.get(refused.code), refused.sentence)
        return _page(request, event, form)
    messages.success(request, _("%(name)s has a seat and is checked in.") % {"name": person.name})
    return redirect("desk_event_walk_ins", public_id)


@require_POST
@desk(ORGANIZER)
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, states.OPEN, states.HELD)
    freed = walking_in.release(event.pk, by=request.user, at=timezone.now())
    said = ngettext("%(n)d chair is free now; who missed it stays on record.",
                    "%(n)d chairs are free now; who missed it stays on record.", freed)  # fmt: skip
    messages.success(request, said % {"n": freed} if freed else _("Everybody with a seat is here."))
    return redirect("desk_event_walk_ins", public_id)


def _page(request: HttpRequest, event: Event, form: WalkInForm) -> HttpResponse:
    at = timezone.now()
    line = selectors.line(event, at)
    context: dict[str, Any] = {
        "at": at,
        "event": event,
        "form": form,
        "free": selectors.free_chairs(event),
        "absent": selectors.absentees(event),
        "line": line[:SHOWN],
        "more": len(line) - SHOWN,
        "may_release": policies.may_release(event, at=at),
        "verdict": policies.may_check_in(event, at=at, reason=""),
    }
    return render(request, "events/desk_walk_ins.html", context)
