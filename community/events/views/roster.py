"""The roster: checking people in with one tap, taking it back with a reason, closing it, printing it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.events import policies, rules, selectors, states
from community.events.forms import ReasonForm, SearchForm, TapForm
from community.events.models import Event, Guest, Signup
from community.events.services import checking_in, closing, guests, tickets, waivers
from community.events.views import wording
from community.events.views.loading import PUBLISHED, event_at_desk, insist_on_own_city
from community.kernel.access import ORGANIZER, desk
from community.members.selectors import chapters

PAGE, PRINTED = 36, 1000  # three tables; the printed one is whole


@desk(ORGANIZER)
def roster(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, event_at_desk(request, public_id, *PUBLISHED))


@require_POST
@desk(ORGANIZER)
def check_in(request: HttpRequest, public_id: str) -> HttpResponse:
    insist_on_own_city(request, public_id)
    at = timezone.now()
    signup_id, reason = _tapped(request, public_id)
    with _existing():
        signup = checking_in.check_in(signup_id, event_id=public_id, by=request.user, at=at, reason=reason)
    if request.POST.get("token"):
        messages.success(request, _("%(name)s is checked in.") % {"name": signup.person.name})
        return redirect("desk_event_scan", public_id)
    if not request.htmx:
        return redirect(_roster_url(request, public_id))
    context = _row_context(request, signup.event, at) | {
        "rows": wording.seated([signup], tables=signup.event.table_count),
        # Who is checked in where it counts has no clock any more.
        "clocks": set() if signup.event.qualifying else selectors.clocks_running([signup], at),
        "figures": selectors.figures([signup.event], at)[signup.event_id],
    }
    return render(request, "events/_roster_tapped.html", context)


@require_POST
@desk(ORGANIZER)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, *PUBLISHED)
    signup_id, _reason = _tapped(request, public_id)
    why = ReasonForm(request.POST)
    if not why.is_valid():
        return _page(request, event, undoing=_signup(public_id, signup_id), reason_form=why)
    with _existing():
        signup = checking_in.undo(
            signup_id, event_id=public_id, by=request.user, at=timezone.now(), reason=why.cleaned_data["reason"]
        )
    messages.success(request, _("The check-in of %(name)s is undone.") % {"name": signup.person.name})
    return redirect("desk_event_roster", public_id)


@require_POST
@desk(ORGANIZER)
def accepted(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody read the conditions before the staff's eyes and accepts them."""
    event_at_desk(request, public_id, *PUBLISHED)
    signup_id, _reason = _tapped(request, public_id)
    with _existing():
        signup = waivers.record(signup_id, event_id=public_id, by=request.user, at=timezone.now())
    messages.success(request, _("It is on record that %(name)s accepts the conditions.") % {"name": signup.person.name})
    return redirect(_roster_url(request, public_id))


@require_POST
@desk(ORGANIZER)
def guest_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """A guest's own tap."""
    insist_on_own_city(request, public_id)
    at, reason = timezone.now(), request.POST.get("reason", "")[:400]
    with _existing():
        guest = guests.check_in(
            request.POST.get("guest", ""), event_id=public_id, by=request.user, at=at, reason=reason
        )  # fmt: skip
    if not request.htmx:
        return redirect(_roster_url(request, public_id))
    wording.seated([guest], tables=guest.event.table_count)
    context = _row_context(request, guest.event, at) | {
        "row": guest.signup,
        "guest": guest,
        "figures": selectors.figures([guest.event], at)[guest.event_id],
    }
    return render(request, "events/_roster_tapped.html", context)


@require_POST
@desk(ORGANIZER)
def guest_out(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, *PUBLISHED)
    why, guest = ReasonForm(request.POST), selectors.guest_row(request.POST.get("guest", ""))
    if guest is None or guest.event_id != event.pk:
        raise Http404
    if not why.is_valid():
        return _page(request, event, undoing_guest=guest, reason_form=why)
    reason = why.cleaned_data["reason"]
    guests.undo(guest.public_id, event_id=public_id, by=request.user, at=timezone.now(), reason=reason)
    messages.success(request, _("The check-in of %(name)s is undone.") % {"name": guest.called})
    return redirect("desk_event_roster", public_id)


@require_POST
@desk(ORGANIZER)
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_at_desk(request, public_id, *PUBLISHED)
    closing.close_roster(event.pk, by=request.user, at=timezone.now())
    messages.success(request, _("The roster is closed. Whoever was not checked in counts as missing."))
    return redirect("desk_events") if "week" in request.POST else redirect("desk_event_roster", public_id)


def _page(request: HttpRequest, event: Event, **undoing: object) -> HttpResponse:
    at = timezone.now()
    search = SearchForm(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    printing = "print" in request.GET
    figures = selectors.figures([event], at)[event.pk]
    paginator = Paginator(selectors.roster(event, text), PRINTED if printing else PAGE)
    if not text:
        paginator.count = figures.on_roster  # counted already
    page = paginator.get_page(request.GET.get("page"))
    context = _row_context(request, event, at) | {
        "page": page,
        "rows": wording.seated(page, tables=event.table_count),
        "q": text,
        "figures": figures,
        "clocks": selectors.clocks_running(page, at),
        "holds": selectors.holds(event),
        "may_close": event.status == states.OPEN and at >= event.ends_at,
        "undoing": _undoing(request, event),
        "undoing_guest": _undoing_guest(request, event),
        "reason_form": ReasonForm(),
    }
    template = "events/desk_roster_print.html" if printing else "events/desk_roster.html"
    return render(request, template, context | undoing)


def _row_context(request: HttpRequest, event: Event, at: object) -> dict[str, object]:
    """What a row needs to know: whether a tap is welcome now, and whether it must say why."""
    verdict = policies.may_check_in(event, at=at, reason="late")
    return {
        "at": at,
        "event": event,
        "words": wording.roster_words(),
        "people_url": "" if chapters.cities_run_by(request.user) else reverse("desk_people"),
        "roster_url": reverse("desk_event_roster", args=[event.public_id]),
        "check_in_url": reverse("desk_event_checkin", args=[event.public_id]),
        "guest_url": reverse("desk_event_guest_checkin", args=[event.public_id]),
        "tappable": bool(verdict) and event.status in (states.OPEN, states.HELD),
        "late": not policies.may_check_in(event, at=at, reason="") and bool(verdict),
        "verdict": verdict,
        "opens_at": rules.check_in_opens_at(event.starts_at),
        "accepted": selectors.accepted_by(event),
        "closes_at": rules.roster_closes_at(event.ends_at),
    }


def _undoing(request: HttpRequest, event: Event) -> Signup | None:
    """The check-in somebody asked to undo, if it is one of this roster."""
    form = TapForm({"signup": request.GET.get("undo", "")})
    wanted = form.cleaned_data["signup"] if form.is_valid() else ""
    signup = selectors.roster_row(wanted) if wanted else None
    return signup if signup and signup.event_id == event.pk and signup.status == states.ATTENDED else None


def _undoing_guest(request: HttpRequest, event: Event) -> Guest | None:
    wanted = request.GET.get("undo_guest", "")
    guest = selectors.guest_row(wanted) if wanted else None
    return guest if guest and guest.event_id == event.pk and guest.checked_in_at is not None else None


def _tapped(request: HttpRequest, public_id: str) -> tuple[str, str]:
    """The public id of the row that was tapped, or whose ticket was scanned, and the reason typed beside it."""
    form = TapForm(request.POST)
    if not form.is_valid() or not (form.cleaned_data["signup"] or form.cleaned_data["token"]):
        raise Http404
    signup_id = form.cleaned_data["signup"]
    if form.cleaned_data["token"]:
        signup_id = tickets.read(form.cleaned_data["token"], event_id=public_id).public_id
    return signup_id, form.cleaned_data["reason"]


@contextmanager
def _existing() -> Iterator[None]:
    """A row of another event does not exist here."""
    try:
        yield
    except (Signup.DoesNotExist, Guest.DoesNotExist):
        raise Http404 from None


def _signup(public_id: str, signup_id: str) -> Signup:
    signup = selectors.roster_row(signup_id)
    if signup is None or signup.event.public_id != public_id:
        raise Http404
    return signup


def _roster_url(request: HttpRequest, public_id: str) -> str:
    """Back to the same page of the list the tap came from."""
    kept = {name: request.POST[name] for name in ("q", "page") if request.POST.get(name)}
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{reverse('desk_event_roster', args=[public_id])}{query}"
