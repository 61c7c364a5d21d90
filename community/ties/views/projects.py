"""Joint projects: declared by one, confirmed by everybody for themselves."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.ties.forms import ProjectForm
from community.ties.models import Project
from community.ties.selectors import people
from community.ties.services import projects
from community.ties.views.opening import for_members, tabs

FIELDS = {"project.title": "title", "project.day": "since_on", "project.partners": "partners", "tie.none": "partners"}


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"at": at, "tabs": tabs("projects"), "projects": people.projects_of(request.user, at)}
    return render(request, "ties/projects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def new(request: HttpRequest) -> HttpResponse:
    """Declare one. Looking for a partner by name, in the same form, keeps what is typed and chosen, and declares nothing."""
    at, typed = timezone.now(), request.POST
    q = typed.get("q", "").replace("\x00", "").strip()[:40]
    found = people.to_choose(request.user, at, q)
    nobody = bool(q) and not found
    found = people.to_choose(request.user, at) if nobody else found
    chosen = people.picked(request.user, typed.getlist("partners"), at)
    choices = {one.public_id: one.name for one in [*chosen, *found]}
    if "look" in typed and q:
        kept = {name: typed.get(name, "") for name in ("title", "since_on")} | {"partners": typed.getlist("partners")}
        return _form(request, ProjectForm(choices=list(choices.items()), initial=kept), q, nobody=nobody)
    form = ProjectForm(typed or None, choices=list(choices.items()), initial={"since_on": day_of(at)})
    if not form.is_valid():
        return _form(request, form, q, status=422 if form.errors else 200)
    try:
        _declare(request.user, form.cleaned_data, at)
    except RuleBroken as no:
        form.add_error(FIELDS.get(no.code), no.sentence)
        return _form(request, form, q, status=422)
    messages.success(request, _("Declared. Each partner is asked to confirm; it ties those who do."))
    return redirect("projects")


def _declare(person: Any, typed: dict[str, Any], at: datetime) -> Project:
    keys = people.chosen(person, typed["partners"], at)
    return projects.declare(person, title=typed["title"], since_on=typed["since_on"], partners=keys, at=at)


def _form(request: HttpRequest, form: ProjectForm, q: str, *, nobody: bool = False, status: int = 200) -> HttpResponse:
    context = {"form": form, "q": q, "nobody": nobody}
    return render(request, "ties/project_new.html", context, status=status)


def _found(request: HttpRequest, public_id: str) -> Project:
    found = people.project_of(request.user, public_id)
    if found is None:
        raise Http404
    return found


@require_POST
@for_members
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    yes = request.POST.get("answer") == "yes"
    projects.answer(_found(request, public_id), yes=yes, by=request.user, at=timezone.now())
    messages.success(
        request, _("Confirmed: it ties everybody who confirms.") if yes else _("All right. Nobody is told.")
    )
    return redirect("projects")


@require_POST
@for_members
def leave(request: HttpRequest, public_id: str) -> HttpResponse:
    projects.leave(_found(request, public_id), by=request.user, at=timezone.now())
    messages.success(request, _("Your name is off this project."))
    return redirect("projects")
