"""The door of these pages: members in good standing. Others read why not, and what would change it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from community.ties import policies


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verdict = policies.may_tell(request.user, at=timezone.now())
        if not verdict:
            raise PermissionDenied(verdict.sentence)
        return view(request, *args, **kwargs)

    return guarded


def tabs(current: str) -> list[dict[str, Any]]:
    """The ways through these pages."""
    places = [
        ("people", _("People I have met")),
        ("people_map", _("My map")),
        ("projects", _("Joint projects")),
    ]
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in places]
