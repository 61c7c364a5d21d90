"""The page a signed-in person starts from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.pages import home as composition


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html", composition.page(request.user, at=timezone.now()))
