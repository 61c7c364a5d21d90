"""The treasurer's desk: money that fits nothing first, then refunds under way, then what came in."""

from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import selectors
from community.billing.forms import AcceptForm, MonthForm, RefundForm
from community.billing.models import Payment
from community.billing.selectors import report
from community.billing.selectors import treasury as lists
from community.billing.services import receiving, refunds
from community.billing.views.deciding import decide
from community.kernel import sheets
from community.kernel.access import TREASURER, desk, fresh
from community.kernel.days import day_of, months_later

ROWS_A_PAGE = 30
SHEETS = {
    "csv": (sheets.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (sheets.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
LISTS = {
    "unmatched": selectors.unmatched,
    "refunds": selectors.refunds_to_watch,
    "disputes": selectors.disputes,
    "unpaid": report.unpaid,
    "payments": selectors.latest_payments,
}


@require_safe
@desk(TREASURER)
def billing(request: HttpRequest) -> HttpResponse:
    """Today's work first, then the lists; with `q` what was found instead of a list."""
    name, words = request.GET.get("list", ""), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    name = name if name in LISTS else "unmatched"
    rows: QuerySet = LISTS[name]()
    titles = {
        "unmatched": _("Fits nothing"),
        "refunds": _("Refunds"),
        "disputes": _("Disputes"),
        "unpaid": _("Unpaid"),
        "payments": _("Payments"),
    }
    context = {
        "list": name,
        "q": words,
        "found": report.search(words) if words else None,
        "tabs": [{"label": titles[key], "url": f"?list={key}", "current": key == name} for key in LISTS],
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "figures": lists.todays_work(day_of(timezone.now())),
        "base_url": settings.BASE_URL,
        "at": timezone.now(),
    }
    return render(request, "billing/desk_billing.html", context)


@require_safe
@desk(TREASURER)
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """One person's money on one page."""
    who = get_object_or_404(get_user_model(), public_id=public_id)
    context = {"who": who, "money": report.of_person(who), "at": timezone.now()}
    return render(request, "billing/desk_person.html", context)


@require_safe
@desk(TREASURER)
@fresh
def month(request: HttpRequest) -> HttpResponse:
    """A month in figures; with `format` its payments as a sheet."""
    form = MonthForm(request.GET)
    last = months_later(day_of(timezone.now()).replace(day=1), -1)
    first = form.cleaned_data["month"] if form.is_valid() else last
    wanted = request.GET.get("format")
    if wanted in SHEETS:
        head = [_("Received"), _("Payer"), _("Invoice"), _("For"), _("Way"), _("Method"), _("Amount"), _("Currency"), _("Status"),
                _("Number at the bank or provider")]  # fmt: skip
        write, kind = SHEETS[wanted]
        response = HttpResponse(write([head, *report.payments_of_month(first)]), content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="payments-{first:%Y-%m}.{wanted}"'
        response["Cache-Control"] = "private, no-store"
        return response
    context = {
        "first": first,
        "figures": report.month(first),
        "before": months_later(first, -1),
        "after": months_later(first, 1) if first <= last else None,
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }
    return render(request, "billing/desk_month.html", context)


@require_POST
@desk(TREASURER)
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Held money counts for the person's open invoice of exactly that amount."""
    payment = get_object_or_404(Payment, public_id=public_id)
    act = partial(receiving.accept, payment, by=request.user, at=timezone.now())
    done = _("Accepted: the invoice is paid and the person has the receipt.")
    return decide(request, AcceptForm(request.POST), act, done=done, back="desk_billing")


@require_POST
@desk(TREASURER)
@fresh
def refund(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send back what is left of a payment, or a part of it."""
    payment = get_object_or_404(Payment, public_id=public_id)
    act = partial(refunds.refund_payment, payment, by=request.user, at=timezone.now())
    done = _("The refund is on its way. It stays in the list until it has arrived.")
    return decide(request, RefundForm(request.POST), act, done=done, back="desk_billing")
