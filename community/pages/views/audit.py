"""The audit trail for administrators (R50)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.kernel import audit
from community.kernel.access import ADMINISTRATOR, desk
from community.pages import audit as words
from community.pages.forms import TrailForm

ROWS_A_PAGE = 50


@require_safe
@desk(ADMINISTRATOR)
def trail(request: HttpRequest) -> HttpResponse:
    form = TrailForm(request.GET)
    rows, more = [], False
    if form.is_valid():
        older = request.GET.get("older", "")
        key = int(older[:18]) if older.isascii() and older.isdigit() else None
        rows = list(audit.entries(**form.wanted, older_than=key)[: ROWS_A_PAGE + 1])
        rows, more = rows[:ROWS_A_PAGE], len(rows) > ROWS_A_PAGE
    context = {
        "form": form,
        "entries": [words.say(entry) for entry in rows],
        "older": rows[-1].pk if more else None,
        "begun": "older" in request.GET,
        "at": timezone.now(),
    }
    return render(request, "pages/desk_audit.html", context)
