"""Refunds by bank transfer: the payer names the account; the treasurers export, send and mark."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.billing.forms import ReasonForm, RefundAccountForm, SentForm
from community.billing.models import Channel, Refund, RefundBatch
from community.billing.selectors import paying_back as lists
from community.billing.services import paying_back
from community.billing.views.deciding import decide
from community.kernel import formats, sheets
from community.kernel.access import TREASURER, desk, fresh, fresh_file
from community.kernel.days import day_of

ROWS_A_PAGE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _bank_refunds() -> QuerySet[Refund]:
    return Refund.objects.filter(channel=Channel.BANK).select_related("payment__person", "case")


@require_http_methods(["GET", "HEAD", "POST"])
def my_refund(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where one's own money shall go."""
    refund = get_object_or_404(_bank_refunds(), public_id=public_id, payment__person=request.user)
    return _account(request, refund, "billing/refund.html", "my_refund")


@require_http_methods(["GET", "HEAD", "POST"])
@desk(TREASURER)
@fresh
def desk_account(request: HttpRequest, public_id: str) -> HttpResponse:
    """For a payer without an account in the house only: what they told the treasurer. Members say it themselves."""
    refund = get_object_or_404(_bank_refunds(), public_id=public_id)
    if refund.payment.person_id is not None:
        raise Http404
    return _account(request, refund, "billing/desk_refund_account.html", "desk_refund_account")


def _account(request: HttpRequest, refund: Refund, template: str, name: str) -> HttpResponse:
    case = refund.case
    known = {"holder": case.holder, "bank": case.bank, "account": case.account}
    form = RefundAccountForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        paying_back.tell_account(refund, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, _("Thank you. The money leaves within three working days."))
        return redirect(name, refund.public_id)
    context = {"refund": refund, "case": case, "form": form, "at": timezone.now()}
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(TREASURER)
@fresh
def desk_refunds(request: HttpRequest) -> HttpResponse:
    """What is to be transferred back; a POST exports everything that is ready, once."""
    at = timezone.now()
    if request.method == "POST":
        batch = paying_back.export(by=request.user, at=at)
        messages.success(request, _("Exported. Send it at your bank, then mark each refund with its serial."))
        return redirect("desk_refund_batch", batch.public_id)
    done = request.GET.get("list") == "done"
    context = {
        "done": done,
        "tabs": [
            {"label": _("To send"), "url": "?list=open", "current": not done},
            {"label": _("Sent or failed"), "url": "?list=done", "current": done},
        ],
        "page": Paginator(lists.sent() if done else lists.to_send(), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "figures": lists.figures(day_of(at)),
        "batches": lists.latest_batches(),
        "today": day_of(at),
        "at": at,
    }
    return render(request, "billing/desk_refunds.html", context)


@require_safe
@desk(TREASURER)
@fresh_file
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    """The file for the bank; the same rows each time."""
    found = get_object_or_404(RefundBatch, public_id=public_id)
    head = (_("Account holder"), _("Account number"), _("Bank and branch"), _("Amount"), _("Currency"), _("Remark"))
    rows = [
        (
            r.case.holder,
            r.case.account,
            r.case.bank,
            formats.plain_amount(r.amount, r.currency),
            r.currency,
            r.public_id,
        )
        for r in lists.batch_rows(found)
    ]
    response = HttpResponse(sheets.as_xlsx([head, *rows]), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="refunds-{found.public_id}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@desk(TREASURER)
@fresh
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    refund = get_object_or_404(_bank_refunds(), public_id=public_id)
    act = partial(paying_back.mark_sent, refund, by=request.user, at=timezone.now())
    return decide(
        request, SentForm(request.POST), act, done=_("Marked as sent; the payer has a letter."), back="desk_refunds"
    )


@require_POST
@desk(TREASURER)
@fresh
def back(request: HttpRequest, public_id: str) -> HttpResponse:
    refund = get_object_or_404(_bank_refunds(), public_id=public_id)
    act = partial(paying_back.came_back, refund, by=request.user, at=timezone.now())
    done = _("On record as failed. Send it again from the list of refunds.")
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_refunds")
