"""An event to be passed on: a poster with its code, and the picture a chat shows of its link."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.events import states
from community.events.models import Event
from community.events.views.loading import PUBLISHED
from community.kernel import formats, posters


@require_safe
@login_not_required
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """The poster, to be saved by a long press, and the link to copy."""
    at, event = timezone.now(), _event(public_id)
    context = {
        "event": event,
        "poster": picture_of(event, at, posters.TALL) if posters.font() else "",
        "address": f"{settings.BASE_URL}{event.get_absolute_url()}",
        "at": at,
    }
    return render(request, "events/share.html", context)


@require_safe
@login_not_required
def poster(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tall as a poster, or wide as chats show it; what stands on it is what everybody may read of the event."""
    event, at = _event(public_id), timezone.now()
    language = request.GET.get("in", "")
    size = posters.WIDE if request.GET.get("as") == "preview" else posters.TALL
    with translation.override(language if language in dict(settings.LANGUAGES) else "zh-hans"):
        return posters.answer(of(event, at, size))


def of(event: Event, at: datetime, size: tuple[int, int]) -> posters.Poster:
    """In the active language. Nobody is named, and no address is given (product.md §5)."""
    language = translation.get_language() or "zh-hans"
    when = formats.time_range(event.starts_at, event.ends_at, at=at, language=language)
    where = " ".join(filter(None, (event.city.name, event.district)))
    called_off = event.status == states.CANCELLED
    over = [
        str(event.get_kind_display()),
        _("Cancelled") if called_off else _("Counts as attendance") if event.qualifying else "",
    ]
    return posters.Poster(
        event.topic,
        f"{settings.BASE_URL}{event.get_absolute_url()}",
        " · ".join(filter(None, over)),
        (f"{when} · {where}",) if size == posters.WIDE else (when, where),
        (_("Scan or press the code: seats left, and how to take one."),),
        size,
    )


def preview_of(event: Event, at: datetime) -> str:
    """The address of the picture a chat shows of an event's link; "" where no poster can be drawn."""
    return picture_of(event, at, posters.WIDE) if posters.font() else ""


def picture_of(event: Event, at: datetime, size: tuple[int, int]) -> str:
    """The address of a picture; it changes with what stands on it, so that nobody sees an old one."""
    query = {"as": "preview" if size == posters.WIDE else "poster", "in": translation.get_language() or "zh-hans"}
    version = of(event, at, size).version
    return f"{reverse('event_share_poster', args=[event.public_id])}?{urlencode(query | {'v': version})}"


def _event(public_id: str) -> Event:
    rows = Event.objects.filter(status__in=PUBLISHED).select_related("city")
    return get_object_or_404(rows, public_id=public_id)
