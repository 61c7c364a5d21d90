"""A seat here for the one at the same time elsewhere: what it means is said before anybody presses."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.events import policies, rules, selectors
from community.events.services import changing_over
from community.kernel.errors import RuleBroken


def page(request: HttpRequest, public_id: str) -> HttpResponse:
    event, at = selectors.for_page(public_id), timezone.now()
    if event is None or not policies.may_see(request.user, event):
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            changing_over.change_over(event.pk, request.user, by=request.user, at=at)
            messages.success(
                request, _("The seat is yours, and the other one is given back. We have sent you the details.")
            )
            return redirect(event)
        except RuleBroken as refused:
            refusal = refused.sentence
    held = selectors.at_the_same_time(event.pk, request.user.pk)
    if not held and not refusal:
        return redirect(event)
    context = {
        "at": at,
        "event": event,
        "refusal": refusal,
        "held": [(signup, rules.is_late(signup.event.starts_at, at)) for signup in held],
        "late": any(rules.is_late(signup.event.starts_at, at) for signup in held),
        "bound": any(not policies.may_withdraw(signup, signup.event, at=at) for signup in held),
    }
    return render(request, "events/change_over.html", context)
