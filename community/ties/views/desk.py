"""The club's ties at the desk: the map by city or industry, and who has met nobody for some months (R36)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from community.kernel.access import ORGANIZER, desk
from community.kernel.days import day_of, months_later, start_of
from community.members.selectors import cards, care, chapters, groups, people_by_id
from community.ties.selectors import maps

PAGE = 50
MONTHS = (3, 6, 12)


@require_safe
@desk(ORGANIZER)
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    cities = chapters.cities_run_by(request.user)
    by = groups.INDUSTRY if request.GET.get("by") == groups.INDUSTRY else groups.CITY
    months = next((n for n in MONTHS if str(n) == request.GET.get("months")), MONTHS[-1])
    since = start_of(months_later(day_of(at), -months))
    drawn = maps.whole(by, since, at, cities, _("The rest"))
    members = chapters.at_home_in(care.past_first_days(day_of(at)), cities).values_list("pk", flat=True)
    page = Paginator([pk for pk in members if pk not in drawn.tied], PAGE).get_page(request.GET.get("page"))
    people = people_by_id(page)
    context = {
        "at": at,
        "by": by,
        "months": months,
        "map": drawn,
        "ways": _ways(by, months),
        "periods": _periods(by, months),
        "page": page,
        "rows": [(people[pk], known) for pk, known in zip(page, cards.known(list(page)).values(), strict=True)],
    }
    return render(request, "ties/desk.html", context)


def _ways(by: str, months: int) -> list[dict[str, Any]]:
    named = ((groups.CITY, _("By city")), (groups.INDUSTRY, _("By industry")))
    return [{"label": label, "url": f"?by={way}&months={months}", "current": way == by} for way, label in named]


def _periods(by: str, months: int) -> list[dict[str, Any]]:
    said = ((n, ngettext("%(n)d month", "%(n)d months", n) % {"n": n}) for n in MONTHS)
    return [{"label": label, "url": f"?by={by}&months={n}", "current": n == months} for n, label in said]
