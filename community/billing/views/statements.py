"""Bank statements at the treasurers' desk: hand in, look through, take; then make transfers of the rows."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from community.billing import rules
from community.billing.forms import MatchForm, ReasonForm, StatementForm
from community.billing.models import Statement, StatementRow
from community.billing.selectors import matching, payouts, transfers
from community.billing.services import importing
from community.billing.views.deciding import decide
from community.kernel.access import TREASURER, desk
from community.kernel.errors import RuleBroken

ROWS_A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@desk(TREASURER)
def statements(request: HttpRequest) -> HttpResponse:
    """Hand a file in, and match what earlier ones brought."""
    sent, at = request.method == "POST", timezone.now()
    form = StatementForm(*((request.POST, request.FILES) if sent else ()), accounts=payouts.accounts())
    if sent and form.is_valid():
        try:
            statement = importing.hand_in(**form.cleaned_data, by=request.user, at=at)
            return redirect("desk_statement", statement.public_id)
        except RuleBroken as refused:
            form.add_error("file", refused.sentence)
    page = Paginator(matching.to_match(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    found, reasons = matching.suggestions(page.object_list), _reasons()
    for row in page.object_list:
        row.suggestion = found.get(row.pk)
        row.from_provider = row.suggestion is None and rules.names_provider(row.payer, row.memo)
        row.why = reasons[row.suggestion.why] if row.suggestion else ""
    context = {"form": form, "page": page, "aside": matching.put_aside(), "at": at}
    return render(request, "billing/desk_statements.html", context, status=422 if form.errors else 200)


def _reasons() -> dict[str, str]:
    return {
        rules.BY_REFERENCE: _("reference and amount are right"),
        rules.BY_REFERENCE_PART: _("the reference is right; it is a part of the amount"),
        rules.BY_REFERENCE_DIFFERS: _("the reference is right, but the amount differs"),
        rules.BY_NAME: _("no reference; amount and payer's name are right"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk(TREASURER)
def statement(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a file would bring, before it is taken."""
    found = get_object_or_404(Statement, public_id=public_id)
    if request.method == "POST":
        taken = importing.take(found, by=request.user, at=timezone.now())
        messages.success(request, ngettext("%(n)d row taken.", "%(n)d rows taken.", taken) % {"n": taken})
        return redirect("desk_statements")
    fresh, known = matching.preview(found.found)
    fresh = [row | {"from_provider": rules.names_provider(row["payer"], row["memo"])} for row in fresh]
    faults = [(line, _faults().get(word, word)) for line, word in found.faults]
    context = {"statement": found, "fresh": fresh[:200], "count": len(fresh), "known": known, "faults": faults}
    return render(request, "billing/desk_statement.html", context)


def _faults() -> dict[str, str]:
    return {
        "amount": _("the amount can't be read"),
        "value_on": _("the day can't be read"),
        "serial": _("the serial is missing or too long"),
    }


@require_POST
@desk(TREASURER)
def record(request: HttpRequest, public_id: str) -> HttpResponse:
    row = get_object_or_404(StatementRow, public_id=public_id)

    def act(invoices: str) -> None:
        importing.record(row, transfers.named(invoices), by=request.user, at=timezone.now())

    done = _("Written down. A second person has to confirm it before it counts.")
    return decide(request, MatchForm(request.POST), act, done=done, back="desk_statements")


@require_POST
@desk(TREASURER)
def set_aside(request: HttpRequest, public_id: str) -> HttpResponse:
    row = get_object_or_404(StatementRow, public_id=public_id)
    act = partial(importing.set_aside, row, by=request.user, at=timezone.now())
    done = _("Set aside, with your reason.")
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_statements")


@require_POST
@desk(TREASURER)
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    row = get_object_or_404(StatementRow, public_id=public_id)
    act = partial(importing.reopen, row, by=request.user, at=timezone.now())
    done = _("It waits to be matched again.")
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_statements")
