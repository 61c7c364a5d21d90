"""The payer's way through a bank transfer: where to send it, the reference, the slip."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.billing import policies, selectors
from community.billing.forms import SlipForm
from community.billing.models import BankSlip
from community.billing.selectors import transfers as lists
from community.billing.services import transfers
from community.billing.views.paying import own_invoice
from community.kernel.errors import RuleBroken

EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """What to type into the bank's form; a slip can be shown. Without a reference the invoice's page gives one."""
    invoice, at = own_invoice(request, number), timezone.now()
    code = lists.code_of(invoice)
    if not code:
        return redirect("invoice", number)
    sent = request.method == "POST"
    form = SlipForm(request.POST, request.FILES) if sent else SlipForm()
    if sent and form.is_valid():
        try:
            transfers.add_slip(invoice, form.cleaned_data["file"], by=request.user, at=at)
            messages.success(
                request, _("Thank you. The treasurer sees the slip; you hear from us when the money is there.")
            )
            return redirect("invoice_transfer", number)
        except RuleBroken as refused:
            form.add_error("file", refused.sentence)
    context = {
        "invoice": invoice,
        "code": code,
        "entity": transfers.entity_for(invoice.currency),
        "slips": lists.slips_of(invoice),
        "payments": selectors.payments_for(invoice),
        "may_pay": policies.may_pay(request.user, invoice, at=at),
        "form": form,
        "due_at": invoice.due_at or selectors.fee_due_at(invoice.application),
        "at": at,
    }
    return render(request, "billing/transfer.html", context, status=422 if form.errors else 200)


def slip(request: HttpRequest, public_id: str) -> HttpResponse:
    """One's own slip."""
    found = get_object_or_404(
        BankSlip.objects.select_related("invoice"), public_id=public_id, invoice__person=request.user
    )
    return serve(request, found)


def serve(request: HttpRequest, found: BankSlip) -> HttpResponse:
    """A download under a name of ours; what was typed never reaches a header."""
    content = transfers.open_slip(found, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type=found.content_type)
    name = f"slip-{found.public_id}{EXTENSIONS.get(found.content_type, '')}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
