"""Bank statements at the treasurers' desk: hand in, look through, take; then make transfers of the rows."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
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
    """Hand a file in, and match what earlier ones brought; the files themselves are the other list."""
    sent, at = request.method == "POST", timezone.now()
    files = request.GET.get("list") == "files"
    form = StatementForm(*((request.POST, request.FILES) if sent else ()), accounts=payouts.accounts())
    if sent and form.is_valid():
        try:
            statement = importing.hand_in(**form.cleaned_data, by=request.user, at=at)
            return redirect("desk_statement", statement.public_id)
        except RuleBroken as refused:
            form.add_error("file", refused.sentence)
    rows: QuerySet[Any] = matching.files() if files else matching.to_match()
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "files": files, "tabs": _tabs(files), "at": at}
    if not files:
        _suggest(page.object_list)
        context["aside"] = matching.put_aside()
    return render(request, "billing/desk_statements.html", context, status=422 if form.errors else 200)


def _tabs(files: bool) -> list[dict[str, Any]]:
    names = (("match", _("To match")), ("files", _("Files taken")))
    return [{"label": label, "url": f"?list={name}", "current": files == (name == "files")} for name, label in names]


def _suggest(rows: Iterable[Any]) -> None:
    """What each row is probably for, and why."""
    found, reasons = matching.suggestions(rows), _reasons()
    for row in rows:
        row.suggestion = found.get(row.pk)
        row.from_provider = row.suggestion is None and rules.names_provider(row.payer, row.memo)
        row.why = reasons[row.suggestion.why] if row.suggestion else ""


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
    """What a file would bring, before it is taken; afterwards, what became of it."""
    found = get_object_or_404(Statement.objects.select_related("taken_back_by"), public_id=public_id)
    if request.method == "POST":
        taken = importing.take(found, by=request.user, at=timezone.now())
        messages.success(request, ngettext("%(n)d row taken.", "%(n)d rows taken.", taken) % {"n": taken})
        return redirect("desk_statements")
    if found.taken_at is not None:
        context = {"statement": found, "file": matching.file_of(found), "at": timezone.now()}
        return render(request, "billing/desk_statement_taken.html", context)
    fresh, known = matching.preview(found.found)
    fresh = [row | {"from_provider": rules.names_provider(row["payer"], row["memo"])} for row in fresh]
    before = matching.brought_by([row["serial"] for row in found.found])[:5]
    context = {
        "statement": found, "fresh": fresh[:200], "count": len(fresh), "known": known, "at": timezone.now(),
        "faults": [(line, _faults().get(word, word)) for line, word in found.faults],
        "before": before, "other_account": any(one.currency != found.currency for one in before),
    }  # fmt: skip
    return render(request, "billing/desk_statement.html", context)


@require_POST
@desk(TREASURER)
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Statement, public_id=public_id)
    act = partial(importing.take_back, found, by=request.user, at=timezone.now())
    done = _("Taken back: its rows are gone. Hand the file in again for the right account.")
    return decide(request, ReasonForm(request.POST), act, done=done, back="desk_statements")


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
