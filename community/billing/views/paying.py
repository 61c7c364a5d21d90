"""What a person sees of fees, invoices and receipts, and the way to the payment page and back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_ratelimit.core import is_ratelimited

from community.billing import policies, printing, rules, selectors
from community.billing.forms import CodeForm, PayForm, TierForm
from community.billing.models import Channel, Invoice
from community.billing.selectors import year
from community.billing.services import auto_renewals, converging, coupons, invoicing, paying, transfers
from community.events.selectors import entitlements
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import policies as members
from community.members import rules as member_rules
from community.members import selectors as member_lists

INVOICES_A_PAGE = 20
MOST_LOOKS = 10  # the return page asks again this often, then leaves it to the sweeper


@require_safe
@login_not_required
def fees(request: HttpRequest) -> HttpResponse:
    """The public fee card (R12)."""
    at = timezone.now()
    may_pay = members.may_pay_fee(request.user, at=at) if request.user.is_authenticated else None
    offers = selectors.fee_card(at)
    by_transfer = any(offer.by_transfer for offer in offers)
    context = {"offers": offers, "may_pay": may_pay, "by_transfer": by_transfer, "at": at}
    return render(request, "billing/fees.html", context)


@require_safe
def billing(request: HttpRequest) -> HttpResponse:
    """One's invoices and receipts, and any money that still fits nothing."""
    at = timezone.now()
    page = Paginator(selectors.invoices_of(request.user), INVOICES_A_PAGE).get_page(request.GET.get("page"))
    context = (
        {
            "page": page,
            "kept": selectors.kept_for(request.user),
            "to_name": selectors.accounts_to_name(request.user),
            "at": at,
        }
        | _membership(request.user, at)
        | selectors.next_charge(request.user, at)
    )
    return render(request, "billing/billing.html", context | {"may_pay": members.may_pay_fee(request.user, at=at)})


def _membership(person: Any, at: datetime) -> dict[str, object]:
    """What somebody pays for, until when, and what comes next."""
    term = member_lists.term_of(person, day_of(at))
    if term is None:
        return {}
    tier, standing = term.tier, member_lists.standing_of(person, day_of(at))
    included = members.Included(tier.roundtables_a_month, tier.visits_a_quarter, tier.guests_a_quarter)
    return {
        "term": term,
        "year": year.year_of(person, at, term),
        "standing": standing,
        "left": entitlements.left_now(person, included, at) if standing in members.STANDS else [],
        "renewal": selectors.open_renewal(person),
        "opens_on": member_rules.renewal_opens_on(term.ends_on),
        "dates": member_rules.renewal_opens_on(term.ends_on) > day_of(at),
    }


def join(request: HttpRequest) -> HttpResponse:
    """Choose a tier and get the invoice (R8)."""
    at = timezone.now()
    form = TierForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("invoice", invoicing.choose_tier(request.user, form.cleaned_data["tier"], at=at).number)
        except RuleBroken as refused:
            form.add_error("tier", refused.sentence)
    context = {
        "form": form,
        "verdict": members.may_pay_fee(request.user, at=at),
        "offers": selectors.offers(member_lists.tiers_for(request.user), day_of(at)),
        "current": selectors.open_invoice(request.user),
        "due_at": selectors.fee_due_at(member_lists.live_application(request.user)),
        "at": at,
    }
    return render(request, "billing/join.html", context, status=422 if form.errors else 200)


@require_safe
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "billing/invoice.html", _about(own_invoice(request, number), request))


@require_safe
def as_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """One's own invoice or receipt to keep, in the language one reads."""
    found, at = own_invoice(request, number), timezone.now()
    written = printing.pdf(
        found,
        selectors.payments_for(found),
        payee=selectors.payee_of(found),
        company=member_lists.company_of(request.user),
        at=at,
    )
    answer = HttpResponse(written, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Lead on to the payment page."""
    found, form = own_invoice(request, number), PayForm(request.POST)
    if not form.is_valid():
        raise RuleBroken("channel.unknown")
    if form.cleaned_data["channel"] == Channel.BANK:
        transfers.begin(found, person=request.user, at=timezone.now())
        return redirect("invoice_transfer", number)
    url = paying.start(
        found,
        person=request.user,
        channel=form.cleaned_data["channel"],
        language=request.LANGUAGE_CODE,
        auto_renew=form.cleaned_data["auto_renew"],
        at=timezone.now(),
    )
    if url is None:
        return redirect("invoice_return", number)
    return HttpResponseRedirect(url, status=303)


@require_safe
def come_back(request: HttpRequest, number: str) -> HttpResponse:
    """Back from the payment page. What the address says proves nothing: the provider is asked."""
    found = own_invoice(request, number)
    converging.look_at_invoice(found, at=timezone.now())  # a void invoice's page may have been paid as well
    found = own_invoice(request, number)
    looks = min(int(request.GET.get("look", "1")) if request.GET.get("look", "1").isdecimal() else 1, MOST_LOOKS)
    context = _about(found, request) | {
        "cancelled": "cancelled" in request.GET,
        "next_look": looks + 1 if looks < MOST_LOOKS else None,
    }
    template = "billing/_outcome.html" if request.htmx else "billing/return.html"
    return render(request, template, context)


@require_POST
def code(request: HttpRequest, number: str) -> HttpResponse:
    """Take a code off the price, or the price without it again (`remove`). Guessing is slow."""
    found, form, at = own_invoice(request, number), CodeForm(request.POST), timezone.now()
    if "remove" in request.POST:
        return redirect("invoice", coupons.take_off(found, person=request.user, at=at).number)
    if is_ratelimited(request, group="billing.code", key="user", rate=rules.COUPON_TRIES, increment=True):
        return render(request, "429.html", status=429)
    if form.is_valid():
        try:
            found = coupons.use(found, form.cleaned_data["code"], person=request.user, at=at)
        except RuleBroken as refused:
            form.add_error("code", refused.sentence)
        else:
            done = _("The code counts.") if found.amount else _("The code covers all of it. Nothing is to pay.")
            messages.success(request, done)
            return redirect("invoice", found.number)
    return render(request, "billing/invoice.html", _about(found, request) | {"code_form": form}, status=422)


def own_invoice(request: HttpRequest, number: str) -> Invoice:
    """One's own invoice by its number, else 404."""
    found = selectors.invoice_of(request.user, number)
    if found is None:
        raise Http404
    return found


def _about(found: Invoice, request: HttpRequest) -> dict[str, object]:
    at = timezone.now()
    may_pay = policies.may_pay(request.user, found, at=at)
    return {
        "invoice": found,
        "payments": selectors.payments_for(found),
        "may_pay": may_pay,
        "other_tiers": may_pay.ok
        and found.purpose == Invoice.Purpose.ADMISSION
        and len(member_lists.tiers_for(request.user)) > 1,
        "due_at": found.due_at or selectors.fee_due_at(found.application),
        "by_transfer": may_pay.ok and found.signup is None and transfers.entity_for(found.currency) is not None,
        "may_change_mind": found.application is not None and members.may_change_mind(request.user, at=at),
        "fapiao": found.paid_at is not None and found.amount > 0,
        "takes_code": may_pay.ok and found.purpose in rules.COUPON_PURPOSES,
        "may_keep_card": may_pay.ok and found.purpose in rules.AUTO_PURPOSES and found.amount > 0,
        "consent": auto_renewals.sentence(),
        "code_form": CodeForm(),
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "at": at,
    }
