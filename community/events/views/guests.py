"""Bringing a guest, and coming alone after all (R12)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from community.events import policies, selectors, states
from community.events.forms.guests import GuestForm
from community.events.models import Event
from community.events.services import booking, guests
from community.kernel.errors import RuleBroken

SAID = {
    states.CONFIRMED: gettext_lazy("Both seats are yours. We have sent you the details."),
    states.WAITING: gettext_lazy("You are both on the waitlist. When two seats are free at once, we write to you."),
    states.OFFERED: gettext_lazy("Two seats are kept for you. Say below that you take them."),
}


def page(request: HttpRequest, public_id: str) -> HttpResponse:
    event, at = _event(request, public_id), timezone.now()
    form = GuestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = booking.sign_up(event.pk, request.user, by=request.user, at=at, guest=_whom(form))
            messages.success(request, SAID[made.status])
            return redirect(event)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence)
    footing = policies.footing(request.user, event, at=at)
    room = selectors.room_of(event, request.user)
    context: dict[str, Any] = {
        "at": at,
        "event": event,
        "form": form,
        "may_book": footing.may_book,
        "bringing": policies.bringing(request.user, event, footing.included, at=at),
        "room": room,
        "signup": room.mine,
        "coming": policies.is_coming(room.mine),
    }
    return render(request, "events/guest.html", context)


def _whom(form: GuestForm) -> guests.NewGuest:
    return guests.NewGuest(form.cleaned_data["name"], form.cleaned_data["contact"])


@require_POST
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    event = _event(request, public_id)
    left = guests.drop(event.pk, request.user, by=request.user, at=timezone.now())
    if left.status == states.OFFERED and left.offer_ends_at is not None:
        messages.success(request, _("A seat is kept for you. Say below that you take it."))
    else:
        messages.success(request, _("You come alone now. Thank you for saying so."))
    return redirect(event)


def _event(request: HttpRequest, public_id: str) -> Event:
    event = selectors.for_page(public_id)
    if event is None or not policies.may_see(request.user, event):
        raise Http404
    return event
