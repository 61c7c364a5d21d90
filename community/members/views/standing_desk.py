"""The administrators' pages of standing: who is suspended, whose membership may end, and who was a member once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.kernel.access import ADMINISTRATOR, ORGANIZER, desk, fresh
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.members import policies
from community.members.forms import standing as forms
from community.members.models import Expulsion, Farewell, Person, Suspension
from community.members.selectors import standing as selectors
from community.members.services import expelling, suspending

ROWS_A_PAGE = 30
A_YEAR = timedelta(days=365)
ONE = timedelta(days=1)
FIELDS = {"suspension.end": "last_on", "suspension.reason": "reason"}
FORMS = {
    "suspend": forms.SuspendForm,
    "move": forms.MoveEndForm,
    "lift": forms.ReasonForm,
    "answer": forms.AnswerForm,
    "expel": forms.ReasonForm,
    "refuse": forms.RecordForm,
    "withdraw": forms.RecordForm,
    "readmit": forms.ReasonForm,
}


@require_safe
@desk(ADMINISTRATOR)
def index(request: HttpRequest) -> HttpResponse:
    """What is to decide, who is suspended, and the way to anybody's page."""
    at = timezone.now()
    form = forms.PersonFilter(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "form": form,
        "text": text,
        "found": selectors.find_people(text) if text else [],
        "page": Paginator(selectors.suspensions(day_of(at)), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "late": selectors.appeals_waiting().exclude(ends_on__gt=day_of(at)).select_related("person")[:ROWS_A_PAGE],
        "expulsions": selectors.expulsions_waiting()[:ROWS_A_PAGE],
        "at": at,
    }
    return render(request, "members/desk_standing.html", context)


@require_safe
@desk(ADMINISTRATOR, ORGANIZER)
def former(request: HttpRequest) -> HttpResponse:
    """Who was a member once, and why people left."""
    at = timezone.now()
    rows = Paginator(selectors.former_members(day_of(at)), ROWS_A_PAGE).get_page(request.GET.get("page"))
    said = dict(Farewell.Why.choices)
    for person in rows.object_list:
        person.said = said.get(person.why or "", "") if person.why else ""
    reasons = [(said[why], count) for why, count in selectors.why_left(at - A_YEAR)]
    return render(request, "members/desk_former.html", {"page": rows, "reasons": reasons, "at": at})


@require_safe
@desk(ADMINISTRATOR)
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, get_object_or_404(Person, public_id=public_id))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    who = get_object_or_404(Person, public_id=public_id)

    def act(data: dict[str, Any]) -> None:
        ends_on = data.pop("last_on") + ONE
        suspending.suspend(who.pk, ends_on=ends_on, by=request.user, at=timezone.now(), **data)

    done = _("Suspended. %(name)s reads why in a letter; seats went to the next in line.") % {"name": who.name}
    return _done(request, who, "suspend", act, done)


@require_POST
@desk(ADMINISTRATOR)
@fresh
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _suspension(public_id)

    def act(data: dict[str, Any]) -> None:
        ends_on = data.pop("last_on") + ONE
        suspending.move_end(row.pk, ends_on=ends_on, by=request.user, at=timezone.now(), **data)

    return _done(request, row.person, "move", act, _("Changed; the person reads it in a letter."))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def lift(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _suspension(public_id)

    def act(data: dict[str, Any]) -> None:
        suspending.lift(row.pk, by=request.user, at=timezone.now(), **data)

    return _done(request, row.person, "lift", act, _("Lifted; all rights are back from now on."))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _suspension(public_id)

    def act(data: dict[str, Any]) -> None:
        lifts = data["lifts"] == "lift"
        suspending.answer(row.pk, words=data["reason"], lifts=lifts, by=request.user, at=timezone.now())

    return _done(request, row.person, "answer", act, _("Answered; the person reads it in a letter."))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def expel(request: HttpRequest, public_id: str) -> HttpResponse:
    who = get_object_or_404(Person, public_id=public_id)

    def act(data: dict[str, Any]) -> None:
        expelling.propose(who.pk, by=request.user, at=timezone.now(), **data)

    return _done(request, who, "expel", act, _("Proposed. It happens when a second administrator carries it out."))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def consent(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _expulsion(public_id)
    expelling.consent(row.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Carried out. The person reads why in a letter; the treasurer has the case."))
    return redirect("desk_standing_of", row.person.public_id)


@require_POST
@desk(ADMINISTRATOR)
@fresh
def refuse_expulsion(request: HttpRequest, public_id: str) -> HttpResponse:
    return _on_expulsion(request, public_id, "refuse", expelling.refuse, _("Refused; the membership runs on."))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    return _on_expulsion(request, public_id, "withdraw", expelling.withdraw, _("Taken back; the membership runs on."))


@require_POST
@desk(ADMINISTRATOR)
@fresh
def readmit(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Allowed; the person reads it in a letter and may apply again.")
    return _on_expulsion(request, public_id, "readmit", expelling.readmit, done)


def _on_expulsion(
    request: HttpRequest, public_id: str, name: str, service: Callable[..., Any], done: str
) -> HttpResponse:
    row = _expulsion(public_id)

    def act(data: dict[str, Any]) -> None:
        service(row.pk, by=request.user, at=timezone.now(), **data)

    return _done(request, row.person, name, act, done)


def _done(
    request: HttpRequest, who: Person, name: str, act: Callable[[dict[str, Any]], None], done: str
) -> HttpResponse:
    """Do it and go back to the person's page; refused, the page comes with what was typed."""
    form = FORMS[name](request.POST, auto_id=f"{name}-%s")
    if form.is_valid():
        try:
            act(dict(form.cleaned_data))
        except RuleBroken as refused:
            refuse(form, refused, FIELDS)
        else:
            messages.success(request, done)
            return redirect("desk_standing_of", who.public_id)
    return _page(request, who, refused={name: form})


def _page(request: HttpRequest, who: Person, *, refused: dict[str, Form] | None = None) -> HttpResponse:
    at = timezone.now()
    asked = {name: form(auto_id=f"{name}-%s") for name, form in FORMS.items()} | (refused or {})
    for name, form in asked.items():
        form.open = name in (refused or {})
    running = policies.suspension_of(who, day_of(at))
    rows, expulsions = selectors.suspensions_of(who), selectors.expulsions_of(who)
    appeal = next((row for row in rows if row.appealed_at and not row.answered_at), None)
    waiting = next((row for row in expulsions if row.status == "asked"), None)
    context = {
        "who": who,
        "standing": policies.standing_of(who, day_of(at)),
        "running": running,
        "may_suspend": policies.may_suspend(request.user, who, at=at),
        "may_change": running and policies.may_change_suspension(request.user, running, at=at),
        "appeal": appeal,
        "may_answer": appeal and policies.may_answer_appeal(request.user, appeal, at=at),
        "may_expel": policies.may_propose_expulsion(request.user, who, at=at),
        "waiting": waiting,
        "may_consent": waiting and policies.may_answer_expulsion(request.user, waiting),
        "may_withdraw": waiting and policies.may_withdraw_expulsion(request.user, waiting),
        "rows": rows,
        "expulsions": expulsions,
        "expelled": next((row for row in expulsions if policies.may_readmit(row)), None),
        "forms": asked,
        "at": at,
    }
    return render(request, "members/desk_standing_of.html", context, status=422 if refused else 200)


def _suspension(public_id: str) -> Suspension:
    return get_object_or_404(Suspension.objects.select_related("person"), public_id=public_id)


def _expulsion(public_id: str) -> Expulsion:
    return get_object_or_404(Expulsion.objects.select_related("person"), public_id=public_id)
