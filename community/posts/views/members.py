"""The directory and one member's card."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_ratelimit.core import is_ratelimited

from community.kernel.errors import RuleBroken
from community.matching.selectors import searching
from community.members.selectors import naming
from community.members.services import blocking
from community.posts import policies, rules, selectors
from community.posts.forms import DirectoryForm, MemberReportForm, NoteForm
from community.posts.selectors import cards
from community.posts.services import care, introducing, profiles
from community.posts.views import wording
from community.posts.views.opening import for_members

PAGE = 20


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = DirectoryForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    context = {"at": at, "form": form, "q": chosen.get("q", ""), "tag": chosen.get("tag", "")}
    if chosen.get("q"):
        return render(request, "posts/who_has.html", context | _found(request, chosen, at))
    people = cards.directory(
        request.user, at, industry=chosen.get("industry"), city=chosen.get("city"), tag=chosen.get("tag", "")
    )
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "cards": cards.cards(request.user, page)}
    context["filtered"] = any(chosen.get(name) for name in ("industry", "city", "tag"))
    return render(request, "posts/members.html", context)


def _found(request: HttpRequest, chosen: dict[str, Any], at: Any) -> dict[str, Any]:
    """ "Who has …": by offers, cards and past answers."""
    city, industry = chosen.get("city"), chosen.get("industry")
    filters = searching.Filters(industry=industry.pk if industry else None, city=city.pk if city else None)
    number = request.GET.get("page", "1")
    results = searching.search(
        chosen["q"], reader_id=request.user.pk, at=at, page=int(number[:6]) if number.isascii() and number.isdigit() else 1,
        filters=filters,
    )  # fmt: skip
    pages = Paginator(range(results.people), PAGE)
    facets = wording.facets(results.facets, *naming.lists_by_id())
    return {"results": results, "page": pages.get_page(results.page), "facets": facets}


def _opened(request: HttpRequest, public_id: str) -> Any:
    """The member behind a card. Whoever opens cards by the hundred is slowed down: contact data is no harvest."""
    person = cards.whose(request.user, public_id, timezone.now())
    if person is None:
        raise Http404
    others = person.pk != request.user.pk
    if others and is_ratelimited(request, group="posts.card", key="user", rate=rules.CARDS_AN_HOUR, increment=True):
        raise RuleBroken("card.many")
    return person


@require_safe
@for_members
def card(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _opened(request, public_id))


def _page(request: HttpRequest, person: Any, *, with_contact: bool = False) -> HttpResponse:
    at = timezone.now()
    (shown,) = cards.cards(request.user, [person], with_contact=with_contact)
    context = {
        "at": at,
        "card": shown,
        "rows": wording.rows(shown),
        "own": (own := person.pk == request.user.pk),
        "opened": with_contact,
        "introduction": None if own else selectors.with_person(request.user, person),
        "may_ask": policies.may_be_introduced(request.user, person, at=at),
        "posts": selectors.readable(request.user, at).filter(author=person)[:10],
        "credit": selectors.credit(person, at - rules.YEAR, at),
    }
    return render(request, "posts/card.html", context)


@require_POST
@for_members
def contact(request: HttpRequest, public_id: str) -> HttpResponse:
    """What its owner lets this reader see, opened one by one, on record for the owner."""
    person = _opened(request, public_id)
    if is_ratelimited(request, group="posts.contact", key="user", rate=rules.CONTACTS_A_DAY, increment=True):
        raise RuleBroken("card.many")
    (shown,) = cards.cards(request.user, [person])
    if shown.contact and person.pk != request.user.pk:
        at = timezone.now()
        profiles.opened_contact(profiles.of(person, at=at), list(shown.contact), by=request.user, at=at)
    return _page(request, person, with_contact=True)


@require_POST
@for_members
def block(request: HttpRequest, public_id: str) -> HttpResponse:
    """Neither meets the other any more; only whoever did it knows."""
    person = _opened(request, public_id)
    blocking.block(request.user, person.pk, at=timezone.now())
    messages.success(request, _("Blocked. They are not told; you can undo it on your card."))
    return redirect("members")


@require_POST
def unblock(request: HttpRequest) -> HttpResponse:
    if blocking.unblock(request.user, request.POST.get("person", "")[:12], at=timezone.now()):
        messages.success(request, _("Undone. You meet each other again as before."))
    return redirect("profile")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tell the office how a member behaves."""
    person = _opened(request, public_id)
    form = MemberReportForm(request.POST or None)
    if form.is_valid():
        care.report_member(person.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Thank you. The organizer's office looks at it; nobody else knows you wrote."))
        return redirect("member", public_id)
    context = {"form": form, "person": person}
    return render(request, "posts/report_member.html", context, status=422 if form.errors else 200)


@require_POST
@for_members
def introduce(request: HttpRequest, public_id: str) -> HttpResponse:
    person = _opened(request, public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("member", public_id)
    made = introducing.ask(request.user, person.pk, note=form.cleaned_data["note"], at=timezone.now())
    messages.success(request, _("%(name)s is asked. You hear as soon as they answer.") % {"name": person.name})
    return redirect(made)
