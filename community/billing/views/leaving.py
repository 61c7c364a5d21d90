"""How to leave: what it does, in one tap; and the treasurer's list of what may have to go back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import selectors
from community.billing.forms import DecideForm
from community.billing.models import Leaving
from community.billing.selectors import year
from community.billing.services import leaving
from community.billing.views import deciding
from community.kernel.access import TREASURER, desk, fresh
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import policies as members
from community.members import selectors as member_lists
from community.members.forms.standing import FarewellForm

ROWS_A_PAGE = 30


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return _page(request, FarewellForm())


def _page(request: HttpRequest, form: FarewellForm) -> HttpResponse:
    at = timezone.now()
    context = {
        "form": form,
        "may_leave": members.may_leave(request.user, at=at),
        "may_change_mind": members.may_change_mind(request.user, at=at) and year.admitted_here(request.user),
        "until": members.mind_open_until(request.user),
        "unused": year.unused_of(request.user, member_lists.terms_left(request.user, day_of(at)), day_of(at)),
        "at": at,
    }
    return render(request, "billing/leave.html", context, status=422 if form.errors else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    form = FarewellForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    said = form.cleaned_data
    try:
        leaving.leave(request.user, reason=said["words"], why=said["why"], at=timezone.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
        return redirect("billing_leave")
    messages.success(request, _("Your membership has ended. Thank you for the time at the table."))
    return redirect("billing")


@require_POST
def change_mind(request: HttpRequest) -> HttpResponse:
    try:
        leaving.change_mind(request.user, at=timezone.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
        return redirect("billing_leave")
    messages.success(request, _("Undone. All you paid is on its way back to you."))
    return redirect("billing")


@require_safe
@desk(TREASURER)
def cases(request: HttpRequest) -> HttpResponse:
    rows = Paginator(selectors.leavings(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/desk_leavings.html", {"page": rows, "at": timezone.now()})


@require_POST
@desk(TREASURER)
@fresh
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    case = get_object_or_404(Leaving, public_id=public_id)

    def act(reason: str, grant: bool, refund: bool) -> None:
        leaving.decide(case, decision=reason, grant=grant, refund=refund, by=request.user, at=timezone.now())

    form = DecideForm(request.POST)
    return deciding.decide(request, form, act, done=_("Decided; the record keeps why."), back="desk_leavings")
