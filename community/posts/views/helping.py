"""The loop: I can help, not me, introductions, and how it ended (R31–R33)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.matching.selectors import lists as matching
from community.members.selectors import blocks
from community.posts import policies, selectors, states
from community.posts.forms import NoteForm, SolveForm
from community.posts.models import Introduction, Thanks
from community.posts.selectors import cards
from community.posts.services import introducing, solving
from community.posts.views import wording
from community.posts.views.opening import found, own

PAGE = 20


@require_POST
def help_with(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    post = found(request, public_id, at)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect(post)
    made = introducing.help_with(post.pk, by=request.user, at=at, note=form.cleaned_data["note"])
    if made.status == states.ASKED:
        messages.success(request, _("%(name)s is told now. When they agree, you get each other's contact data.") % {"name": post.author.name})  # fmt: skip
    return redirect(made if made.status in states.INTRODUCED else post)


@require_POST
def not_me(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    introducing.not_me(found(request, public_id, at), by=request.user, at=at)
    messages.success(request, _("Thank you for saying so. It is off your list."))
    return redirect("home")


@require_POST
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """The author asks somebody whom the need found, or who answered."""
    at = timezone.now()
    post = own(request, public_id)
    person = next((p for p in _askable(post, at) if p.public_id == request.POST.get("person", "")), None)
    if person is None:
        raise Http404
    introducing.ask(request.user, person.pk, post=post, at=at)
    messages.success(request, _("%(name)s is asked. You hear as soon as they answer.") % {"name": person.name})
    return redirect(post)


def _askable(post: Any, at: Any) -> list[Any]:
    found = [match.person for match in matching.matches(post.public_id, at=at)]
    return [*found, *selectors.helpers_of(post)]


@require_http_methods(["GET", "POST"])
def solve(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    post = own(request, public_id)
    verdict = policies.may_change(request.user, post, at=at)
    if not verdict or post.status != states.OPEN:
        messages.error(request, verdict.sentence or _("Only an open post can be solved."))
        return redirect(post)
    form = SolveForm(request.POST or None, helpers=selectors.helpers_of(post))
    if request.method == "POST" and form.is_valid():
        solving.solve(post.pk, by=request.user, at=at, **form.details)
        messages.success(request, _("Solved. Whoever helped reads your thanks at once."))
        return redirect(post)
    return render(request, "posts/solve.html", {"form": form, "post": post, "at": at})


@require_safe
def introductions(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    rows = selectors.of_person(request.user)
    context = {
        "at": at,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "thanks": selectors.thanks_for(request.user),
    }
    return render(request, "posts/introductions.html", context)


def _mine(request: HttpRequest, public_id: str) -> Introduction:
    """An introduction exists for the two of it alone."""
    rows = Introduction.objects.filter(Q(asker=request.user) | Q(asked=request.user))
    row = rows.select_related("asker", "asked", "post").filter(public_id=public_id).first()
    if row is None or blocks.are_apart(row.asker_id, row.asked_id):
        raise Http404
    return row


@require_safe
def introduction(request: HttpRequest, public_id: str) -> HttpResponse:
    """Both cards, each as the other may read it, and a suggested time; contact data when both have said yes (R32)."""
    at = timezone.now()
    row = _mine(request, public_id)
    other = row.asked if row.asker_id == request.user.pk else row.asker
    over = row.status == states.ASKED and at >= row.expires_at
    agreed = row.status in states.INTRODUCED
    pair = ((other, request.user), (request.user, other))
    context = {
        "at": at,
        "introduction": row,
        "other": other,
        "asks_me": row.asked_id == request.user.pk,
        "state": states.EXPIRED if over else row.status,
        "agreed": agreed,
        "cards": [(person, wording.rows(*cards.cards(reader, [person])), agreed) for person, reader in pair],
    }
    return render(request, "posts/introduction.html", context)


@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _mine(request, public_id)
    yes = request.POST.get("answer") == "yes"
    introducing.answer(row, yes=yes, by=request.user, at=timezone.now())
    if yes:
        messages.success(request, _("You know each other now: the contact data of both stands below."))
        return redirect(row)
    messages.success(request, _("It is said kindly: not this time."))
    return redirect("introductions")


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    introducing.withdraw(_mine(request, public_id), by=request.user, at=timezone.now())
    messages.success(request, _("The question is taken back."))
    return redirect("introductions")


@require_POST
def have_talked(request: HttpRequest, public_id: str) -> HttpResponse:
    row = introducing.have_talked(_mine(request, public_id), by=request.user, at=timezone.now())
    messages.success(request, _("Good. If it solved something, its author can say so on its page."))
    return redirect(row)


@require_POST
def thanks(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        solving.confirm(public_id, yes=request.POST.get("answer") == "yes", by=request.user, at=timezone.now())
    except Thanks.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Thank you. It is on record."))
    return redirect("introductions")
