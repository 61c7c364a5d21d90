"""The treasurers' desk of bank transfers: one writes down, another confirms; mistakes are reversed, never edited."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.billing.forms import EntityForm, ReasonForm, TransferForm
from community.billing.models import BankSlip, BankTransfer
from community.billing.selectors import transfers as lists
from community.billing.services import transfers
from community.billing.views.deciding import decide
from community.billing.views.transfers import serve
from community.kernel.access import ADMINISTRATOR, TREASURER, desk
from community.kernel.errors import RuleBroken
from community.kernel.money import CNY, Money

ROWS_A_PAGE = 30
LISTS: dict[str, Callable[[], QuerySet]] = {"confirm": lists.to_confirm, "awaited": lists.awaited, "done": lists.done}


@require_http_methods(["GET", "HEAD", "POST"])
@desk(TREASURER)
def desk_transfers(request: HttpRequest) -> HttpResponse:
    """What waits for a second person first; writing one down is a POST to the same address."""
    at = timezone.now()
    form = TransferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _record(request, form):
        messages.success(request, _("Written down. A second person has to confirm it before it counts."))
        return redirect("desk_transfers")
    name = request.GET.get("list", "")
    name = name if name in LISTS else "confirm"
    titles = {"confirm": _("To confirm"), "awaited": _("Awaited"), "done": _("Done")}
    context = {
        "list": name,
        "tabs": [{"label": titles[key], "url": f"?list={key}", "current": key == name} for key in LISTS],
        "page": Paginator(LISTS[name](), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "at": at,
    }
    return render(request, "billing/desk_transfers.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, form: TransferForm) -> bool:
    """False with the reason at its field when it can't be written down."""
    typed = form.cleaned_data
    try:
        invoices = lists.named(typed["invoices"])
    except RuleBroken as refused:
        form.add_error("invoices", refused.sentence)
        return False
    try:
        transfers.record(
            serial=typed["serial"], value_on=typed["value_on"], payer=typed["payer"],
            money=Money(typed["amount"], invoices[0].currency if invoices else CNY), invoices=invoices,
            note=typed["note"], by=request.user, at=timezone.now(),
        )  # fmt: skip
    except RuleBroken as refused:
        form.add_error("value_on" if refused.code == "transfer.future" else "serial", refused.sentence)
        return False
    return True


@require_POST
@desk(TREASURER)
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    transfer = get_object_or_404(BankTransfer, public_id=public_id)
    payment = transfers.confirm(transfer, by=request.user, at=timezone.now())
    if payment.status == payment.Status.APPLIED:
        messages.success(request, _("Confirmed: the invoice is paid and the person has the receipt."))
    else:
        messages.warning(
            request, _("Confirmed and booked, but not counted yet: %(why)s.") % {"why": payment.get_case_display()}
        )
    return redirect("desk_transfers")


@require_POST
@desk(TREASURER)
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    return _with_reason(request, public_id, transfers.withdraw, _("Withdrawn. Its serial can be used again."))


@require_POST
@desk(TREASURER)
def reverse(request: HttpRequest, public_id: str) -> HttpResponse:
    done = _("Reversed: the books stand as if it had not come. Record the right one anew.")
    return _with_reason(request, public_id, transfers.reverse, done)


def _with_reason(request: HttpRequest, public_id: str, service: Callable[..., None], done: str) -> HttpResponse:
    transfer = get_object_or_404(BankTransfer, public_id=public_id)
    act = partial(service, transfer, by=request.user, at=timezone.now())
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_transfers")


@require_safe
@desk(TREASURER)
def slip(request: HttpRequest, public_id: str) -> HttpResponse:
    return serve(request, get_object_or_404(BankSlip.objects.select_related("invoice"), public_id=public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@desk(ADMINISTRATOR)
def entities(request: HttpRequest) -> HttpResponse:
    """Where transfers go. Another account is another row; what was printed on invoices stays true."""
    form = EntityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        transfers.name_entity(**form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Transfers go to this account from now on."))
        return redirect("desk_entities")
    context = {"form": form, "entities": lists.entities(), "at": timezone.now()}
    return render(request, "billing/desk_entities.html", context, status=422 if form.errors else 200)
