"""What was written to me: the inbox, how each message travelled, what may reach me and how; and a letter's own "no more"."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_ratelimit.core import is_ratelimited

from community.kernel import gateway, inbox
from community.kernel.access import ORGANIZER, desk, roles_of
from community.pages.forms import PreferencesForm

PAGE = 20
STOPS_A_MINUTE = "30/m"


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """The inbox, newest first; `?list=unread` leaves out what was read."""
    unread = request.GET.get("list") == "unread"
    return _listed(request, "pages/notifications.html", unread=unread)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What was sent, by which channel and when; what was not, and why."""
    return _listed(request, "pages/notifications_log.html")


def _listed(request: HttpRequest, template: str, *, unread: bool = False) -> HttpResponse:
    page = Paginator(inbox.messages_of(request.user, unread=unread), PAGE).get_page(request.GET.get("page"))
    rows = inbox.written(page.object_list, request.user, get_language() or "zh-hans")
    context = {"page": page, "rows": rows, "only_unread": unread, "at": timezone.now(), "tabs": _tabs(request, unread)}
    return render(request, template, context)


def _tabs(request: HttpRequest, unread: bool = False) -> list[dict[str, Any]]:
    here = request.resolver_match.url_name if request.resolver_match else ""
    places = [
        (_("All"), "notifications", ""),
        (_("Unread"), "notifications", "?list=unread"),
        (_("How it was sent"), "notifications_log", ""),
        (_("What reaches me"), "notifications_preferences", ""),
    ]
    return [
        {"label": label, "url": reverse(name) + asked, "current": here == name and unread == bool(asked)}
        for label, name, asked in places
    ]


@require_safe
def notification(request: HttpRequest, key: str) -> HttpResponse:
    """One message; looking at it changes nothing."""
    found = inbox.message_of(request.user, key)
    if found is None:
        raise Http404
    [row] = inbox.written([found], request.user, get_language() or "zh-hans")
    return render(request, "pages/notification.html", {"row": row, "message": found, "at": timezone.now()})


@require_POST
def open_one(request: HttpRequest, key: str) -> HttpResponse:
    """A tap in the list: the message is read from now on, and shown."""
    found = inbox.message_of(request.user, key)
    if found is None:
        raise Http404
    inbox.mark_read(found, at=timezone.now())
    return redirect("notification", key)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    inbox.mark_all_read(request.user, at=timezone.now())
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """R51: channels by kind; what is owed to somebody is not for turning off, and the page says why."""
    choices = inbox.choices(staff=bool(roles_of(request.user)))
    sms = gateway.sms_configured() and bool(request.user.phone)
    form = PreferencesForm(request.POST or None, choices=choices, sms=sms)
    if request.method == "POST" and form.is_valid():
        inbox.choose(request.user, **form.chosen())
        messages.success(request, _("Your choice is saved."))
        return redirect("notifications_preferences")
    context = {
        "choices": choices,
        "form": form,
        "reach": inbox.reach_of(request.user),
        "sms_offered": gateway.sms_configured(),
        "sms": sms,
        "tabs": _tabs(request),
    }
    return render(request, "pages/notifications_preferences.html", context, status=422 if form.errors else 200)


@require_POST
def mailbox_again(request: HttpRequest) -> HttpResponse:
    """ "My mailbox works again": what is owed goes out once more."""
    inbox.try_mailbox_again(request.user, at=timezone.now())
    messages.success(request, _("We try your mailbox again."))
    return redirect("notifications_log")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a mail program posts here by itself; a person looks first and presses. The link says whose."""
    if is_ratelimited(request, group="notifications.stop", key="ip", rate=STOPS_A_MINUTE, increment=True):
        return render(request, "429.html", status=429)
    done = request.method == "POST"
    what = inbox.stop(token, really=done)
    if what is None:
        raise Http404
    return render(request, "pages/notifications_stop.html", {"what": what, "done": done, "token": token})


@desk(ORGANIZER)
@require_safe
def desk_mailboxes(request: HttpRequest) -> HttpResponse:
    """For the staff: who cannot be reached by e-mail, since when, and what the mail server said."""
    page = Paginator(inbox.refusing(), PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/desk_mailboxes.html", {"page": page, "at": timezone.now()})
