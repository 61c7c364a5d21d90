"""The treasurer's codes (R12): looked at before they are made, and ended, never edited."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing.forms import CouponForm
from community.billing.models import Coupon
from community.billing.selectors import coupons as lists
from community.billing.services import coupons as codes
from community.kernel.access import TREASURER, desk
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import selectors as members

ROWS_A_PAGE = 30


@require_safe
@desk(TREASURER)
def coupons(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = Paginator(lists.all_coupons(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(coupon, coupon.state(day_of(at))) for coupon in page.object_list]
    return render(request, "billing/desk_coupons.html", {"page": page, "rows": rows, "at": at})


@desk(TREASURER)
def new_coupon(request: HttpRequest) -> HttpResponse:
    """Looked at first, made with `confirm`."""
    at = timezone.now()
    form = CouponForm(request.POST or None, tiers=members.tiers(), initial={"first_on": day_of(at)})
    preview: Any = None
    if form.is_valid():
        values = dict(form.cleaned_data)
        if "confirm" in request.POST:
            try:
                made = codes.create(by=request.user, at=at, **values)
                messages.success(request, _("The code can be used."))
                return redirect("desk_coupon", made.code)
            except RuleBroken as refused:
                form.add_error(None, refused.sentence)
        tiers = values.pop("tiers")
        preview = lists.preview(Coupon(**values), tiers, max(values["first_on"], day_of(at)))
    context = {"form": form, "preview": preview, "at": at}
    return render(request, "billing/desk_coupon_new.html", context, status=422 if form.errors else 200)


@require_safe
@desk(TREASURER)
def coupon(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    found = get_object_or_404(lists.all_coupons().select_related("created_by", "ended_by"), code=code)
    context = {
        "coupon": found,
        "state": found.state(day_of(at)),
        "page": Paginator(lists.invoices_with(found), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "at": at,
    }
    return render(request, "billing/desk_coupon.html", context)


@require_POST
@desk(TREASURER)
def end(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Coupon, code=code)
    try:
        codes.end(found, by=request.user, at=timezone.now())
        messages.success(request, _("Ended. Invoices that have the code keep it."))
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
    return redirect("desk_coupon", code)
