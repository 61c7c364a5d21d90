"""The administrators' look at what runs by itself and at the letters that did not leave."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.kernel import jobs, resending, retention
from community.kernel.access import ADMINISTRATOR, desk
from community.pages import jobs as words

ROWS_A_PAGE = 30


@require_safe
@desk(ADMINISTRATOR)
def job_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    rows = words.rows(jobs.all_jobs(at=at), at=at)
    context = {
        "troubled": [row for row in rows if row.state in words.TROUBLES],
        "fine": [row for row in rows if row.state not in words.TROUBLES],
        "never_ran": all(row.job.last is None for row in rows),
    }
    return render(request, "pages/desk_jobs.html", context | {"tabs": _tabs("desk_jobs", at), "at": at})


@require_safe
@desk(ADMINISTRATOR)
def letters(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(resending.failed(at=at), ROWS_A_PAGE).get_page(request.GET.get("page"))
    for message in page.object_list:
        message.title = words.title_of(message.kind)
        message.reason = words.reason_of(message.error)
        message.again = resending.may_send_again(message, at=at)
    context = {"figures": words.letter_figures(at), "page": page, "tabs": _tabs("desk_letters", at), "at": at}
    return render(request, "pages/desk_letters.html", context)


@require_safe
@desk(ADMINISTRATOR)
def deleted(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"reports": retention.report(at=at), "tabs": _tabs("desk_deleted", at), "at": at}
    return render(request, "pages/desk_deleted.html", context)


@require_POST
@desk(ADMINISTRATOR)
def run_now(request: HttpRequest, name: str) -> HttpResponse:
    jobs.run_now(name, by=request.user, at=timezone.now())
    messages.success(request, _("The worker was rung. Look at this page again in a moment."))
    return redirect("desk_jobs")


@require_POST
@desk(ADMINISTRATOR)
def send_again(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        resending.send_again(public_id, by=request.user, at=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("It waits to be sent again."))
    return redirect("desk_letters")


def _tabs(current: str, at: datetime) -> list[dict[str, object]]:
    failed = resending.failed(at=at).count()
    return [
        {"label": _("Jobs"), "url": reverse("desk_jobs"), "current": current == "desk_jobs"},
        {"label": _("Letters"), "url": reverse("desk_letters"), "count": failed or None, "current": current == "desk_letters"},
        {"label": _("Deleted by itself"), "url": reverse("desk_deleted"), "current": current == "desk_deleted"},
    ]  # fmt: skip
