"""Challenges day by day."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.programmes import policies, rules, selectors, states
from community.programmes.forms import ChallengeForm, ReasonForm, TickForm
from community.programmes.models import Challenge, Participation
from community.programmes.services import challenging
from community.programmes.views.opening import challenge as opened
from community.programmes.views.opening import led

FIELDS = {"challenge.past": "starts_on", "challenge.long": "days"}


@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    return render(request, "programmes/challenge.html", page_context(request, opened(request, public_id, at), at))


def page_context(request: HttpRequest, challenge: Challenge, at: datetime, **forms: Any) -> dict[str, Any]:
    person, state = request.user, challenge.status_at(at)
    mine = Participation.objects.filter(challenge=challenge, person=person, left_at=None).first()
    leads = bool(policies.may_open_challenge(person, challenge.programme, at=at))
    inside = challenge.programme is not None and policies.may_meet(person, challenge.programme, at=at)
    others = list(selectors.taking_part(challenge)[:60]) if inside else []
    progress = selectors.progress_of({*others, *([mine] if mine else [])}, challenge, at)
    row = dict(progress[mine.pk].row) if mine else {}
    days = rules.days_to_tick(challenge.starts_on, challenge.days, at) if mine and state == states.OPEN else []
    return {
        "at": at,
        "challenge": challenge,
        "state": state,
        "begun": day_of(at) >= challenge.starts_on,
        "mine": progress[mine.pk] if mine else None,
        "today": day_of(at),
        "to_tick": [(on, row.get(on), TickForm(initial={"on": on}, auto_id=f"id_{on:%d}_%s")) for on in days],
        "going": selectors.taking_part(challenge).count(),
        "others": [(part.person, progress[part.pk]) for part in others],
        "may_take_part": policies.may_take_part(person, challenge, at=at) if mine is None else None,
        "leads": leads and state == states.OPEN,
        "reason": ReasonForm(),
        **forms,
    }


@require_POST
def join(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    challenge = opened(request, public_id, at)
    challenging.take_part(challenge.pk, request.user, at=at)
    messages.success(request, _("You take part. One tick a day is all."))
    return redirect(challenge)


@require_POST
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    challenge = opened(request, public_id, at)
    challenging.stop(challenge.pk, request.user, at=at)
    messages.success(request, _("You no longer take part. You can come back any day."))
    return redirect("programmes")


@require_POST
def tick(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    challenge = opened(request, public_id, at)
    form = TickForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect(challenge)
    on, note = form.cleaned_data["on"], form.cleaned_data["note"]
    if request.POST.get("off"):
        challenging.untick(challenge.pk, request.user, on, at=at)
        messages.success(request, _("The tick is taken back."))
    else:
        challenging.tick(challenge.pk, request.user, on, note=note, at=at)
        messages.success(request, _("Ticked."))
    return redirect(challenge)


@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    challenge = opened(request, public_id, at)
    form = ReasonForm(request.POST)
    if form.is_valid():
        challenging.cancel(challenge.pk, reason=form.cleaned_data["reason"], by=request.user, at=at)
        messages.success(request, _("The challenge has stopped. Everybody in it is told why."))
        return redirect(challenge)
    context = page_context(request, challenge, at, reason=form)
    return render(request, "programmes/challenge.html", context, status=422)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = led(request, public_id, at)
    return new_challenge(request, programme, reverse("programme_host", args=[public_id]), at)


def new_challenge(request: HttpRequest, programme: Any, back: str, at: datetime) -> HttpResponse:
    form = ChallengeForm(request.POST or None, cohort=programme is not None, initial={"starts_on": day_of(at)})
    if request.method == "POST" and form.is_valid():
        try:
            made = challenging.open_up(programme, by=request.user, at=at, **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, FIELDS)
        else:
            messages.success(request, _("The challenge is set. Whoever it is for can take part."))
            return redirect(made)
    context = {"at": at, "form": form, "programme": programme, "back": back}
    return render(request, "programmes/challenge_new.html", context, status=422 if form.is_bound else 200)
