"""The yearly renewal as a member sees it: what the year brought, then the price; and the way to silence its notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.billing import notifications, policies, selectors
from community.billing.forms import CodeForm
from community.billing.models import Invoice
from community.billing.selectors import year
from community.billing.services import auto_renewals, renewals
from community.kernel.days import day_of
from community.members import policies as members
from community.members import rules as member_rules


@require_safe
def renewal(request: HttpRequest) -> HttpResponse:
    """R15, R40: the year first, then what the next one costs and what happens when."""
    at = timezone.now()
    term = members.last_term(request.user)
    invoice = selectors.open_renewal(request.user)
    verdict = policies.may_pay(request.user, invoice, at=at) if invoice else members.may_renew(request.user, at=at)
    context = {
        "term": term,
        "invoice": invoice,
        "verdict": verdict,
        "year": year.year_of(request.user, at, term),
        "dates": member_rules.renewal_dates(term.ends_on) if term else None,
        "next": member_rules.renewed_term(term.ends_on, day_of(at)) if term else None,
        "standing": members.standing_of(request.user, day_of(at)),
        "code_form": CodeForm(),
        "charge": selectors.planned_charge(invoice) if invoice else None,
        "may_keep_card": True,
        "consent": auto_renewals.sentence(),
        "at": at,
    }
    return render(request, "billing/renewal.html", context)


@require_safe
def my_year(request: HttpRequest) -> HttpResponse:
    """R40: the year in numbers, any day; with `since` one of the years before."""
    at = timezone.now()
    terms = year.terms_of(request.user, at)
    named = {term.starts_on.isoformat(): term for term in terms}
    term = named.get(request.GET.get("since", "")) or next(iter(terms), None)
    tabs = [
        {"label": f"{one.starts_on.year}–{one.ends_on.year}", "url": f"?since={since}", "current": one == term}
        for since, one in named.items()
    ]
    context = {"year": year.year_of(request.user, at, term) if term else None, "tabs": tabs, "at": at}
    return render(request, "billing/year.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiet(request: HttpRequest, token: str) -> HttpResponse:
    """ "No more reminders", straight from the letter: the signed link proves whose; looking changes nothing."""
    try:
        number = signing.Signer(salt=notifications.QUIET).unsign(token)
    except signing.BadSignature:
        raise Http404 from None
    invoice = Invoice.objects.filter(number=number, purpose=Invoice.Purpose.RENEWAL).select_related("renews").first()
    if invoice is None or invoice.renews is None:
        raise Http404
    if request.method == "POST":
        renewals.stop_reminders(invoice, at=timezone.now())
        messages.success(request, _("You will get no more reminders of this renewal."))
        return redirect("renewal_quiet", token)
    context = {"token": token, "done": invoice.renews.reminders_off_at is not None, "term": invoice.renews}
    return render(request, "billing/quiet.html", context)
