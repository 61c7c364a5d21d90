"""Where the provider's record and ours differ, each with what to do about it."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import gateway
from community.billing.forms import ArrivalForm, ReasonForm
from community.billing.models import Arrival, ReconciliationItem
from community.billing.selectors import payouts as lists
from community.billing.selectors import reconciliation
from community.billing.services import payouts, reconciling
from community.billing.views.deciding import decide
from community.kernel.access import TREASURER, desk
from community.kernel.errors import RuleBroken

ROWS_A_PAGE = 30


@require_safe
@desk(TREASURER)
def differences(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(reconciliation.open_items(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "runs": reconciliation.latest_runs(),
        "balances": reconciliation.balances(),
        "payouts": lists.board(at),
        "configured": gateway.configured(),
        "at": at,
    }
    return render(request, "billing/desk_reconciliation.html", context)


@require_POST
@desk(TREASURER)
def compare(request: HttpRequest) -> HttpResponse:
    """Compare now instead of tonight."""
    if not gateway.configured():
        raise RuleBroken("payment.not_configured")
    try:
        run = reconciling.run(at=timezone.now())
    except (gateway.Unreachable, gateway.Refused):
        raise RuleBroken("reconciliation.unreachable") from None
    messages.success(request, _("Compared: %(n)d movements.") % {"n": run.movements})
    return redirect("desk_reconciliation")


@require_POST
@desk(TREASURER)
def explain(request: HttpRequest, public_id: str) -> HttpResponse:
    item = get_object_or_404(ReconciliationItem, public_id=public_id)
    act = partial(reconciling.explain, item, by=request.user, at=timezone.now())
    done = _("Explained; it has left the list.")
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_reconciliation")


@require_POST
@desk(TREASURER)
def arrived(request: HttpRequest, external_id: str) -> HttpResponse:
    """A payout is this row of a statement."""
    payout = get_object_or_404(lists.payouts(), external_id=external_id)

    def act(serial: str, reason: str) -> None:
        payouts.match(payout, lists.named(serial), by=request.user, reason=reason, at=timezone.now())

    done = _("The payout has its row, and the money is at the bank.")
    return decide(request, ArrivalForm(request.POST), act, done=done, back="desk_reconciliation")


@require_POST
@desk(TREASURER)
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    arrival = get_object_or_404(Arrival, public_id=public_id)
    act = partial(payouts.take_back, arrival, by=request.user, at=timezone.now())
    done = _("Booked back: the payout is on its way again, and the row waits to be matched.")
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_reconciliation")
