"""Switching auto-renewal off: one tap, signed in or from the letter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.billing import notifications, selectors
from community.billing.models import AutoRenewal
from community.billing.services import auto_renewals


@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    """A second tap finds it off already and says so."""
    running = selectors.auto_renewal_of(request.user)
    if running is not None:
        auto_renewals.stop(running, by=request.user, at=timezone.now())
    messages.success(request, _("Auto-renewal is off. Nothing more is taken from your card."))
    return redirect("billing")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Straight from the letter: the signed link proves whose; looking changes nothing."""
    try:
        found = signing.Signer(salt=notifications.SWITCH_OFF).unsign(token)
    except signing.BadSignature:
        raise Http404 from None
    running = get_object_or_404(AutoRenewal, public_id=found)
    if request.method == "POST":
        auto_renewals.stop(running, by=None, at=timezone.now())
        return redirect("auto_renewal_off_by_letter", token)
    context = {"token": token, "done": running.status != AutoRenewal.Status.ON, "renewal": running}
    return render(request, "billing/auto_renewal_off.html", context)
