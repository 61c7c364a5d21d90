"""The administrator's tiers and prices (R12, R13): seen before they count, from a day on, issued invoices untouched."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import selectors
from community.billing.forms import PriceForm, TakeBackForm
from community.billing.services import prices
from community.kernel.access import ADMINISTRATOR, desk
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import Money
from community.members import selectors as members
from community.members.forms import NewTierForm, TierDetailsForm
from community.members.services import tiers


@require_safe
@desk(ADMINISTRATOR)
def tier_list(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    context = {"offers": selectors.offers(members.all_tiers(), day_of(at)), "at": at}
    return render(request, "billing/desk_tiers.html", context)


@desk(ADMINISTRATOR)
def new_tier(request: HttpRequest) -> HttpResponse:
    form = NewTierForm(request.POST or None)

    def save(values: dict[str, Any]) -> Any:
        return tiers.create(values.pop("code"), by=request.user, at=timezone.now(), **values)

    done = _saved(form, save)
    if done is not None:
        messages.success(request, _("Made. It can be chosen as soon as it has a price."))
        return redirect("desk_tier", done.code)
    return render(request, "billing/desk_tier_new.html", {"form": form}, status=422 if form.errors else 200)


@desk(ADMINISTRATOR)
def tier(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(code)
    form = TierDetailsForm(request.POST or None, initial={name: getattr(found, name) for name in TierDetailsForm.NAMES})
    done = _saved(form, lambda values: tiers.change(code, by=request.user, at=timezone.now(), **values))
    if done is not None:
        messages.success(request, _("Saved. The fee card shows it now."))
        return redirect("desk_tier", code)
    return _page(request, found, form=form)


@require_POST
@desk(ADMINISTRATOR)
def price(request: HttpRequest, code: str) -> HttpResponse:
    """Looked at first, set with `confirm`."""
    found, at = _found(code), timezone.now()
    form = PriceForm(request.POST)
    if form.is_valid() and "confirm" in request.POST:
        values = form.cleaned_data
        done = _saved(
            form,
            lambda _values: prices.set_price(
                found, Money(values["amount"]), valid_from_on=values["valid_from_on"],
                joined_before_on=values["joined_before_on"], by=request.user, at=at,
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The price is set. Invoices issued before keep theirs."))
            return redirect("desk_tier", code)
    preview = None
    if form.is_valid():
        preview = selectors.price_preview(found, form.cleaned_data["valid_from_on"], at)
    return _page(request, found, price_form=form, preview=preview)


@require_POST
@desk(ADMINISTRATOR)
def price_take_back(request: HttpRequest, code: str) -> HttpResponse:
    found, form = _found(code), TakeBackForm(request.POST)
    try:
        if form.is_valid():
            prices.take_back(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Taken back. It never counted."))
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
    return redirect("desk_tier", code)


def _found(code: str) -> Any:
    found = members.tier_by_code(code)
    if found is None:
        raise Http404
    return found


def _saved(form: Any, save: Callable[[dict[str, Any]], Any]) -> Any:
    """What the service made of a right form; None when there is something to say to it."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return save(dict(form.cleaned_data))
    except RuleBroken as refused:
        form.add_error(None, refused.sentence)
        return None


def _page(
    request: HttpRequest, found: Any, *, form: Any = None, price_form: Any = None, preview: Any = None
) -> HttpResponse:
    at = timezone.now()
    initial = {name: getattr(found, name) for name in TierDetailsForm.NAMES}
    context = {
        "tier": found,
        "form": form or TierDetailsForm(initial=initial),
        "price_form": price_form or PriceForm(),
        "preview": preview,
        "prices": selectors.prices_of(found),
        "today": day_of(at),
        "changes": members.tier_trail(found),
        "at": at,
    }
    wrong = (form is not None and form.errors) or (price_form is not None and price_form.errors)
    return render(request, "billing/desk_tier.html", context, status=422 if wrong else 200)
