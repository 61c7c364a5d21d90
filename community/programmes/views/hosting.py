"""What those who lead a programme see: who is silent, who asks, and what they decide at the end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.programmes import policies, selectors, states
from community.programmes.forms import DecisionForm
from community.programmes.models import CheckIn, Place, Programme
from community.programmes.services import ending, joining
from community.programmes.views.opening import led


@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = led(request, public_id, at)
    places, week = list(selectors.places(programme)), programme.week_at(at)
    said = selectors.said_by_week(places)
    context = {
        "at": at,
        "programme": programme,
        "state": programme.status_at(at),
        "week": week,
        "silent": selectors.silent(programme, week.number) if week else [],
        "wanted": selectors.answers_wanted(programme),
        "askings": selectors.askings(programme),
        "rows": [(place, weeks_of(programme, said[place.pk])) for place in places],
        "undecided": sum(place.status == states.JOINED for place in places),
        "challenges": selectors.challenges_of(programme),
        "office": policies.is_office(request.user),
    }
    return render(request, "programmes/host.html", context)


def weeks_of(programme: Programme, said: list[CheckIn]) -> list[tuple[Any, CheckIn | None]]:
    """Every week of a programme with what one person said in it."""
    by_week = {check_in.week: check_in for check_in in said}
    return [(week, by_week.get(week.number)) for week in programme.weeks]


@require_POST
def answer(request: HttpRequest, public_id: str, asking_id: str) -> HttpResponse:
    at = timezone.now()
    programme = led(request, public_id, at)
    if not programme.askings.filter(public_id=asking_id).exists():
        raise Http404
    let_in = request.POST.get("answer") == "in"
    joining.answer_asking(asking_id, let_in=let_in, by=request.user, at=at)
    messages.success(request, _("Answered: they can sign up now.") if let_in else _("Answered, kindly."))
    return redirect("programme_host", public_id)


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, public_id: str, place_id: str) -> HttpResponse:
    at = timezone.now()
    programme = led(request, public_id, at)
    chosen = selectors.places(programme).filter(public_id=place_id).first()
    if chosen is None:
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ending.decide(chosen.public_id, by=request.user, at=at, **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, {"place.sentence": "sentence"})
        else:
            messages.success(request, _("Decided. %(name)s reads it now.") % {"name": chosen.person.name})
            return redirect("programme_host", public_id)
    context = {"at": at, "programme": programme, "place": chosen, "form": form, "may": _may(request, chosen, programme, at),
               "goal": selectors.goals_of([chosen.person_id]).get(chosen.person_id),
               "weeks": weeks_of(programme, selectors.said_by_week([chosen])[chosen.pk])}  # fmt: skip
    return render(request, "programmes/place.html", context, status=422 if form.is_bound else 200)


def _may(request: HttpRequest, chosen: Place, programme: Programme, at: Any) -> Any:
    return policies.may_decide(request.user, chosen, programme, at=at)
