"""The doors of this app: who may read at all, and which thing an address means."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from community.programmes import policies, selectors
from community.programmes.models import Challenge, CheckIn, Programme


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open to members in good standing (and the office): others read why not, and what would change it."""
    from django.utils import timezone

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verdict = policies.may_read(request.user, at=timezone.now())
        if not verdict:
            raise PermissionDenied(verdict.sentence)
        return view(request, *args, **kwargs)

    return guarded


def found(request: HttpRequest, public_id: str, at: datetime) -> Programme:
    """The programme, if this reader may see it; otherwise it does not exist."""
    programme = selectors.by_public_id(public_id)
    if programme is None or not policies.may_see(request.user, programme, at=at):
        raise Http404
    return programme


def led(request: HttpRequest, public_id: str, at: datetime) -> Programme:
    """The same, for those who lead it."""
    programme = selectors.by_public_id(public_id)
    if programme is None or not policies.leads(request.user, programme, at=at):
        raise Http404
    return programme


def said(request: HttpRequest, public_id: str, at: datetime) -> CheckIn:
    """What somebody of a cohort said, for them, the cohort and those who lead it."""
    check_in = selectors.check_in_by_public_id(public_id)
    if check_in is None or not policies.may_read_line(request.user, check_in, at=at):
        raise Http404
    return check_in


def challenge(request: HttpRequest, public_id: str, at: datetime) -> Challenge:
    found = Challenge.objects.select_related("programme").filter(public_id=public_id).first()
    if found is None or not policies.may_see_challenge(request.user, found, at=at):
        raise Http404
    return found
