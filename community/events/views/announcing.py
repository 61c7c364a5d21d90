"""A message to everybody at one event: written, looked at as it will arrive, sent once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from community.events import notifications
from community.events.forms.hosting import AnnounceForm
from community.events.models import Event
from community.events.services import announcing
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel import outbox
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken
from community.kernel.ids import public_id as new_key

SHOWN = 60


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, *PUBLISHED)
    form = AnnounceForm(request.POST or None, initial={"audience": "coming"})
    if request.method != "POST" or not form.is_valid():
        return _page(request, event, form)
    if not form.cleaned_data["key"]:
        return _look(request, event, form)
    try:
        made = announcing.announce(event.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    except RuleBroken as refused:
        form.add_error(None, refused.sentence)
        return _page(request, event, form)
    said = ngettext("Sent to %(n)d person.", "Sent to %(n)d people.", made.people) % {"n": made.people}
    messages.success(request, said)
    return redirect("desk_event_announce", public_id)


def _look(request: HttpRequest, event: Event, form: AnnounceForm) -> HttpResponse:
    """The letter as it will arrive, and who gets it; nothing is sent yet."""
    people = announcing.recipients(event.pk, form.cleaned_data["audience"])
    facts = notifications.announced(event, form.cleaned_data["text"], request.user.name)
    subject, text = outbox.drafted("events/announcement", request.user, facts)
    look = {"subject": subject, "text": text, "total": people.count(), "key": new_key(),
            "names": [signup.person.name for signup in people[:SHOWN]]}  # fmt: skip
    return _page(request, event, form, look=look)


def _page(request: HttpRequest, event: Event, form: AnnounceForm, **more: object) -> HttpResponse:
    context = {
        "at": timezone.now(),
        "event": event,
        "form": form,
        "sent": event.announcements.select_related("sent_by")[:20],
    }
    return render(request, "events/desk_announce.html", context | more)
