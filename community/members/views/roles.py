"""The administrators' page of roles: who works for the club, and as what."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.kernel.access import ADMINISTRATOR, desk, fresh
from community.kernel.errors import RuleBroken
from community.members import forms
from community.members.models import Person
from community.members.selectors import office
from community.members.services import roles


@require_http_methods(["GET", "HEAD", "POST"])
@desk(ADMINISTRATOR)
@fresh
def index(request: HttpRequest) -> HttpResponse:
    form = forms.RoleForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form)
    person, role = form.person, form.cleaned_data["role"]
    if roles.give(person.pk, role, by=request.user, at=timezone.now()):
        messages.success(request, _("%(name)s holds the role now, and reads it in a letter.") % {"name": person.name})
    else:
        messages.info(request, _("%(name)s holds this role already.") % {"name": person.name})
    return redirect("desk_roles")


@require_POST
@desk(ADMINISTRATOR)
@fresh
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    person = Person.objects.filter(public_id=public_id).first()
    form = forms.RoleTakenForm(request.POST, auto_id="refused-%s")
    if person is None or "role" in form.errors:
        raise Http404
    if form.is_valid():
        try:
            if roles.take(person.pk, by=request.user, at=timezone.now(), **form.cleaned_data):
                messages.success(
                    request, _("Done. It counts from the next page %(name)s opens.") % {"name": person.name}
                )
            return redirect("desk_roles")
        except RuleBroken as refused:
            form.add_error("reason", refused.sentence)
    return _page(request, forms.RoleForm(), taking=(person.pk, form.data["role"]), refused=form)


def _asked(person: Person, role: str) -> forms.RoleTakenForm:
    """One form a role: each with names of its own for its fields."""
    return forms.RoleTakenForm(initial={"role": role}, auto_id=f"{role}-{person.public_id}-%s")


def _page(
    request: HttpRequest,
    form: forms.RoleForm,
    *,
    taking: tuple[int, str] | None = None,
    refused: forms.RoleTakenForm | None = None,
) -> HttpResponse:
    """`refused` is the form of the person and role that were to be taken apart, as it was typed."""
    people = office.staff()
    for person in people:
        person.rows = [
            {
                "name": forms.ROLE_NAMES[role],
                "since": since,
                "open": taking == (person.pk, role),
                "form": refused if taking == (person.pk, role) else _asked(person, role),
            }
            for role, since in person.roles
        ]
    status = 422 if form.errors or refused else 200
    return render(request, "members/desk_roles.html", {"people": people, "form": form}, status=status)
