"""Asking a member to an event by name, at the desk (R36)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.events.forms.inviting import InvitationForm
from community.events.selectors import invitations
from community.events.services import inviting
from community.kernel.access import ORGANIZER, desk
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.members import selectors as members
from community.members.selectors import chapters


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    person = _member(request, public_id, at)
    cities = chapters.cities_run_by(request.user)
    events = {event.public_id: event for event in invitations.choice(person, at, cities)}
    form = InvitationForm(request.POST or None, events=events.values(), at=at)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.invite(events[form.cleaned_data["event"]].pk, person.pk, by=request.user, at=at)
        except RuleBroken as refused:
            refuse(form, refused, dict.fromkeys((refused.code,), "event"))
        else:
            messages.success(request, _("Invited. %(name)s gets a letter.") % {"name": person.name})
            return redirect("desk_figures_coverage")
    context = {"person": person, "form": form, "events": events, "at": at}
    return render(request, "events/desk_invite.html", context, status=422 if form.errors else 200)


def _member(request: HttpRequest, public_id: str, at: datetime) -> Any:
    """A member in good standing whom this organizer looks after; anybody else does not exist here (404)."""
    people = members.members_in_good_standing(day_of(at))
    own = chapters.at_home_in(people, chapters.cities_run_by(request.user))
    person = own.filter(public_id=public_id).first()
    if person is None:
        raise Http404
    return person
