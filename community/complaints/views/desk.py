"""The office's queue of complaints, and one ticket."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.complaints import policies, selectors
from community.complaints.forms import OutcomeForm, SaidForm
from community.complaints.models import Complaint
from community.complaints.services import handling
from community.kernel.access import ADMINISTRATOR, ORGANIZER, desk
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse

PAGE = 30


@require_safe
@desk(ORGANIZER, ADMINISTRATOR)
def index(request: HttpRequest) -> HttpResponse:
    at, which = timezone.now(), "closed" if request.GET.get("list") == "closed" else "open"
    rows = list_page = Paginator(selectors.queue(request.user, which), PAGE).get_page(request.GET.get("page"))
    for row in rows:
        row.late = row.is_overdue(at)
    sizes = selectors.sizes(request.user, at)
    tabs = [
        {"label": _("Open"), "url": "?list=open", "count": sizes["open"], "current": which == "open"},
        {"label": _("Closed"), "url": "?list=closed", "count": None, "current": which == "closed"},
    ]
    context = {"page": list_page, "tabs": tabs, "which": which, "sizes": sizes, "at": at}
    return render(request, "complaints/desk.html", context)


def _found(request: HttpRequest, public_id: str) -> Complaint:
    """What this colleague may work on; anything else does not exist."""
    rows = selectors.for_office(request.user).select_related("filer", "person", "taken_by", "closed_by", "event")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


@require_safe
@desk(ORGANIZER, ADMINISTRATOR)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _found(request, public_id))


def _page(request: HttpRequest, row: Complaint, **forms: Form) -> HttpResponse:
    at = timezone.now()
    context = {
        "complaint": row,
        "said": selectors.thread(row),
        "late": row.is_overdue(at),
        "may_work": policies.may_add(row),
        "mine": row.taken_by_id == request.user.pk,
        "answer": forms.get("answer") or SaidForm(auto_id="answer-%s"),
        "outcome": forms.get("outcome") or OutcomeForm(auto_id="outcome-%s"),
        "closing": "outcome" in forms,
        "at": at,
    }
    return render(request, "complaints/desk_page.html", context, status=422 if forms else 200)


@require_POST
@desk(ORGANIZER, ADMINISTRATOR)
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _found(request, public_id)
    handling.take(row, by=request.user, at=timezone.now())
    messages.success(request, _("It is yours now."))
    return redirect("desk_complaint", public_id)


@require_POST
@desk(ORGANIZER, ADMINISTRATOR)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    row, form = _found(request, public_id), SaidForm(request.POST, auto_id="answer-%s")

    def act(text: str) -> None:
        handling.answer(row, text, by=request.user, at=timezone.now())

    return _done(request, row, "answer", form, act, _("Answered; a letter tells them."))


@require_POST
@desk(ORGANIZER, ADMINISTRATOR)
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    row, form = _found(request, public_id), OutcomeForm(request.POST, auto_id="outcome-%s")

    def act(text: str) -> None:
        handling.close(row, text, by=request.user, at=timezone.now())

    return _done(request, row, "outcome", form, act, _("Closed; a letter tells them and asks how it was."))


def _done(
    request: HttpRequest, row: Complaint, name: str, form: Form, act: Callable[[str], None], said: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data["text"])
        except RuleBroken as refused:
            refuse(form, refused, {"complaint.empty": "text"})
        else:
            messages.success(request, said)
            return redirect("desk_complaint", row.public_id)
    return _page(request, row, **{name: form})
