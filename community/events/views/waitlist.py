"""The waitlist at the desk: who waits, in which order and why; moving somebody up or off it, with a reason (R24)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import selectors
from community.events.forms import LineForm
from community.events.models import Event, Signup
from community.events.services import booking, offering
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel.access import ORGANIZER, desk

PAGE = 50


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, event_at_desk(request, public_id, *PUBLISHED), LineForm())


@require_POST
@desk(ORGANIZER)
def move_up(request: HttpRequest, public_id: str) -> HttpResponse:
    event, form = event_at_desk(request, public_id, *PUBLISHED), LineForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form)
    try:
        offering.move_up(
            form.cleaned_data["signup"], event_id=public_id, by=request.user, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except Signup.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("First in line now: the next free seat is theirs."))
    return redirect("desk_event_waitlist", public_id)


@require_POST
@desk(ORGANIZER)
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    event, form = event_at_desk(request, public_id, *PUBLISHED), LineForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form)
    try:
        booking.remove(
            form.cleaned_data["signup"], event_id=public_id, by=request.user, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except Signup.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Taken off the waitlist. The person is told why."))
    return redirect("desk_event_waitlist", public_id)


def _page(request: HttpRequest, event: Event, form: LineForm) -> HttpResponse:
    at = timezone.now()
    line = Paginator(selectors.line(event, at), PAGE).get_page(request.GET.get("page"))
    context = {
        "at": at,
        "event": event,
        "page": line,
        "offers": selectors.offers(event, at),
        "form": form,
        "chosen": form["signup"].value() or "",
    }
    return render(request, "events/desk_waitlist.html", context)
