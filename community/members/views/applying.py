"""The applicant's pages: three short steps, kept as typed, and one page that says what is next."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.kernel.errors import RuleBroken
from community.kernel.forms import PlainText
from community.members import policies, rules, selectors, states
from community.members.forms import ApplicationForm, DocumentForm
from community.members.models import Application
from community.members.selectors import evidence
from community.members.services import applications
from community.members.views import wording


def application(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    current = selectors.live_application(request.user)
    context = {"application": current, "may_apply": policies.may_apply(request.user, at=at)}
    if current is not None:
        if current.status == states.APPROVED:
            current.clock_ends_at = policies.clock_end_at(current, at)
            context["may_pay"] = policies.may_pay_fee(request.user, at=at)
        if current.ready_at is not None:
            context |= wording.waiting_room(current, at)
        context |= {
            "asked": wording.asked(current.asked_fields),
            "may_ask": policies.may_ask_question(current),
            "status": policies.status_at(current, at),
            "entries": wording.timeline(selectors.timeline(current)),
            "editable": bool(policies.may_edit(current)),
            "withdrawable": states.APPLICATION.allows(current.status, "withdraw"),
            "documents": current.documents.all(),
            "openings": evidence.openings(request.user, of=current),
            "fee_due_at": current.fee_due_at,
        }
    return render(request, "members/application.html", context)


def edit(request: HttpRequest) -> HttpResponse:
    """GET shows a step of the draft; POST keeps what was typed, right or wrong, and goes on when it is right."""
    at = timezone.now()
    current = selectors.live_application(request.user)
    if request.method == "POST":
        current = applications.start(request.user, at=at)
        current = applications.save_draft(current.pk, _typed(request), by=request.user, at=at)
        form = ApplicationForm(current.draft, person=request.user, at=at)
        step = _step(request.POST.get("step"), form)
        if not any(name in form.errors for name in request.POST):
            return redirect(_step_url(_next(step, _open_places(current, form)[1])))
        return render(request, "members/application_edit.html", _page(current, form, step, at))
    if current is not None and current.status not in states.LIVE:
        current = None
    if current is None:
        policies.may_apply(request.user, at=at).insist()
    elif not policies.may_edit(current):
        return redirect("application")
    form = ApplicationForm(person=request.user, at=at, initial=_initial(request, current))
    step = _step(request.GET.get("step") or _open_places(current, form)[1][0], form)
    if current is not None and request.GET.get("check"):
        form = ApplicationForm(current.draft, person=request.user, at=at)
    return render(request, "members/application_edit.html", _page(current, form, step, at))


@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    current = applications.start(request.user, at=at)
    current = applications.save_draft(current.pk, _typed(request), by=request.user, at=at)
    form = ApplicationForm(current.draft, person=request.user, at=at)
    if not form.is_valid():
        return render(request, "members/application_edit.html", _page(current, form, "evidence", at, asked=True))
    try:
        answer = PlainText(required=False, max_length=2000).clean(request.POST.get("answer", "")[:2000])
        current = applications.submit(current.pk, form.cleaned_data, by=request.user, at=at, answer=answer)
    except RuleBroken:
        return render(request, "members/application_edit.html", _page(current, form, "evidence", at, asked=True))
    if current.status == states.DRAFT:
        messages.info(request, _("Everything is there. You are in line now; we write to you when it is your turn."))
        return redirect("application")
    messages.success(request, _("Sent. We answer within 72 hours, by e-mail and on this page."))
    return redirect("application")


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    current = selectors.live_application(request.user)
    if current is None:
        raise RuleBroken("application.none")
    applications.withdraw(current.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Your application is withdrawn. You can apply again any day."))
    return redirect("application")


def _typed(request: HttpRequest) -> dict[str, str]:
    """What this request says of the form's fields; a check box that was shown and left empty says no."""
    typed = {
        name: request.POST[name].replace("\x00", "")[:20_000]
        for name in ApplicationForm.base_fields
        if name in request.POST
    }
    if request.POST.get("step") == "evidence":
        typed.setdefault("consent", "")
    return typed


def _initial(request: HttpRequest, current: Application | None) -> dict[str, str]:
    if current is not None and current.draft:
        return current.draft
    person = request.user
    return {"full_name": person.full_name, "phone": str(person.phone or ""), "wechat": person.wechat}


def _step(wanted: str | None, form: ApplicationForm) -> str:
    return wanted if wanted in form.STEPS else "me"


def _next(step: str, shown: list[str]) -> str:
    steps = list(ApplicationForm.STEPS)
    return next((later for later in steps[steps.index(step) + 1 :] if later in shown), steps[-1])


def _step_url(step: str, check: bool = False) -> str:
    return f"{reverse('application_edit')}?step={step}{'&check=1' if check else ''}"


def _open_places(current: Application | None, form: ApplicationForm) -> tuple[set[str], list[str]]:
    """What may be changed now, and the steps that hold some of it; the last step is where one sends."""
    if current is None or current.status != states.MORE_NEEDED:
        return {*form.fields, rules.PAPERS}, list(form.STEPS)
    asked = policies.asked_of(current)
    return asked, [step for step, names in form.STEPS.items() if step == "evidence" or asked & set(names)]


def _page(
    current: Application | None, form: ApplicationForm, step: str, at: datetime, asked: bool = False
) -> dict[str, object]:
    documents = list(current.documents.all()) if current is not None else []
    missing = []
    if step == "evidence" and current is not None:
        missing = wording.missing(ApplicationForm(current.draft, person=form.person, at=at), documents, _step_url)
    elif form.is_bound:  # a step names its own places only; what is missing elsewhere is said before sending
        for name in form.errors.keys() - set(form.STEPS[step]):
            del form.errors[name]
    open_now, shown = _open_places(current, form)
    return {
        "application": current,
        "form": form,
        "step": step,
        "steps": wording.steps(step, _step_url, shown),
        "fields": [form[name] for name in form.STEPS[step] if name in open_now or name == "consent"],
        "papers_open": rules.PAPERS in open_now,
        "asked_labels": wording.asked(current.asked_fields) if current is not None else "",
        "intake": selectors.intake(at)
        if step == "evidence" and (current is None or current.status == states.DRAFT)
        else None,
        "documents": documents,
        "document_form": DocumentForm(),
        "room_left": len(documents) < rules.DOCUMENTS_MOST,
        "missing": missing,
        "asked": asked,
        "consent_text_version": rules.CONSENT_VERSION,
    }
