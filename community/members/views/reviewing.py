"""The reviewer's desk (R4): the queue, and one application beside it. Deciding has a module of its own."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.days import day_of
from community.members import policies, rules, selectors, states
from community.members.forms import LetterForm, QueueFilter, VerificationForm, WordsForm
from community.members.models import Application
from community.members.selectors import flags
from community.members.services import reviewing
from community.members.views import register, wording

QUEUE_PAGE = 30


@desk(REVIEWER)
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "members/desk_queue.html", _queue(request, timezone.now()))


@desk(REVIEWER)
def application(request: HttpRequest, public_id: str) -> HttpResponse:
    return page(request, found(public_id))


@require_POST
@desk(REVIEWER)
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    reviewing.claim(found(public_id).pk, by=request.user, at=timezone.now())
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    reviewing.release(found(public_id).pk, by=request.user, at=timezone.now())
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def verify(request: HttpRequest, public_id: str) -> HttpResponse:
    at, current = timezone.now(), found(public_id)
    form = VerificationForm(request.POST, today=day_of(at))
    if not form.is_valid():
        return page(request, current, verification_form=form)
    reviewing.verify(current.pk, **form.cleaned_data, by=request.user, at=at)
    return redirect("desk_application", public_id)


def found(public_id: str) -> Application:
    return get_object_or_404(selectors.for_review(public_id))


def _queue(request: HttpRequest, at: datetime) -> dict[str, Any]:
    name = request.GET.get("queue", "waiting")
    name = name if name in selectors.QUEUES else "waiting"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    only = QueueFilter(request.GET)
    rows = selectors.review_queue(name, text, at=at, reader=request.user, **only.only())
    page = Paginator(rows, QUEUE_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.age = wording.age(row, at)
    return {
        "queue": name,
        "q": text,
        "filter": only,
        "filtered": bool(only.only()),
        "page": page,
        "tabs": wording.queue_tabs(name, selectors.queue_sizes()),
        "requests": selectors.extension_requests(at),
        "at": at,
    }


def page(request: HttpRequest, application: Application, **forms: Any) -> HttpResponse:
    """One application beside the queue. Who applies or sponsors sees what the applicant sees, and nothing more."""
    at = timezone.now()
    staff = policies.may_review(request.user, application)
    waiting = application.extension_requests.filter(status=states.ASKED).select_related("asked_by").first()
    context = {
        **_queue(request, at),
        "application": application,
        "entries": wording.timeline(selectors.timeline(application, staff=bool(staff))),
        "flags": flags.flags(application) if staff else [],
        "may_review": staff,
        "may_decide": policies.may_decide(request.user, application, at=at),
        "claimed": application.claim_holds(at),
        "checks": wording.checks(application, at),
        "verification_form": VerificationForm(
            today=day_of(at), initial=register.prefilled(application.company, names=[application.full_name])
        ),
        **register.context(application.company),
        "letter_form": LetterForm(initial={"fields_asked": [rules.PAPERS]}),
        "words_form": WordsForm(),
        "may_extend": policies.may_ask_for_time(request.user, application, at=at),
        "request_waiting": waiting,
        "may_answer": policies.may_answer_request(request.user, waiting, at=at) if waiting else None,
        "open_questions": [q for q in application.questions.all() if q.answered_at is None],
        **forms,
    }
    return render(request, "members/desk_application.html", context)
