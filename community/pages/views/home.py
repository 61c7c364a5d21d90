"""The page a signed-in person starts from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.members.services import first_days
from community.pages import home as composition


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html", composition.page(request.user, at=timezone.now()))


@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    """The list of the first thirty days, by whoever has seen enough of it."""
    first_days.put_away(request.user.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Put away. All of it stays where it is, under its own name."))
    return redirect("home")
