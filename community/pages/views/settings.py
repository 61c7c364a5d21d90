"""What is set for this club, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.kernel.access import ADMINISTRATOR, desk
from community.pages import settings


@require_safe
@desk(ADMINISTRATOR)
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/desk_settings.html", {"groups": settings.groups()})
