"""Three decisions (R4, R53), each with a look at its letter before it is sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.kernel import outbox
from community.kernel.access import REVIEWER, desk
from community.kernel.errors import RuleBroken
from community.members import notifications, policies
from community.members.forms import ApprovalForm, AskingForm, LetterForm, RejectionForm
from community.members.models import Application
from community.members.services import reviewing
from community.members.views import wording
from community.members.views.reviewing import found, page

FORMS = {"approve": ApprovalForm, "ask": AskingForm, "reject": RejectionForm}


@require_POST
@desk(REVIEWER)
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """The letter as the applicant would read it, in their language. Nothing is decided yet."""
    at, current = timezone.now(), found(public_id)
    decision = request.POST.get("decision", "")
    form = FORMS.get(decision, AskingForm)(request.POST)
    if decision not in FORMS or not form.is_valid():
        return page(request, current, letter_form=form)
    try:
        policies.may_decide(request.user, current, at=at).insist()
        if decision == "approve":
            policies.papers_in_order(current, at=at).insist()
    except RuleBroken as refused:
        return _refused(request, current, form, refused)
    words = {"reason": form.cleaned_data["reason"], "reason_code": form.cleaned_data["reason_code"]}
    kind, facts = notifications.letter(decision, current, at=at, **words)
    subject, text = outbox.drafted(kind, current.person, facts)
    context = {
        "application": current, "decision": decision, "form": form, "subject": subject, "text": text,
        "title": wording.DECISIONS[decision], "asked": wording.asked(form.cleaned_data["fields_asked"]),
    }  # fmt: skip
    return render(request, "members/desk_letter.html", context)


@require_POST
@desk(REVIEWER)
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    current = found(public_id)
    try:
        reviewing.approve(current.pk, by=request.user, at=timezone.now())
    except RuleBroken as refused:
        return _refused(request, current, ApprovalForm(request.POST), refused)
    messages.success(
        request, _("Approved. %(name)s has been told; the three weeks begin today.") % {"name": current.full_name}
    )
    return redirect("desk_applications")


@require_POST
@desk(REVIEWER)
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    at, current, form = timezone.now(), found(public_id), AskingForm(request.POST)
    if not form.is_valid():
        return page(request, current, letter_form=form)
    try:
        reviewing.ask(
            current.pk, reason=form.cleaned_data["reason"], fields=form.cleaned_data["fields_asked"], by=request.user,
            at=at,
        )  # fmt: skip
    except RuleBroken as refused:
        return _refused(request, current, form, refused)
    messages.success(request, _("%(name)s has been asked and can answer now.") % {"name": current.full_name})
    return redirect("desk_applications")


@require_POST
@desk(REVIEWER)
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    at, current, form = timezone.now(), found(public_id), RejectionForm(request.POST)
    if not form.is_valid():
        return page(request, current, letter_form=form)
    words = {"reason": form.cleaned_data["reason"], "reason_code": form.cleaned_data["reason_code"]}
    try:
        reviewing.reject(current.pk, **words, by=request.user, at=at)
    except RuleBroken as refused:
        return _refused(request, current, form, refused)
    messages.success(request, _("Rejected. %(name)s has been told why.") % {"name": current.full_name})
    return redirect("desk_applications")


def _refused(request: HttpRequest, current: Application, form: LetterForm, refused: RuleBroken) -> HttpResponse:
    """What was written to the applicant stays in its field when somebody else was first."""
    form.add_error(None, refused.sentence)
    current.refresh_from_db()
    return page(request, current, letter_form=form)
