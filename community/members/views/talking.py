"""Words between applicants and reviewers, reviewers' notes, and the week two reviewers can give (R6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.errors import RuleBroken
from community.members import selectors, states
from community.members.forms import WordsForm
from community.members.services import extending, talking
from community.members.views.reviewing import found, page


@require_POST
def question(request: HttpRequest) -> HttpResponse:
    current = selectors.live_application(request.user)
    if current is None:
        raise RuleBroken("application.none")
    talking.ask(current.pk, _text(request), by=request.user, at=timezone.now())
    messages.success(request, _("Asked. The answer comes here and by e-mail."))
    return redirect("application")


@require_POST
@desk(REVIEWER)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    number = request.POST.get("question", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Http404
    asked = get_object_or_404(found(public_id).questions, pk=int(number))
    talking.answer(asked.pk, _text(request), by=request.user, at=timezone.now())
    messages.success(request, _("Answered. The applicant has been told."))
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    talking.note(found(public_id).pk, _text(request), by=request.user, at=timezone.now())
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def extend(request: HttpRequest, public_id: str) -> HttpResponse:
    current, form = found(public_id), WordsForm(request.POST)
    if not form.is_valid():
        return page(request, current, words_form=form)
    extending.ask(current.pk, reason=form.cleaned_data["text"], by=request.user, at=timezone.now())
    messages.success(request, _("Asked. A second reviewer has to consent."))
    return redirect("desk_application", public_id)


@require_POST
@desk(REVIEWER)
def consent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Consent, or refuse with a reason."""
    at, waiting = timezone.now(), found(public_id).extension_requests.filter(status=states.ASKED).first()
    if waiting is None:
        raise RuleBroken("extension.stale")
    if request.POST.get("answer") == "refuse":
        extending.refuse(waiting.pk, reason=_text(request), by=request.user, at=at)
        messages.success(request, _("Refused. The reason stands on the desk's timeline."))
    else:
        extending.consent(waiting.pk, by=request.user, at=at)
        messages.success(request, _("The clock has a week more, and the applicant has been told."))
    return redirect("desk_application", public_id)


def _text(request: HttpRequest) -> str:
    form = WordsForm(request.POST)
    return str(form.cleaned_data["text"]) if form.is_valid() else ""
