"""What members answered to the quarter's question, as the office reads it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.figures import rules
from community.figures.sections.renewal import quarter_name
from community.figures.selectors import voices
from community.figures.views.desk import sections_for
from community.kernel.access import ORGANIZER, desk
from community.members.selectors import chapters

PAGE = 50


@require_safe
@desk(ORGANIZER)
def page(request: HttpRequest) -> HttpResponse:
    cities = chapters.cities_run_by(request.user)
    found = voices.quarters(cities)
    wanted = request.GET.get("quarter", "")
    quarter = next((one for one in found if one.first_on.isoformat() == wanted), found[0] if found else None)
    context: dict[str, Any] = {
        "sections": sections_for(request, "voices"), "quarter": quarter, "at": timezone.now(), "least": rules.LEAST,
    }  # fmt: skip
    if quarter is not None:
        context["page"] = Paginator(voices.sentences(quarter, cities), PAGE).get_page(request.GET.get("page"))
        context["tabs"] = [
            {"label": quarter_name(one.first_on), "url": f"?quarter={one.first_on}", "current": one is quarter}
            for one in found
        ]
        total = sum(quarter.counts.values())
        context["bars"] = [
            (score, quarter.counts.get(score, 0), round(100 * quarter.counts.get(score, 0) / total))
            for score in reversed(rules.SCORES)
        ] if total else []  # fmt: skip
    return render(request, "figures/voices.html", context)
