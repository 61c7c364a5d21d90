"""Where everybody of the organizer's office starts the day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.kernel.access import ROLES, desk
from community.pages import overview


@require_safe
@desk(*ROLES)
def desk_index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"sections": overview.sections(request.user, at=at), "at": at, "here": request.path}
    return render(request, "pages/desk.html", context)
