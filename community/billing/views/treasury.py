"""The treasurer's desk: money that fits nothing first, then refunds under way, then what came in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import selectors
from community.billing.forms import ReasonForm
from community.billing.models import Payment
from community.billing.services import receiving, refunds
from community.kernel.access import TREASURER, desk
from community.kernel.errors import RuleBroken

ROWS_A_PAGE = 30
LISTS = {
    "unmatched": selectors.unmatched,
    "refunds": selectors.refunds_to_watch,
    "payments": selectors.latest_payments,
}


@require_safe
@desk(TREASURER)
def billing(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("list", "")
    name = name if name in LISTS else "unmatched"
    rows: QuerySet = LISTS[name]()
    context = {
        "list": name,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "figures": selectors.desk_figures(),
        "form": ReasonForm(auto_id=False),
        "at": timezone.now(),
    }
    return render(request, "billing/desk_billing.html", context)


@require_POST
@desk(TREASURER)
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Held money counts for the person's open invoice of exactly that amount."""
    payment = get_object_or_404(Payment, public_id=public_id)
    receiving.accept(payment, by=request.user, reason=_reason(request), at=timezone.now())
    messages.success(request, _("Accepted: the invoice is paid and the person has the receipt."))
    return redirect("desk_billing")


@require_POST
@desk(TREASURER)
def refund(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send back what is left of a payment."""
    payment = get_object_or_404(Payment, public_id=public_id)
    refunds.refund_payment(payment, by=request.user, reason=_reason(request), at=timezone.now())
    messages.success(request, _("The refund is on its way. It stays in the list until it has arrived."))
    return redirect("desk_billing")


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise RuleBroken("money.reason")
    return form.cleaned_data["reason"]
