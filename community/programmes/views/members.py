"""Programmes as members read them, and the goal they work at."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.members.selectors.stages import STAGE_NAMES, stage_of
from community.programmes import policies, rules, selectors, states
from community.programmes.forms import AskingForm, ChangeGoalForm, CloseGoalForm, GoalForm, tomorrow
from community.programmes.models import Programme
from community.programmes.services import goals, joining
from community.programmes.views.opening import for_members, found

PAGE = 20
GOAL_FIELDS = {"goal.text": "text", "goal.day": "by_on"}


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    stage = stage_of(request.user)
    mine = selectors.mine(request.user)
    held = {place.programme_id for place in mine}
    others = [programme for programme in selectors.listed(at) if programme.pk not in held]
    fits = {programme.pk for programme in others if rules.stage_fits(programme.stages, stage)}
    context = {
        "at": at,
        "today": day_of(at),
        "stage": STAGE_NAMES.get(stage, ""),
        "goal": selectors.goal_of(request.user),
        "now": [
            (place, place.programme.status_at(at)) for place in mine if place.programme.status_at(at) != states.ENDED
        ],
        "over": [place for place in mine if place.programme.status_at(at) == states.ENDED],
        "for_me": [one for one in others if one.pk in fits],
        "for_others": [one for one in others if one.pk not in fits],
        "challenges": selectors.challenges_for(request.user, at),
        "page": Paginator(selectors.ended(at), PAGE).get_page(request.GET.get("page")),
        "office": policies.is_office(request.user),
    }
    return render(request, "programmes/list.html", context)


@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = found(request, public_id, at)
    return render(request, "programmes/page.html", page_context(request, programme, at))


def page_context(
    request: HttpRequest, programme: Programme, at: datetime, form: AskingForm | None = None
) -> dict[str, Any]:
    person, state = request.user, programme.status_at(at)
    place, leads = policies.place_of(person, programme), policies.leads(person, programme, at=at)
    week = _week(request, programme, at)
    inside = policies.may_meet(person, programme, at=at)
    lines = selectors.lines(programme, week.number if week else None) if inside else []
    return {
        "at": at,
        "programme": programme,
        "state": state,
        "place": place,
        "leads": leads,
        "taken": len(lines) if inside else selectors.places(programme).count(),
        "lines": lines,
        "week": week,
        "weeks": _tabs(programme, week, at) if inside else [],
        "mine": selectors.said_by_week([place])[place.pk] if place else [],
        "may_join": policies.may_join(person, programme, at=at) if place is None else None,
        "may_ask": policies.may_ask_in(person, programme, at=at) if place is None else None,
        "may_check_in": policies.may_check_in(place, programme, programme.week_at(at), at=at),
        "may_leave": policies.may_leave(place, programme, at=at),
        "following": selectors.following(programme, place.status, at) if place and place.decided_at else None,
        "challenges": selectors.challenges_of(programme) if inside else [],
        "form": form or AskingForm(),
    }


def _week(request: HttpRequest, programme: Programme, at: datetime) -> rules.Week | None:
    """The week somebody looks at: the one asked for, else the running one, else the last one that has begun."""
    begun = [week for week in programme.weeks if week.begins_at <= at]
    asked = request.GET.get("week", "")
    chosen = [week for week in begun if str(week.number) == asked]
    return (chosen or begun[-1:] or [None])[0]


def _tabs(programme: Programme, shown: rules.Week | None, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "label": _("Week %(n)d") % {"n": week.number},
            "url": f"?week={week.number}#weeks",
            "current": shown is not None and week.number == shown.number,
        }
        for week in programme.weeks
        if week.begins_at <= at
    ]


@require_POST
def join(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = found(request, public_id, at)
    joining.join(programme.pk, request.user, at=at)
    messages.success(request, _("Your place is taken. We look forward to you."))
    return redirect(programme)


@require_POST
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = found(request, public_id, at)
    joining.leave(programme.pk, request.user, at=at)
    messages.success(request, _("Your place is given back. What you wrote stays with the cohort."))
    return redirect("programmes")


@require_POST
def ask_in(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = found(request, public_id, at)
    form = AskingForm(request.POST)
    if form.is_valid():
        try:
            joining.ask_in(programme.pk, request.user, text=form.cleaned_data["text"], at=at)
        except RuleBroken as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("The hosts read it. You get an answer by e-mail."))
            return redirect(programme)
    return render(request, "programmes/page.html", page_context(request, programme, at, form), status=422)


@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    _insist_on_goals(request, at)
    mine = selectors.goal_of(request.user)
    form = (ChangeGoalForm if mine else GoalForm)(request.POST or None, initial=_initial(mine))
    if request.method == "POST" and form.is_valid():
        try:
            (goals.change if mine else goals.state)(request.user, at=at, **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, GOAL_FIELDS)
        else:
            messages.success(request, _("Your goal stands."))
            return redirect("programmes")
    status = 422 if form.is_bound else 200
    return render(request, "programmes/goal.html", _goal_context(request, mine, form, at), status=status)


def _insist_on_goals(request: HttpRequest, at: datetime) -> None:
    verdict = policies.may_state_goal(request.user, at=at)
    if not verdict:
        raise PermissionDenied(verdict.sentence)


def _initial(mine: Any) -> dict[str, Any]:
    return {"text": mine.text, "by_on": mine.by_on} if mine else {}


def _goal_context(request: HttpRequest, mine: Any, form: Any, at: datetime, closing: Any = None) -> dict[str, Any]:
    form.fields["by_on"].widget.attrs["min"] = tomorrow(at).isoformat()
    return {
        "at": at,
        "goal": mine,
        "form": form,
        "closing": closing or CloseGoalForm(),
        "closed": selectors.closed_goals(request.user),
        "stage": STAGE_NAMES.get(stage_of(request.user), ""),
    }


@require_POST
def close_goal(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    _insist_on_goals(request, at)
    mine = selectors.goal_of(request.user)
    form = CloseGoalForm(request.POST)
    if not form.is_valid():
        other = (ChangeGoalForm if mine else GoalForm)(initial=_initial(mine))
        return render(request, "programmes/goal.html", _goal_context(request, mine, other, at, form), status=422)
    goals.close(
        request.user, request.POST.get("goal", ""), form.cleaned_data["how"], word=form.cleaned_data["word"], at=at
    )
    messages.success(request, _("Closed. What comes next?"))
    return redirect("programme_goal")
