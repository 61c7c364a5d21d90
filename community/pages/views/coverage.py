"""Nobody is forgotten, as the office reads it (R36)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.events.selectors import invitations
from community.kernel.access import ORGANIZER, desk
from community.members.selectors import cards, chapters
from community.pages import coverage

PAGE = 50


@require_safe
@desk(ORGANIZER)
def page(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    cities = chapters.cities_run_by(request.user)
    quarters = {quarter.code: quarter for quarter in coverage.quarters(at)}
    quarter = quarters.get(request.GET.get("quarter", "")) or next(iter(quarters.values()))
    which = request.GET.get("list", "")
    which = which if which in coverage.LISTS else coverage.LISTS[0]
    found = coverage.of(quarter, cities)
    nobody = coverage.met_nobody(at, cities)
    listed = Paginator(nobody if which == "nobody" else found.listed(which), PAGE)
    shown = listed.get_page(request.GET.get("page"))
    context = {
        "at": at,
        "quarter": quarter,
        "which": which,
        "coverage": found,
        "parts": [(part, LABELS[part](), len(found.without[part]), found.share(part)) for part in coverage.PARTS],
        "nobody": len(nobody),
        "tabs": [_tab(one, which, current=one == quarter) for one in quarters.values()],
        "page": shown,
        "rows": _rows(found, quarter, list(shown)),
    }
    return render(request, "pages/desk_coverage.html", context)


def _rows(found: coverage.Coverage, quarter: coverage.Quarter, keys: list[int]) -> list[dict[str, Any]]:
    """Who stands on one page, what they went without, and when the office last asked them to something."""
    known, asked = cards.known(keys), invitations.invited(keys, *quarter.period)
    return [
        {
            "person": person,
            "known": known[person.pk],
            "missing": [LABELS[part]() for part in found.missing(person.pk)],
            "invited_at": asked.get(person.pk),
        }
        for person in coverage.named(keys)
    ]


def _tab(quarter: coverage.Quarter, which: str, *, current: bool) -> dict[str, Any]:
    label = _("Quarter %(n)d of %(year)d") % {"n": quarter.number, "year": quarter.first_on.year}
    return {"label": label, "url": f"?quarter={quarter.code}&list={which}", "current": current}


LABELS = {"seat": lambda: _("No seat"), "answer": lambda: _("No answer"), "contact": lambda: _("Nobody new")}
