"""Calendar files: one event, and the feed of one's own seats with the page that gives its address."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import policies, selectors, states
from community.events.models import CalendarFeed
from community.events.selectors.calendars import ics
from community.events.services import calendars

TYPE = "text/calendar; charset=utf-8"


@login_not_required
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    found = selectors.for_page(public_id)
    if found is None or found.status == states.DRAFT:
        raise Http404
    signup = selectors.room_of(found, request.user).mine
    verdict = policies.may_sign_up(request.user, found, at=timezone.now())
    place = policies.may_see_address(request.user, found, signup, verdict)
    return _file(ics([(found, place)], name=found.topic), f"{public_id}.ics")


@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Read by calendar programs: the token is the key, and nobody is signed in."""
    found = CalendarFeed.objects.select_related("person").filter(token=token, person__is_active=True).first()
    if found is None:
        raise Http404
    seats = selectors.seats_for_calendar(found.person, timezone.now())
    return _file(ics(((signup.event, True) for signup in seats), name="Tongzhuo"), "tongzhuo.ics")


def mine(request: HttpRequest) -> HttpResponse:
    found = CalendarFeed.objects.filter(person=request.user).first()
    url = f"{settings.BASE_URL}{reverse('calendar_feed', args=[found.token])}" if found else ""
    return render(request, "events/calendar.html", {"feed": found, "url": url})


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    calendars.make_feed(request.user.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Your calendar address is ready. An earlier one no longer works."))
    return redirect("my_calendar")


def _file(written: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(written, content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer
