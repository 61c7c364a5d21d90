"""The treasurer's desk: money that fits nothing first, then refunds under way, then what came in."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import selectors
from community.billing.forms import AcceptForm, ReasonForm, RefundForm
from community.billing.models import Payment
from community.billing.services import receiving, refunds
from community.kernel.access import TREASURER, desk
from community.kernel.errors import RuleBroken

ROWS_A_PAGE = 30
LISTS = {
    "unmatched": selectors.unmatched,
    "refunds": selectors.refunds_to_watch,
    "disputes": selectors.disputes,
    "payments": selectors.latest_payments,
}


@require_safe
@desk(TREASURER)
def billing(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("list", "")
    name = name if name in LISTS else "unmatched"
    rows: QuerySet = LISTS[name]()
    titles = {
        "unmatched": _("Fits nothing"),
        "refunds": _("Refunds"),
        "disputes": _("Disputes"),
        "payments": _("Payments"),
    }
    context = {
        "list": name,
        "tabs": [{"label": titles[key], "url": f"?list={key}", "current": key == name} for key in LISTS],
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "figures": selectors.desk_figures(),
        "at": timezone.now(),
    }
    return render(request, "billing/desk_billing.html", context)


@require_POST
@desk(TREASURER)
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Held money counts for the person's open invoice of exactly that amount."""
    done = _("Accepted: the invoice is paid and the person has the receipt.")
    form = AcceptForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    return _decide(request, public_id, partial(receiving.accept, number=number), done)


@require_POST
@desk(TREASURER)
def refund(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send back what is left of a payment, or a part of it."""
    done = _("The refund is on its way. It stays in the list until it has arrived.")
    form = RefundForm(request.POST)
    if not form.is_valid() and "amount" in form.errors:
        messages.error(request, form.errors["amount"][0])
        return redirect("desk_billing")
    return _decide(request, public_id, partial(refunds.refund_payment, amount=form.cleaned_data.get("amount")), done)


def _decide(request: HttpRequest, public_id: str, service: Callable[..., object], done: str) -> HttpResponse:
    """One decision with its reason; a refusal is said on the list, where the button was."""
    payment = get_object_or_404(Payment, public_id=public_id)
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBroken("money.reason")
        service(payment, by=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
        messages.success(request, done)
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
    return redirect("desk_billing")
