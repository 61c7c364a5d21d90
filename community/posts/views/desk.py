"""The organizer's desk: what nobody answers, and what was reported (R33)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.kernel.access import ORGANIZER, desk
from community.matching.selectors import lists as matching
from community.posts import selectors
from community.posts.models import Report
from community.posts.services import care

PAGE = 20
FIGURES_OF = timedelta(days=90)


@require_safe
@desk(ORGANIZER)
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    which = request.GET.get("list", "")
    which = which if which in selectors.OFFICE_LISTS else selectors.OFFICE_LISTS[0]
    sizes = selectors.office_sizes(at)
    page = Paginator(selectors.office_list(which, at), PAGE).get_page(request.GET.get("page"))
    suggested = matching.foremost([row.public_id for row in page], at=at) if which != "reports" else {}
    context = {
        "at": at,
        "which": which,
        "tabs": _tabs(which, sizes),
        "page": page,
        "rows": [(row, suggested.get(row.public_id, [])) for row in page],
        "figures": selectors.figures(at - FIGURES_OF, at, at),
    }
    return render(request, "posts/desk.html", context)


def _tabs(which: str, sizes: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "unanswered": _("72 hours without an answer"),
        "unread": _("Not read after 48 hours"),
        "reports": _("Reported"),
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
