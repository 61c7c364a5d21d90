"""The weekly line, and what mates answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.programmes import policies, rules
from community.programmes.forms import CheckInForm, ReplyForm
from community.programmes.models import CheckIn, Programme
from community.programmes.services import telling
from community.programmes.views.opening import found, said


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = found(request, public_id, at)
    place = policies.place_of(request.user, programme)
    if place is None:
        raise Http404
    week = _week(request, programme, at)
    mine = CheckIn.objects.filter(place=place, week=week.number).first() if week else None
    form = CheckInForm(request.POST or None, initial={"way": mine.way, "text": mine.text} if mine else {})
    if request.method == "POST" and form.is_valid():
        try:
            telling.check_in(programme.pk, request.user, week.number if week else 0, at=at, **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, {"checkin.text": "text", "checkin.way": "way"})
        else:
            messages.success(request, _("Thank you. Your cohort reads it."))
            return redirect(f"{programme.get_absolute_url()}?week={week.number if week else ''}#weeks")
    context = {"at": at, "programme": programme, "week": week, "mine": mine, "form": form,
               "late": week is not None and rules.is_late(week, at),
               "may": policies.may_check_in(place, programme, week, at=at)}  # fmt: skip
    return render(request, "programmes/checkin.html", context, status=422 if form.is_bound else 200)


def _week(request: HttpRequest, programme: Programme, at: datetime) -> rules.Week | None:
    """The week asked for, else the running one."""
    asked = request.GET.get("week", "")
    if not asked:
        return programme.week_at(at)
    return next((week for week in programme.weeks if str(week.number) == asked), None)


@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    check_in = said(request, public_id, at)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            telling.reply(check_in, form.cleaned_data["text"], by=request.user, at=at)
        except RuleBroken as refused:
            refuse(form, refused, {"reply.text": "text"})
        else:
            messages.success(request, _("Your answer is there."))
            return redirect("check_in", public_id)
    return render(
        request, "programmes/thread.html", _thread(request, check_in, form, at), status=422 if form.is_bound else 200
    )


def _thread(request: HttpRequest, check_in: CheckIn, form: ReplyForm, at: datetime) -> dict[str, Any]:
    programme = check_in.place.programme
    return {
        "at": at,
        "check_in": check_in,
        "programme": programme,
        "replies": list(check_in.replies.filter(removed_at=None).select_related("author")[:100]),
        "form": form,
        "may_reply": policies.may_reply(request.user, check_in, at=at),
        "back": f"{reverse('programme', args=[programme.public_id])}?week={check_in.week}#weeks",
    }


@require_POST
def take_back(request: HttpRequest, public_id: str, reply_id: str) -> HttpResponse:
    at = timezone.now()
    check_in = said(request, public_id, at)
    if not check_in.replies.filter(public_id=reply_id, author=request.user).exists():
        raise Http404
    telling.take_back(reply_id, by=request.user, at=at)
    messages.success(request, _("Your answer is taken away."))
    return redirect("check_in", public_id)
