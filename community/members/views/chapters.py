"""The administrator's page of chapters: which cities each organizer runs."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.kernel.access import ADMINISTRATOR, desk
from community.members import selectors
from community.members.forms import ChaptersForm
from community.members.selectors import chapters as of_office
from community.members.services import chapters


@require_safe
@desk(ADMINISTRATOR)
def index(request: HttpRequest) -> HttpResponse:
    rows = [(person, {row.city_id for row in person.chapters.all()}) for person in of_office.organizers()]
    also = set().union(*(chosen for _person, chosen in rows))
    context = {"rows": rows, "cities": selectors.active_cities(also=also)}
    return render(request, "members/desk_chapters.html", context)


@require_POST
@desk(ADMINISTRATOR)
def choose(request: HttpRequest, public_id: str) -> HttpResponse:
    person = of_office.organizers().filter(public_id=public_id).first()
    form = ChaptersForm(request.POST)
    if person is None or not form.is_valid():
        raise Http404
    if chapters.choose(person.pk, form.cleaned_data["city"], by=request.user, at=timezone.now()):
        messages.success(request, _("Saved. It counts from the next page %(name)s opens.") % {"name": person.name})
    return redirect("desk_chapters")
