"""The reviewer's desk (R4): queue, one application beside it, three decisions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import policies, selectors
from community.members.forms import LetterForm, RejectionForm, VerificationForm
from community.members.models import Application
from community.members.services import reviewing
from community.members.views import wording

QUEUE_PAGE = 30


@desk(REVIEWER)
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "members/desk_queue.html", _queue(request, timezone.now()))


@desk(REVIEWER)
def application(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _found(public_id))


@require_POST
@desk(REVIEWER)
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    reviewing.claim(_found(public_id).pk, by=request.user, at=timezone.now())
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    reviewing.release(_found(public_id).pk, by=request.user, at=timezone.now())
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def verify(request: HttpRequest, public_id: str) -> HttpResponse:
    at, found = timezone.now(), _found(public_id)
    form = VerificationForm(request.POST, today=day_of(at))
    if not form.is_valid():
        return _page(request, found, verification_form=form)
    reviewing.verify(found.pk, **form.cleaned_data, by=request.user, at=at)
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    found = reviewing.approve(_found(public_id).pk, by=request.user, at=timezone.now())
    messages.success(
        request, _("Approved. %(name)s has been told; the three weeks begin today.") % {"name": found.full_name}
    )
    return redirect("desk_applications")


@require_POST
@desk(REVIEWER)
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    at, found = timezone.now(), _found(public_id)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _page(request, found, letter_form=form)
    try:
        reviewing.ask(found.pk, reason=form.cleaned_data["reason"], by=request.user, at=at)
    except RuleBroken as refused:
        return _refused(request, found, form, refused)
    messages.success(request, _("%(name)s has been asked and can edit the application.") % {"name": found.full_name})
    return redirect("desk_applications")


@require_POST
@desk(REVIEWER)
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    at, found = timezone.now(), _found(public_id)
    form = RejectionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, letter_form=form)
    try:
        reviewing.reject(found.pk, **form.cleaned_data, by=request.user, at=at)
    except RuleBroken as refused:
        return _refused(request, found, form, refused)
    messages.success(request, _("Rejected. %(name)s has been told why.") % {"name": found.full_name})
    return redirect("desk_applications")


def _found(public_id: str) -> Application:
    return get_object_or_404(selectors.for_review(public_id))


def _refused(request: HttpRequest, found: Application, form: LetterForm, refused: RuleBroken) -> HttpResponse:
    """What was written to the applicant stays in its field when somebody else was first."""
    form.add_error(None, refused.sentence)
    found.refresh_from_db()
    return _page(request, found, letter_form=form)


def _queue(request: HttpRequest, at: object) -> dict[str, object]:
    name = request.GET.get("queue", "waiting")
    name = name if name in selectors.QUEUES else "waiting"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(selectors.review_queue(name, text), QUEUE_PAGE).get_page(request.GET.get("page"))
    return {"queue": name, "q": text, "page": page, "tabs": wording.queue_tabs(name, selectors.queue_sizes()), "at": at}


def _page(request: HttpRequest, found: Application, **forms: object) -> HttpResponse:
    at = timezone.now()
    context = {
        **_queue(request, at),
        "application": found,
        "entries": wording.timeline(selectors.timeline(found, staff=True)),
        "colleagues": selectors.colleagues(found),
        "may_review": policies.may_review(request.user, found),
        "may_decide": policies.may_decide(request.user, found, at=at),
        "claimed": found.claim_holds(at),
        "checks": wording.checks(found, at),
        "verification_form": VerificationForm(today=day_of(at)),
        "letter_form": LetterForm(),
        **forms,
    }
    return render(request, "members/desk_application.html", context)
