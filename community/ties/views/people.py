"""People I have met: one-to-ones in two taps, a word on those of others, whom one would like to meet again."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.events.services import wishing
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.ties import states
from community.ties.forms import LogForm
from community.ties.models import OneToOne
from community.ties.selectors import people
from community.ties.services import one_to_ones
from community.ties.views.opening import for_members, tabs

PAGE = 20


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(people.met_by(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "at": at,
        "tabs": tabs("people"),
        "page": page,
        "lines": people.lines(request.user, page, at),
        "asked": people.asked_of(request.user, at),
        "noted": people.noted_by(request.user, at)[:PAGE],
        "lately": people.confirmed_lately(request.user, at),
    }
    return render(request, "ties/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def met(request: HttpRequest) -> HttpResponse:
    """Pick the person, and it is noted: for today, or for the day chosen above the list."""
    at = timezone.now()
    if request.method != "POST":
        return _choose(request, LogForm(initial={"met_on": day_of(at)}), at)
    form = LogForm(request.POST)
    if not form.is_valid():
        return _choose(request, form, at, status=422)
    keys = people.chosen(request.user, [request.POST.get("person", "")], at)
    try:
        if not keys:
            raise RuleBroken("tie.none")
        made = one_to_ones.log(request.user, keys[0], met_on=form.cleaned_data["met_on"] or day_of(at), at=at)
    except RuleBroken as no:
        form.add_error("met_on" if no.code.startswith("one_to_one.") else None, no.sentence)
        return _choose(request, form, at, status=422)
    messages.success(request, _said(made, request.user))
    return redirect("people")


def _choose(request: HttpRequest, form: LogForm, at: datetime, status: int = 200) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:40]
    context = {"at": at, "form": form, "q": q, "people": people.to_choose(request.user, at, q)}
    return render(request, "ties/met.html", context, status=status)


def _said(made: OneToOne, person: Any) -> str:
    other = made.asked if made.asker_id == person.pk else made.asker
    if made.status == states.CONFIRMED:
        return _("You have both said so: your one-to-one with %(name)s counts.") % {"name": other.name}
    return _("Noted. %(name)s is asked to confirm it.") % {"name": other.name}


def _found(request: HttpRequest, public_id: str) -> OneToOne:
    found = people.one_to_one_of(request.user, public_id)
    if found is None:
        raise Http404
    return found


@require_POST
@for_members
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    yes = request.POST.get("answer") == "yes"
    one_to_ones.answer(_found(request, public_id), yes=yes, by=request.user, at=timezone.now())
    messages.success(request, _("Confirmed: it counts for both of you.") if yes else _("All right. Nobody is told."))
    return redirect("people")


@require_POST
@for_members
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _found(request, public_id)
    counted = found.status == states.CONFIRMED
    one_to_ones.take_back(found, by=request.user, at=timezone.now())
    messages.success(
        request, _("Taken back: it counts for neither of you. Nobody is told.") if counted else _("Taken back.")
    )
    return redirect("people")


@require_POST
@for_members
def wish(request: HttpRequest) -> HttpResponse:
    """Say it, or take it back; the other learns of it only if they wish it, too."""
    at = timezone.now()
    keys = people.chosen(request.user, [request.POST.get("person", "")], at)
    if not keys:
        raise RuleBroken("tie.none")
    if request.POST.get("no"):
        wishing.take_back(request.user, keys[0])
        messages.success(request, _("Taken back."))
    elif wishing.wish(request.user, keys[0], at=at):
        messages.success(request, _("They wish it, too: you both have a letter with how to reach one another."))
    else:
        messages.success(request, _("Kept to ourselves. If they wish it too, you both hear of it."))
    return redirect("people")
