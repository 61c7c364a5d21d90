"""No-shows and late cancellations: what members say, and the desk's list with letting one pass (R26)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import policies, selectors
from community.events.forms import ExcuseForm, LineForm
from community.events.models import Event, Signup
from community.events.services import excusing
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel.access import ORGANIZER, desk

PAGE = 50


@require_POST
def explain(request: HttpRequest, public_id: str) -> HttpResponse:
    event = get_object_or_404(Event, public_id=public_id)
    if not policies.may_see(request.user, event):
        raise Http404
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["text"][0])  # empty, too long or not plain text: each its own words
        return redirect(event)
    excusing.explain(event.pk, request.user, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
    messages.success(request, _("Thank you. The organizer's office reads it."))
    return redirect(event)


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, event_at_desk(request, public_id, *PUBLISHED), LineForm())


@require_POST
@desk(ORGANIZER)
def excuse(request: HttpRequest, public_id: str) -> HttpResponse:
    event, form = event_at_desk(request, public_id, *PUBLISHED), LineForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form)
    try:
        excusing.excuse(
            form.cleaned_data["signup"], event_id=public_id, by=request.user, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except Signup.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Excused. It has no consequence for the order of seats."))
    return redirect("desk_event_absences", public_id)


def _page(request: HttpRequest, event: Event, form: LineForm) -> HttpResponse:
    context = {
        "event": event,
        "page": Paginator(selectors.absences(event), PAGE).get_page(request.GET.get("page")),
        "form": form,
        "chosen": form["signup"].value() or "",
    }
    return render(request, "events/desk_absences.html", context)
