"""The office's desk: programmes planned, opened, copied, called off; challenges for whole stages."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.programmes import selectors, states
from community.programmes.forms import ProgrammeForm, ReasonForm, initial_days, initial_of
from community.programmes.models import Programme
from community.programmes.services import planning
from community.programmes.views.challenges import new_challenge
from community.programmes.views.opening import led

PAGE = 20
FIELDS = {
    "programme.days": "last_on", "programme.past": "starts_on", "programme.begun": "starts_on",
    "programme.seats": "seats", "programme.hosts": "hosts", "programme.hosts_place": "hosts",
    "programme.ladder": "follows",
}  # fmt: skip


@require_safe
@desk(ORGANIZER)
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(selectors.desk_list(at), PAGE).get_page(request.GET.get("page"))
    rows = [(programme, programme.status_at(at)) for programme in page]
    running = selectors.run_by_office(at)
    context = {"at": at, "page": page, "rows": rows, "challenges": [(one, one.status_at(at)) for one in running]}
    return render(request, "programmes/desk.html", context)


@require_http_methods(["GET", "POST"])
@desk(ORGANIZER)
def new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = ProgrammeForm(request.POST or None, at=at, initial=initial_days(at))
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.create(by=request.user, at=at, **form.details)
        except RuleBroken as refused:
            refuse(form, refused, FIELDS)
        else:
            messages.success(request, _("A draft. Nobody sees it until you open it."))
            return redirect("desk_programme", made.public_id)
    return _page(request, None, form, at)


@require_http_methods(["GET", "POST"])
@desk(ORGANIZER)
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = led(request, public_id, at)
    form = ProgrammeForm(request.POST or None, at=at, programme=programme, initial=initial_of(programme))
    if request.method == "POST" and form.is_valid():
        try:
            planning.edit(programme.pk, by=request.user, at=at, **form.details)
        except RuleBroken as refused:
            refuse(form, refused, FIELDS)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk_programme", public_id)
    return _page(request, programme, form, at)


def _page(
    request: HttpRequest, programme: Programme | None, form: ProgrammeForm, at: datetime, **more: Any
) -> HttpResponse:
    state = programme.status_at(at) if programme else ""
    context = {
        "at": at,
        "programme": programme,
        "form": form,
        "state": state,
        "changeable": state not in (states.ENDED, states.CANCELLED),
        "taken": selectors.places(programme).count() if programme else 0,
        "reason": ReasonForm(),
        **more,
    }
    bound = form.is_bound or context["reason"].is_bound
    return render(request, "programmes/desk_edit.html", context, status=422 if bound else 200)


@require_POST
@desk(ORGANIZER)
def open_up(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    planning.open_up(led(request, public_id, at).pk, by=request.user, at=at)
    messages.success(request, _("Members can sign up now."))
    return redirect("desk_programme", public_id)


@require_POST
@desk(ORGANIZER)
def copy(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    made = planning.copy(led(request, public_id, at).pk, by=request.user, at=at)
    messages.success(request, _("The next run, as a draft. Look at its days."))
    return redirect("desk_programme", made.public_id)


@require_POST
@desk(ORGANIZER)
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    programme = led(request, public_id, at)
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        form = ProgrammeForm(at=at, programme=programme, initial=initial_of(programme))
        return _page(request, programme, form, at, reason=reason)
    planning.cancel(programme.pk, reason=reason.cleaned_data["reason"], by=request.user, at=at)
    messages.success(request, _("Called off. Everybody who held a place is told why."))
    return redirect("desk_programmes")


@require_http_methods(["GET", "POST"])
@desk(ORGANIZER)
def challenge(request: HttpRequest) -> HttpResponse:
    return new_challenge(request, None, reverse("desk_programmes"), timezone.now())
