"""A fapiao as its buyer sees it (R21): asked for on the invoice's page, and the file for them alone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.billing import policies, states
from community.billing.forms import FapiaoForm
from community.billing.models import Fapiao
from community.billing.selectors import fapiao as lists
from community.billing.services import fapiao as services
from community.billing.views.paying import own_invoice
from community.kernel.errors import RuleBroken

EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about the fapiao of one invoice; a POST asks for it."""
    invoice, at = own_invoice(request, number), timezone.now()
    sent = request.method == "POST"
    form = FapiaoForm(request.POST if sent else None, initial={"kind": "general"} | lists.known_of(request.user))
    if sent and form.is_valid():
        try:
            services.request(invoice, form.cleaned_data, person=request.user, at=at)
            messages.success(request, _("Asked for. You hear from us when it is here."))
            return redirect("invoice_fapiao", number)
        except RuleBroken as refused:
            form.add_error(None, refused.sentence)
    asked, stays = lists.of_invoice(invoice), lists.stays(invoice)
    context = {
        "invoice": invoice,
        "fapiaos": asked,
        "live": next((one for one in asked if one.status in states.FAPIAO_LIVE), None),
        "may_ask": policies.may_ask_fapiao(request.user, invoice, stays=stays),
        "stays": stays,
        "form": form,
        "special": any(form[name].errors or form[name].value() for name in FapiaoForm.OF_SPECIAL[1:]),
        "at": at,
    }
    return render(request, "billing/fapiao.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    services.withdraw(found, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back. You can ask again whenever you like."))
    return redirect("invoice_fapiao", found.invoice.number)


@require_safe
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    return serve(request, _own(request, public_id))


def _own(request: HttpRequest, public_id: str) -> Fapiao:
    return get_object_or_404(Fapiao.objects.select_related("invoice"), public_id=public_id, person=request.user)


def serve(request: HttpRequest, found: Fapiao) -> HttpResponse:
    """A download under the fapiao's own number."""
    if not found.file:
        raise Http404
    content = services.open_file(found, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type=found.content_type)
    name = f"fapiao-{found.number}{EXTENSIONS.get(found.content_type, '')}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
