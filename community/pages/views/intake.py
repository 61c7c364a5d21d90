"""How many may come in: what is set for the gate, and whether there are seats for those let in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.events import selectors as events
from community.kernel.access import ADMINISTRATOR, REVIEWER, desk, has_role
from community.members import policies
from community.members import selectors as members
from community.members.forms import SettingsForm
from community.members.services import intake as gate


@desk(REVIEWER)
def intake(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    may_set_fee = has_role(request.user, ADMINISTRATOR)
    form = SettingsForm(request.POST or None, instance=policies.club_settings(), may_set_fee=may_set_fee)
    if request.method == "POST" and form.is_valid():
        gate.change(by=request.user, at=at, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk_intake")
    context = {
        "form": form,
        "intake": members.intake(at),
        "clock_seats": events.seats_for_clocks(at),
        "changes": members.settings_trail(),
    }
    return render(request, "pages/desk_intake.html", context)
