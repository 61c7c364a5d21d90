"""Chairs the office keeps back: which, why, until when, and letting them go."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import policies, rules, selectors
from community.events.forms import HoldForm
from community.events.models import Event, StaffHold
from community.events.services import holding
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id as new_key

FIELDS = {"hold.reason": "reason", "hold.end": "ends_at", "hold.full": "chairs"}


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, *PUBLISHED)
    latest = rules.hold_ends_by(event.starts_at)
    form = HoldForm(request.POST or None, initial={"key": new_key(), "ends_at": latest, "chairs": 1})
    if request.method != "POST" or not form.is_valid():
        return _page(request, event, form)
    try:
        holding.hold(event.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RuleBroken as refused:
        form.add_error(FIELDS.get(refused.code), refused.sentence)
        return _page(request, event, form)
    messages.success(request, _("Kept back. Nobody can book these chairs until then."))
    return redirect("desk_event_holds", public_id)


@require_POST
@desk(ORGANIZER)
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    event_at_desk(request, public_id, *PUBLISHED)
    try:
        holding.release(request.POST.get("hold", ""), event_id=public_id, by=request.user, at=timezone.now())
    except StaffHold.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The chairs are free; who waits is asked first."))
    return redirect("desk_event_holds", public_id)


def _page(request: HttpRequest, event: Event, form: HoldForm) -> HttpResponse:
    at = timezone.now()
    latest = rules.hold_ends_by(event.starts_at)
    context = {
        "at": at,
        "event": event,
        "form": form,
        "free": selectors.free_chairs(event),
        "holds": selectors.holds(event),
        "latest": latest,
        "may_hold": policies.may_hold(event, ends_at=latest, at=at),
    }
    return render(request, "events/desk_holds.html", context)
