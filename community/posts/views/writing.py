"""What an author does with a post: write, look at it, publish, renew, close."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.kernel.errors import RuleBroken
from community.posts import policies, rules, selectors
from community.posts.forms import PostForm, initial_of
from community.posts.models import Post
from community.posts.services import photos, posting
from community.posts.views.opening import own

FIELD_OF = {"post.past": "valid_until_on"}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    verdict = policies.may_post(request.user, at=at)
    if not verdict:
        raise PermissionDenied(verdict.sentence)
    stage = selectors.stage_for(request.user)
    form = PostForm(request.POST or None, at=at, stage=stage, initial=_initial(request, at))
    if request.method == "POST" and form.is_valid():
        post = posting.create(by=request.user, at=at, **form.details)
        messages.success(request, _("This is how members will see it. Nobody does until you publish it."))
        return redirect(post)
    return render(request, "posts/edit.html", {"form": form, "post": None, "at": at, **_room(request, at)})


def _initial(request: HttpRequest, at: datetime) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    return {
        "kind": kind if kind in rules.KINDS else rules.NEED,
        "title": request.GET.get("title", "")[: rules.TITLE_MOST],
        "valid_until_on": rules.last_day(at),
    }


def _room(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """How many posts of each kind may still be opened."""
    quotas = selectors.quotas(request.user, at)
    return {"quotas": [(label, quotas[kind]) for kind, label in Post.Kind.choices]}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    post = own(request, public_id)
    verdict = policies.may_change(request.user, post, at=at)
    if not verdict:
        messages.error(request, verdict.sentence)
        return redirect(post)
    stage = selectors.stage_for(request.user, post)
    form = PostForm(request.POST or None, at=at, post=post, stage=stage, initial=initial_of(post))
    if request.method == "POST" and form.is_valid():
        try:
            posting.edit(post.pk, by=request.user, at=at, **form.details)
        except RuleBroken as refused:
            form.add_error(FIELD_OF.get(refused.code), refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect(post)
    return render(request, "posts/edit.html", {"form": form, "post": post, "at": at, **_room(request, at)})


@require_POST
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    post = posting.publish(own(request, public_id).pk, by=request.user, at=timezone.now())
    scoped = _("It is open to members at your stage now.")
    messages.success(request, scoped if post.for_stage else _("It is open to all members now."))
    return redirect(post)


@require_POST
def renew(request: HttpRequest, public_id: str) -> HttpResponse:
    post = posting.renew(own(request, public_id).pk, by=request.user, at=timezone.now())
    messages.success(request, _("Renewed: thirty days from today."))
    return redirect(post)


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    post = posting.close(own(request, public_id).pk, by=request.user, at=timezone.now())
    messages.success(request, _("Closed. The answers stay readable."))
    return redirect(post)


@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    posting.discard(own(request, public_id).pk, by=request.user, at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect("posts_mine")


@require_POST
def add_photo(request: HttpRequest, public_id: str) -> HttpResponse:
    post = own(request, public_id)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a picture first."))
    else:
        photos.add(post, file, by=request.user, at=timezone.now())
        messages.success(request, _("The picture is there."))
    return redirect(post)


@require_POST
def remove_photo(request: HttpRequest, public_id: str, photo_id: str) -> HttpResponse:
    post = own(request, public_id)
    photo = post.photos.filter(public_id=photo_id).first()
    if photo is None:
        raise Http404
    photos.remove(photo, by=request.user, at=timezone.now())
    return redirect(post)
