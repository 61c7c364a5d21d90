"""The desk's figures: a page for each section, and the list behind each number."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.figures import charts, rules
from community.figures.sections import WHICH, Counted, Figure, Group, Scope, counted
from community.figures.sections.book import EVERYBODY, SECTIONS, Section
from community.figures.selectors import behind as lists
from community.kernel.access import ORGANIZER, TREASURER, desk, fresh, has_role, roles_of
from community.kernel.days import day_of, months_later
from community.kernel.sheets import as_xlsx
from community.members.selectors import active_cities, chapters

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _page(code: str) -> Callable[..., HttpResponse]:
    section = SECTIONS[code]

    @require_safe
    @desk(*section.roles)
    def view(request: HttpRequest) -> HttpResponse:
        scope = _scope(request, timezone.now())
        groups = [build(scope) for build in section.groups.values()]
        context = _frame(request, section, scope)
        numbers = counted(groups)
        context["groups"] = [_group(request, section, group, numbers, context["query"]) for group in groups]
        return render(request, "figures/section.html", context)

    return view


overview, gate, renewal, people, events, needs = map(_page, SECTIONS)


@require_safe
@desk(*EVERYBODY)
@fresh
def behind(request: HttpRequest, section: str, group: str, code: str, which: str) -> HttpResponse:
    """The rows behind one number; with `format` as a sheet."""
    scope = _scope(request, timezone.now())
    found = SECTIONS.get(section)
    figure = _figure(found, group, code, scope)
    rows = figure.rows(which) if figure and which in WHICH else None
    if found is None or figure is None or rows is None:
        raise Http404
    if not (has_role(request.user, *figure.roles) and has_role(request.user, *found.roles)):
        raise PermissionDenied(_("This part of the desk belongs to another role. Ask an administrator."))
    if "format" in request.GET:
        return _sheet(rows, f"{section}-{code}-{which}", roles_of(request.user), figure.more)
    shown = Paginator(lists.prepared(rows), PAGE).get_page(request.GET.get("page"))
    context = _frame(request, found, scope) | {
        "figure": figure, "which": which, "page": shown, "heads": lists.heads(rows, figure.more),
        "rows": lists.listed(shown, roles_of(request.user), figure.more), "lists": _lists(figure, which, request.GET.urlencode()),
    }  # fmt: skip
    return render(request, "figures/behind.html", context)


def _figure(section: Section | None, group: str, code: str, scope: Scope) -> Figure | None:
    build = section.groups.get(group) if section else None
    return next((one for one in build(scope).figures if one.code == code), None) if build else None


def _sheet(rows: Any, name: str, roles: frozenset[str], more: lists.Columns | None) -> HttpResponse:
    found = [row.all_cells for row in lists.listed(lists.prepared(rows), roles, more)]
    response = HttpResponse(as_xlsx([lists.heads(rows, more), *found]), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _lists(figure: Figure, which: str, query: str) -> list[dict[str, Any]]:
    names = {"part": _("These"), "rest": _("The others"), "whole": _("All")}
    offered = [one for one in WHICH if figure.rows(one) is not None]
    return [{"label": names[one], "url": f"../{one}/?{query}", "current": one == which} for one in offered]


def _group(
    request: HttpRequest, section: Section, group: Group, numbers: dict[tuple[str, str], Counted], query: str
) -> dict[str, Any]:
    """A group as its template reads it: its figures with numbers, addresses and sentences."""
    days = group.days() if group.days else {}
    figures = []
    for figure in group.figures:
        number = numbers[group.code, figure.code]
        addresses = {
            one: reverse("desk_figures_behind", args=[section.code, group.code, figure.code, one]) + f"?{query}"
            for one in WHICH
            if has_role(request.user, *figure.roles) and figure.rows(one) is not None
        }
        figures.append({"figure": figure, "number": number, "urls": addresses, "days": days.get(figure.code),
                        "note": figure.note() if figure.note else ""})  # fmt: skip
    if group.code == "drops":
        figures = sorted((one for one in figures if one["number"].part), key=lambda one: -one["number"].part)
    drawings: dict[str, Callable[[Any], Any]] = {"survival": charts.survival, "spread": charts.tenths}
    drawn = drawings[group.chart](group.drawn) if group.chart in drawings and group.drawn else None
    drawn = group.drawn if group.chart == "recommending" else drawn
    return {"group": group, "figures": figures, "drawn": drawn, "with_days": bool(days)}


def _frame(request: HttpRequest, section: Section, scope: Scope) -> dict[str, Any]:
    """What every page of figures has around it: the sections, the periods and the cities to choose from."""
    own = chapters.cities_run_by(request.user)
    cities = list(active_cities(within=own))
    city = next(iter(scope.cities)) if scope.cities is not None and scope.cities != own else None
    query = {"since": scope.first_on, "until": scope.last_on} | ({"city": city} if city else {})
    return {
        "section": section, "scope": scope, "at": scope.at, "query": urlencode(query), "city": city,
        "cities": cities if len(cities) > 1 else [], "own_cities": cities if own is not None else [],
        "language": get_language() or "zh-hans", "least": rules.LEAST, "section_url": _address(section),
        "sections": sections_for(request, section.code, urlencode(query)),
        "tabs": _tabs(request.path, scope, city),
    }  # fmt: skip


def sections_for(request: HttpRequest, code: str, query: str = "") -> list[dict[str, Any]]:
    """The sections the reader may open; members' own answers are the last of them."""
    found = [
        {"label": one.title, "url": f"{_address(one)}?{query}", "current": one.code == code}
        for one in SECTIONS.values()
        if has_role(request.user, *one.roles)
    ]
    if has_role(request.user, ORGANIZER):
        found.append({"label": _("Recommending"), "url": reverse("desk_figures_voices"), "current": code == "voices"})
    return found


def _address(section: Section) -> str:
    return reverse("desk_figures" if section.code == "overview" else f"desk_figures_{section.code}")


def _scope(request: HttpRequest, at: datetime) -> Scope:
    """The days asked for, else the last twelve months; nonsense is left out, the wrong way round is turned. A city only
    where the reader runs it."""
    today = day_of(at)
    asked = []
    for name in ("since", "until"):
        try:
            asked.append(parse_date(request.GET.get(name, "")[:10]))
        except ValueError:
            asked.append(None)
    last = asked[1] if asked[1] and 2000 < asked[1].year < 9999 else today
    first = asked[0] if asked[0] and 2000 < asked[0].year < 9999 else months_later(last, -12) + timedelta(days=1)
    own = chapters.cities_run_by(request.user)
    city = request.GET.get("city", "")
    if city.isascii() and city.isdigit() and len(city) < 9 and (own is None or int(city) in own):
        own = frozenset([int(city)])
    return Scope(min(first, last), max(first, last), at, own, money=has_role(request.user, TREASURER))


def _tabs(path: str, scope: Scope, city: int | None) -> list[dict[str, Any]]:
    today = day_of(scope.at)
    quarter = rules.quarter_of(today)
    periods: list[tuple[str, date, date]] = [
        (_("This quarter"), quarter, today),
        (_("Last quarter"), months_later(quarter, -3), quarter - timedelta(days=1)),
        (_("12 months"), months_later(today, -12) + timedelta(days=1), today),
    ]
    return [
        {
            "label": label,
            "url": f"{path}?" + urlencode({"since": first, "until": last} | ({"city": city} if city else {})),
            "current": (first, last) == (scope.first_on, scope.last_on),
        }
        for label, first, last in periods
    ]
