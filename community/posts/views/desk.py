"""The organizer's desk: what nobody answers, and what was reported (R33)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.kernel.access import ORGANIZER, desk
from community.matching.selectors import lists as matching
from community.posts import selectors
from community.posts.forms import OutcomeForm
from community.posts.models import MemberReport, Report
from community.posts.selectors import office
from community.posts.services import care

PAGE = 20
PEOPLE = "people"
FIGURES_OF = timedelta(days=90)


@require_safe
@desk(ORGANIZER)
def index(request: HttpRequest) -> HttpResponse:
    return _page(request, request.GET.get("list", ""))


def _page(request: HttpRequest, which: str, refused: OutcomeForm | None = None, about: str = "") -> HttpResponse:
    """`refused`: what was typed about the report `about`, which stays open with it."""
    at, people = timezone.now(), office.reported_people(request.user)
    which = which if which in (*selectors.OFFICE_LISTS, PEOPLE) else selectors.OFFICE_LISTS[0]
    sizes = selectors.office_sizes(at) | {PEOPLE: people.count()}
    rows = people if which == PEOPLE else selectors.office_list(which, at)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    posts = [] if which in ("reports", PEOPLE) else [row.public_id for row in page]
    suggested = matching.foremost(posts, at=at) if posts else {}
    for row in page if which == PEOPLE else []:
        row.form = refused if row.public_id == about else OutcomeForm(auto_id=f"{row.public_id}-%s")
    context = {
        "at": at,
        "which": which,
        "tabs": _tabs(which, sizes),
        "page": page,
        "rows": [(row, suggested.get(row.public_id, [])) for row in page],
        "figures": selectors.figures(at - FIGURES_OF, at, at),
    }
    return render(request, "posts/desk.html", context, status=422 if refused else 200)


def _tabs(which: str, sizes: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "unanswered": _("72 hours without an answer"),
        "unread": _("Not read after 48 hours"),
        "reports": _("Reported"),
        PEOPLE: _("Reported members"),
    }
    return [
        {"label": label, "url": f"?list={name}", "count": sizes[name], "current": name == which}
        for name, label in labels.items()
    ]


@require_POST
@desk(ORGANIZER)
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        care.settle(
            public_id, hide=request.POST.get("decision") == "hide", reason=request.POST.get("reason", "")[:300],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Report.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Settled."))
    return redirect("/desk/posts/?list=reports")


@require_POST
@desk(ORGANIZER)
def settle_person(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was done about a reported member, for the record."""
    form = OutcomeForm(request.POST, auto_id=f"{public_id}-%s")
    if form.is_valid():
        try:
            care.settle_member_report(public_id, by=request.user, at=timezone.now(), **form.cleaned_data)
        except MemberReport.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("Settled."))
        return redirect(f"{reverse('desk_posts')}?list={PEOPLE}")
    return _page(request, PEOPLE, form, public_id)
