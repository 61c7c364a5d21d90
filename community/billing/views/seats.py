"""A seat that costs something (R28): the way to its payment page, and at the desk its prices and who paid."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing.forms import SeatPriceForm, ShownForm, TakeBackForm
from community.billing.models import Channel
from community.billing.selectors import seats as purses
from community.billing.services import paying, seats
from community.events import policies
from community.events import selectors as events
from community.events.selectors import prices
from community.events.services import pricing
from community.kernel.access import ORGANIZER, desk
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.money import Money


def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """From the event's page straight to the payment page. A sign-in on the way turns the press into a visit."""
    event = events.for_button(public_id)
    if event is None or not policies.may_see(request.user, event):
        raise Http404
    if request.method != "POST":
        return redirect(event)
    form, at = ShownForm(request.POST), timezone.now()
    bill = seats.bill(event, request.user, shown=form.cleaned_data["shown"] if form.is_valid() else None, at=at)
    url = paying.start(
        bill, person=request.user, channel=Channel.STRIPE, language=request.LANGUAGE_CODE, at=at
    )  # fmt: skip
    return redirect("invoice_return", bill.number) if url is None else HttpResponseRedirect(url, status=303)


@require_safe
@desk(ORGANIZER)
def money(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, _event(request, public_id), SeatPriceForm(initial={"valid_from_on": day_of(timezone.now())}))


@require_POST
@desk(ORGANIZER)
def price(request: HttpRequest, public_id: str) -> HttpResponse:
    event, form = _event(request, public_id), SeatPriceForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form, status=422)
    try:
        pricing.set_price(
            event.pk, Money(form.cleaned_data["amount"]), valid_from_on=form.cleaned_data["valid_from_on"],
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except RuleBroken as refused:
        form.add_error(None, refused.sentence)
        return _page(request, event, form, status=422)
    messages.success(request, _("The price is set. Who has been asked for another one keeps theirs."))
    return redirect("desk_event_money", public_id)


@require_POST
@desk(ORGANIZER)
def price_take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    event, form = _event(request, public_id), TakeBackForm(request.POST)
    if form.is_valid():
        pricing.take_back(
            event.pk, valid_from_on=form.cleaned_data["valid_from_on"], by=request.user, at=timezone.now()
        )
        messages.success(request, _("Taken back. It never counted."))
    return redirect("desk_event_money", public_id)


def _event(request: HttpRequest, public_id: str) -> Any:
    """An event that may cost something, of a city the organizer runs."""
    event = events.for_desk(public_id)
    if event is None or not policies.may_organize(request.user, event) or not event.traits.may_cost:
        raise Http404
    return event


def _page(request: HttpRequest, event: Any, form: SeatPriceForm, status: int = 200) -> HttpResponse:
    at = timezone.now()
    context = {
        "at": at,
        "today": day_of(at),
        "event": event,
        "form": form,
        "price": prices.price_of(event, at),
        "prices": prices.all_prices(event),
        "purse": purses.purse_of(event),
        "editable": event.status in ("draft", "open") and (event.status == "draft" or at < event.starts_at),
    }
    return render(request, "billing/desk_event_money.html", context, status=status)
