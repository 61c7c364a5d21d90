"""When sign-up opens for which class: the administrator's setting (R22)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.events import selectors
from community.events.forms.openings import OpeningsForm
from community.events.services import openings
from community.kernel.access import ADMINISTRATOR, desk


@desk(ADMINISTRATOR)
def page(request: HttpRequest) -> HttpResponse:
    form = OpeningsForm(request.POST or None, kinds=openings.KINDS, there=selectors.opening_hours())
    if request.method == "POST" and form.is_valid():
        openings.set_hours(form.wanted, by=request.user, at=timezone.now())
        messages.success(request, _("Saved. It holds for what is published from now on."))
        return redirect("desk_openings")
    return render(request, "events/desk_openings.html", {"form": form})
