"""Posts as members read them: the list, one post, one's own."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.matching.selectors import lists as matching
from community.matching.services import answering as matches
from community.posts import policies, rules, selectors, states
from community.posts.forms import AnswerForm, PostFilter
from community.posts.models import Post
from community.posts.services import photos
from community.posts.views.opening import for_members, found

PAGE = 20
PEOPLE = 20


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    kind = request.GET.get("kind", "")
    kind = kind if kind in rules.KINDS else ""
    posts = selectors.readable(request.user, at)
    narrowed = PostFilter(request.GET, queryset=posts.filter(kind=kind) if kind else posts)
    context = {
        "at": at,
        "kind": kind,
        "tabs": _tabs(request, kind),
        "form": narrowed.form,
        "filtered": any(request.GET.get(name) for name in ("q", "lack", "topic", "industry", "city")),
        "page": Paginator(narrowed.qs, PAGE).get_page(request.GET.get("page")),
        "may_post": policies.may_post(request.user, at=at),
    }
    return render(request, "posts/list.html", context)


def _tabs(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    """The kinds, keeping what the list is narrowed by."""
    labels = {"": _("All"), rules.NEED: _("Needs"), rules.OFFER: _("Offers"), rules.DILEMMA: _("Dilemmas")}
    tabs = []
    for name, label in labels.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["kind"] = name
        tabs.append({"label": label, "url": f"?{query.urlencode()}", "current": name == kind})
    return tabs


@require_safe
@for_members
def mine(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(selectors.mine(request.user), PAGE).get_page(request.GET.get("page"))
    quotas = selectors.quotas(request.user, at)
    context = {
        "at": at,
        "page": page,
        "quotas": [(label, quotas[kind]) for kind, label in Post.Kind.choices],
        "may_post": policies.may_post(request.user, at=at),
        "muted": selectors.muted_people(request.user),
    }
    return render(request, "posts/mine.html", context)


@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    post = found(request, public_id, at)
    if post.author_id != request.user.pk and post.status == states.OPEN:
        matches.seen(post.public_id, request.user.pk, at=at)
    return render(request, "posts/page.html", page_context(request, post, at))


def page_context(request: HttpRequest, post: Post, at: datetime, form: AnswerForm | None = None) -> dict[str, Any]:
    reader = request.user
    author = post.author_id == reader.pk
    return {
        "at": at,
        "post": post,
        "state": post.status_at(at),
        "mine": author,
        "threads": [] if post.status == states.DRAFT else selectors.thread(post, reader),
        "form": form or AnswerForm(),
        "may_answer": policies.may_answer(reader, post, at=at),
        "may_change": author and policies.may_change(reader, post, at=at),
        "may_renew": author and policies.may_renew(reader, post, at=at),
        "quota": selectors.quota(reader, post.kind, at) if author and post.status == states.DRAFT else None,
        **_loop(request, post, at),
        "may_moderate": policies.may_moderate(reader),
        "answered": post.first_answered_at is not None,
        "answer_hours": rules.hours_to_answer(post.opened_at, post.first_answered_at),
    }


def _loop(request: HttpRequest, post: Post, at: datetime) -> dict[str, Any]:
    """R31: for its author, whom a need found and what they said; for others, whether they said anything yet."""
    if post.status == states.DRAFT:
        return {}
    if post.author_id != request.user.pk:
        return {"introduction": selectors.between(post, request.user)}
    known = selectors.about(post)
    people = [] if post.kind == rules.OFFER else matching.matches(post.public_id, at=at)[:PEOPLE]
    told = [(match, known.pop(match.person_id, None)) for match in people]
    return {
        "counts": matching.counts([post.public_id])[post.public_id],
        "told": told,
        "others": list(known.values()),
        "thanks": list(post.thanks.select_related("helper")),
    }


@require_safe
def photo(request: HttpRequest, public_id: str, photo_id: str) -> HttpResponse:
    post = found(request, public_id, timezone.now())
    picture = post.photos.filter(public_id=photo_id).first()
    if picture is None:
        raise Http404
    answer = HttpResponse(photos.content_of(picture), content_type=picture.content_type)
    answer["Cache-Control"] = "private, max-age=86400"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    return answer
