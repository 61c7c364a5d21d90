"""Answering, choosing the best answer, reporting, muting."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.kernel.errors import RuleBroken
from community.posts import policies
from community.posts.forms import AnswerForm, ReportForm
from community.posts.models import Answer, Post
from community.posts.services import answering, care
from community.posts.views.opening import for_members, found
from community.posts.views.reading import page_context


@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    post = found(request, public_id, at)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            written = answering.answer(
                post.pk, form.cleaned_data["text"], by=request.user, at=at, to=request.POST.get("to", "")
            )
        except RuleBroken as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Your answer is there."))
            return redirect(written)
    context = page_context(request, post, at, form) | {"reply_to": request.POST.get("to", "")}
    return render(request, "posts/page.html", context, status=422)


def _answer(request: HttpRequest, public_id: str, answer_id: str) -> tuple[Post, Answer]:
    post = found(request, public_id, timezone.now())
    answer = post.answers.filter(public_id=answer_id, removed_at=None).select_related("post", "author").first()
    if answer is None:
        raise Http404
    return post, answer


@require_POST
def best(request: HttpRequest, public_id: str, answer_id: str) -> HttpResponse:
    post, chosen = _answer(request, public_id, answer_id)
    answering.choose_best(chosen, by=request.user, at=timezone.now())
    messages.success(request, _("Marked as the best answer."))
    return redirect(post)


@require_POST
def remove(request: HttpRequest, public_id: str, answer_id: str) -> HttpResponse:
    post, mine = _answer(request, public_id, answer_id)
    if mine.author_id != request.user.pk:
        raise Http404
    answering.remove(mine, by=request.user, at=timezone.now())
    messages.success(request, _("Your answer is taken away."))
    return redirect(post)


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    post = found(request, public_id, at)
    if not policies.may_read(request.user, at=at):
        raise Http404
    which = request.POST.get("answer") or request.GET.get("answer", "")
    answer = _answer(request, public_id, which)[1] if which else None
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        care.report(post, answer, by=request.user, at=at, **form.cleaned_data)
        messages.success(request, _("Thank you. The organizer's office looks at it; nobody else knows you wrote."))
        return redirect(post)
    return render(request, "posts/report.html", {"form": form, "post": post, "answer": answer, "at": at})


@require_POST
def mute(request: HttpRequest, public_id: str) -> HttpResponse:
    post = found(request, public_id, timezone.now())
    care.mute(request.user, post.author_id, at=timezone.now())
    messages.success(request, _("You won't read them any more. They are not told; undo it under “My posts”."))
    return redirect("posts")


@require_POST
@for_members
def unmute(request: HttpRequest) -> HttpResponse:
    muted = request.user.mutes.filter(muted__public_id=request.POST.get("person", "")).first()
    if muted is not None:
        care.unmute(request.user, muted.muted_id)
    return redirect("posts_mine")
