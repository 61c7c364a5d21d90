"""Another tier: what each costs today and next year, the way up, the wish for the next year (R17)."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.billing import selectors
from community.billing.forms import QuoteForm, WishForm
from community.billing.selectors import changing as choosing
from community.billing.services import changing
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import policies as members


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "billing/tier.html", _about(request, timezone.now()))


def _about(request: HttpRequest, at: datetime) -> dict[str, object]:
    """The running term is what one can move up in, the last one what a wish follows: with a paid next year, two."""
    person, today = request.user, day_of(at)
    last = members.last_term(person)
    term = members.running_term(person, today) or last
    ahead = last if last is not None and last.starts_on > today else None
    return {
        "term": term,
        "ahead": ahead,
        "may_move_up": members.may_move_up(person, at=at),
        "may_wish": members.may_wish_tier(person, at=at),
        "choices": choosing.choices(person, term, at) if term else [],
        "lower_ahead": [c for c in choosing.choices(person, ahead, at) if c.difference.amount < 0] if ahead else [],
        "upgrade": choosing.open_upgrade(person),
        "asked": choosing.open_request(ahead) if ahead else None,
        "renewal": selectors.open_renewal(person),
        "days_left": (term.ends_on - today).days if term else 0,
        "days": (term.ends_on - term.starts_on).days if term else 0,
        "at": at,
    }


@require_POST
def move_up(request: HttpRequest) -> HttpResponse:
    """The invoice for what was quoted; an old quote comes back with the one of today."""
    form = QuoteForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBroken("tier.quote_changed")
        tier, quoted = form.cleaned_data["tier"], form.cleaned_data["quoted"]
        return redirect("invoice", changing.move_up(request.user, tier, quoted=quoted, at=timezone.now()).number)
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
    return redirect("billing_tier")


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    form = WishForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBroken("tier.not_yours")
        case = changing.wish(request.user, form.cleaned_data["tier"], at=timezone.now())
    except RuleBroken as refused:
        messages.error(request, refused.sentence)
        return redirect("billing_tier")
    if case is not None:
        messages.success(request, _("Asked. The treasurer decides and writes why."))
    elif form.cleaned_data["tier"]:
        messages.success(request, _("Noted for your next year. You can take it back until it is paid."))
    else:
        messages.success(request, _("Taken back. Your next year stays in the tier you hold."))
    return redirect("billing_tier")
