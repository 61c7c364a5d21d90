"""Coming in (R25): one's own ticket, the code at the door, and what a member of staff sees after scanning a ticket."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_ratelimit.core import is_ratelimited

from community.events import policies, rules, selectors, states
from community.events.forms import CodeForm, TokenForm
from community.events.models import Event, Signup
from community.events.selectors import tables
from community.events.services import tickets
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken

TRIES = "10/h"  # six digits, guessed by somebody who has a seat


@never_cache
def ticket(request: HttpRequest, public_id: str) -> HttpResponse:
    event = get_object_or_404(Event.objects.select_related("city"), public_id=public_id)
    if not policies.may_see(request.user, event):
        raise Http404
    signup = Signup.objects.filter(event=event, person=request.user).select_related("event", "seat__table").first()
    if signup is None or event.status == states.CANCELLED or not policies.is_coming(signup):
        raise RuleBroken("signup.none")
    scan = reverse("desk_event_scan", args=[public_id])
    url = f"{settings.BASE_URL}{scan}?{urlencode({'token': tickets.token(signup)})}"
    context = {
        "at": timezone.now(),
        "event": event,
        "signup": signup,
        "code": segno.make(url, error="m", micro=False).svg_data_uri(scale=6, border=2),
        "opens_at": rules.check_in_opens_at(event.starts_at),
        "neighbours": tables.neighbours(signup, event),
    }
    return render(request, "events/ticket.html", context)


@never_cache
def door(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return render(request, "events/door.html", {"form": form})
    if is_ratelimited(request, group="events.door", key="user", rate=TRIES, increment=True):
        return render(request, "429.html", status=429)
    if form.is_valid():
        try:
            signup = tickets.by_door_code(request.user, form.cleaned_data["code"], at=timezone.now())
        except RuleBroken as refused:
            form.add_error("code", refused.sentence)
        else:
            messages.success(request, _("You are checked in. Enjoy it!"))
            return redirect(signup.event)
    return render(request, "events/door.html", {"form": form})


@desk(ORGANIZER)
@never_cache
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where a scanned ticket leads: who it is, and the one button. Looking changes nothing."""
    event = event_at_desk(request, public_id, *PUBLISHED)
    form = TokenForm(request.GET or None)
    context = {"event": event, "form": form, "at": timezone.now(), "door_code": tickets.door_code(event),
               "names": selectors.names_at_door(event)}  # fmt: skip
    if form.is_valid():
        try:
            signup = tickets.read(form.cleaned_data["token"], event_id=public_id)
        except RuleBroken as refused:
            form.add_error("token", refused.sentence)
        else:
            verdict = policies.may_check_in(event, at=context["at"], reason="")
            context |= {"signup": signup, "token": form.cleaned_data["token"], "verdict": verdict}
    return render(request, "events/desk_scan.html", context)
