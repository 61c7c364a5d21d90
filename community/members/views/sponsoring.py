"""A member who was named as a trainee's sponsor (R11): who it is, and a way to say no."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.members import states
from community.members.models import Application
from community.members.services import trainees


def page(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(_sponsored(request), public_id=public_id)
    undecided = found.status in (states.SUBMITTED, states.MORE_NEEDED)
    return render(request, "members/sponsoring.html", {"application": found, "undecided": undecided})


@require_POST
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(_sponsored(request), public_id=public_id)
    trainees.decline(found.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Noted. The reviewers know; %(name)s is not told by us.") % {"name": found.full_name})
    return redirect("sponsoring", public_id)


def _sponsored(request: HttpRequest) -> QuerySet[Application]:
    return Application.objects.filter(sponsor=request.user).exclude(status=states.DRAFT)
