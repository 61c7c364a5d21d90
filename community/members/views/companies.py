"""One's own company, and the desk of companies: yearly checks, and what members ask to change (R2, R11)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import policies
from community.members.forms import ChangeDecisionForm, CompanyChangeForm, YearlyCheckForm
from community.members.models import Company, CompanyChange
from community.members.selectors import companies as lists
from community.members.selectors import evidence
from community.members.services import companies, verifying
from community.members.views import register

PAGE = 30
NAMES = {
    "due": gettext_lazy("Check again"),
    "mend": gettext_lazy("To be mended"),
    "changes": gettext_lazy("Changes asked"),
    "all": gettext_lazy("All"),
}


def mine(request: HttpRequest) -> HttpResponse:
    """GET shows one's companies and what is asked; POST asks to change."""
    at = timezone.now()
    form = CompanyChangeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            companies.ask_change(request.user, form.cleaned_data, form.papers, at=at)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Sent. A reviewer compares it with the public register and writes to you."))
            return redirect("my_company")
    context = {
        "form": form,
        "stakes": lists.stakes_of(request.user),
        "changes": lists.changes_of(request.user)[:5],
        "may_change": policies.may_change_company(request.user, at=at),
        "today": day_of(at),
        "trainee_term": lists.trainee_term(request.user, day_of(at)),
        "openings": evidence.openings(request.user),
    }
    return render(request, "members/my_company.html", context)


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    change = get_object_or_404(CompanyChange, public_id=public_id, person=request.user)
    companies.withdraw_change(change.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back. Everything stays as it was."))
    return redirect("my_company")


@desk(REVIEWER)
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    name = request.GET.get("list", "due")
    name = name if name in lists.LISTS else "due"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    today = day_of(at)
    rows: Any = {
        "due": lambda: lists.due(today),
        "mend": lambda: lists.to_mend(today),
        "changes": lists.open_changes,
        "all": lambda: lists.every(text),
    }[name]()
    context = {
        "list": name,
        "q": text,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "tabs": _tabs(name, lists.sizes(today)),
        "at": at,
        "today": today,
    }
    return render(request, "members/desk_companies.html", context)


@desk(REVIEWER)
def company(request: HttpRequest, public_id: str) -> HttpResponse:
    return _company(request, get_object_or_404(lists.page_of(public_id)))


@require_POST
@desk(REVIEWER)
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    at, found = timezone.now(), get_object_or_404(lists.page_of(public_id))
    form = YearlyCheckForm(request.POST, today=day_of(at), people=_people(found))
    if not form.is_valid():
        return _company(request, found, form=form)
    clean = form.cleaned_data
    verifying.again(found.pk, _looked(clean), whose=clean["whose"], by=request.user, at=at)
    messages.success(request, _("Recorded. Whoever has something to mend has been told."))
    return redirect("desk_company", public_id)


@desk(REVIEWER)
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    return _change(request, get_object_or_404(lists.change_of(public_id)))


@require_POST
@desk(REVIEWER)
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, approve=True)


@require_POST
@desk(REVIEWER)
def refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, approve=False)


def _decide(request: HttpRequest, public_id: str, *, approve: bool) -> HttpResponse:
    at, found = timezone.now(), get_object_or_404(lists.change_of(public_id))
    form = ChangeDecisionForm(request.POST, today=day_of(at))
    if not form.is_valid():
        return _change(request, found, form=form)
    looked, by = _looked(form.cleaned_data), request.user
    try:
        if approve:
            companies.approve_change(found.pk, looked, by=by, at=at)
        else:
            companies.refuse_change(found.pk, looked, reason=form.cleaned_data["reason"], by=by, at=at)
    except RuleBroken as refused:
        form.add_error(None, refused.sentence)
        found.refresh_from_db()
        return _change(request, found, form=form)
    messages.success(request, _("Decided. %(name)s has been told.") % {"name": found.person.name})
    return redirect(f"{reverse('desk_companies')}?list=changes")


def _looked(clean: dict[str, Any]) -> verifying.Looked:
    return verifying.Looked(clean["source"], clean["checked_on"], clean["result"], clean["note"])


def _people(found: Company) -> list[Any]:
    """Whose role the yearly check is about."""
    return [stake.person for stake in found.stakes.all() if stake.ended_at is None and stake.counted_from_on]


def _company(request: HttpRequest, found: Company, form: Any = None) -> HttpResponse:
    today, people = day_of(timezone.now()), _people(found)
    context = {
        "company": found,
        "people": people,
        "own": request.user in people,
        "form": form or YearlyCheckForm(today=today, people=people, initial=register.prefilled(found)),
        "today": today,
        **register.context(found),
    }
    return render(request, "members/desk_company.html", context)


def _change(request: HttpRequest, found: CompanyChange, form: Any = None) -> HttpResponse:
    today = day_of(timezone.now())
    context = {
        "change": found,
        "company": found.company,
        "may_decide": policies.may_decide_change(request.user, found),
        "form": form or ChangeDecisionForm(today=today, initial=register.prefilled(found.company)),
        **register.context(found.company),
    }
    return render(request, "members/desk_change.html", context)


def _tabs(current: str, sizes: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"{reverse('desk_companies')}?list={name}", "current": name == current,
         "count": sizes.get(name)}
        for name, label in NAMES.items()
    ]  # fmt: skip
