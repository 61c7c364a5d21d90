"""One's own complaints: file one, read the answers, write more, say how it was."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.complaints import policies, selectors
from community.complaints.forms import ComplaintForm, RatingForm, SaidForm
from community.complaints.models import Complaint
from community.complaints.services import filing
from community.events.selectors import person as seats
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse

PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.of_person(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_file": policies.may_file(request.user), "at": timezone.now()}
    return render(request, "complaints/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    form = ComplaintForm(request.POST or None, attended=seats.attended_lately(request.user.pk, at), at=at)
    if form.is_valid():
        try:
            made = filing.file(request.user, at=at, **form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, {"complaint.own": "named", "complaint.empty": "text", "complaint.event": "event"})
        else:
            messages.success(request, _("Sent. You have a first answer within 72 hours, here and by a letter."))
            return redirect(made)
    context = {"form": form, "may_file": policies.may_file(request.user)}
    return render(request, "complaints/new.html", context, status=422 if form.errors else 200)


def _mine(request: HttpRequest, public_id: str) -> Complaint:
    row = selectors.of_person(request.user).select_related("closed_by", "event").filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _mine(request, public_id))


def _page(request: HttpRequest, row: Complaint, **forms: Form) -> HttpResponse:
    context = {
        "complaint": row,
        "said": selectors.thread(row),
        "may_add": policies.may_add(row),
        "may_rate": policies.may_rate(row),
        "form": forms.get("form") or SaidForm(),
        "rating": forms.get("rating") or RatingForm(),
        "at": timezone.now(),
    }
    return render(request, "complaints/page.html", context, status=422 if forms else 200)


@require_POST
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    row, form = _mine(request, public_id), SaidForm(request.POST)

    def act(data: dict[str, Any]) -> None:
        filing.add(row, data["text"], by=request.user, at=timezone.now())

    return _done(request, row, "form", form, act, _("Sent."))


@require_POST
def rate(request: HttpRequest, public_id: str) -> HttpResponse:
    row, form = _mine(request, public_id), RatingForm(request.POST)

    def act(data: dict[str, Any]) -> None:
        filing.rate(row, data["satisfied"], by=request.user, at=timezone.now())

    return _done(request, row, "rating", form, act, _("Thank you."))


def _done(
    request: HttpRequest, row: Complaint, name: str, form: Form, act: Callable[[dict[str, Any]], None], said: str
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except RuleBroken as refused:
            refuse(form, refused, {"complaint.empty": "text", "complaint.event": "event"})
        else:
            messages.success(request, said)
            return redirect(row)
    return _page(request, row, **{name: form})
