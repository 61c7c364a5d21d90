"""The doors of this app: who may read at all, and which post an address means."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from community.posts import policies, selectors
from community.posts.models import Post


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


def found(request: HttpRequest, public_id: str, at: datetime) -> Post:
    """The post, if this reader may see it; otherwise it does not exist."""
    post = selectors.by_public_id(public_id)
    if post is None or not policies.may_see(request.user, post, at=at):
        raise Http404
    return post


def own(request: HttpRequest, public_id: str) -> Post:
    post = selectors.by_public_id(public_id)
    if post is None or post.author_id != request.user.pk:
        raise Http404
    return post
