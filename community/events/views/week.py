"""Where an organizer starts: the week on one page, and the lists of all events behind it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.events import selectors
from community.events.forms.series import DayForm
from community.events.views import wording
from community.kernel.access import ADMINISTRATOR, ORGANIZER, desk, has_role
from community.kernel.days import start_of, week_of
from community.members.selectors import chapters

PAGE = 20
FAR = timedelta(days=366)


@desk(ORGANIZER)
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    which, cities = request.GET.get("list", ""), chapters.cities_run_by(request.user)
    context = {"at": at, "tabs": _tabs(request.path, which), "may_set": has_role(request.user, ADMINISTRATOR)}
    if which not in selectors.DESK_LISTS:
        return render(request, "events/desk_week.html", context | _week(request, at))
    page = Paginator(selectors.desk_list(which, at, cities), PAGE).get_page(request.GET.get("page"))
    figures = selectors.figures(page, at)
    context |= {"page": page, "rows": [(event, figures[event.pk]) for event in page]}
    return render(request, "events/desk_list.html", context)


def _week(request: HttpRequest, at: datetime) -> dict[str, Any]:
    this, cities = week_of(at), chapters.cities_run_by(request.user)
    monday = _asked_for(request, this)
    week = selectors.office_week(at, monday, language=get_language() or "zh-hans", cities=cities)
    return {
        "week": week,
        "clock_seats": selectors.seats_for_clocks(at, cities),
        "words": wording.LINT,
        "this": this,
        "monday": monday,
        "before": monday - timedelta(weeks=1),
        "after": monday + timedelta(weeks=1),
        "tasks": selectors.open_tasks(at, cities=cities) if monday == this else [],
        "quiet": selectors.quiet_seats(at, cities),
        "here": request.get_full_path(),
    }


def _asked_for(request: HttpRequest, this: date) -> date:
    """The Monday of the week asked for, within a year of this one; odd input shows this week."""
    form = DayForm({"on": request.GET.get("week", "")})
    if not form.is_valid() or abs(form.cleaned_data["on"] - this) > FAR:
        return this
    return week_of(start_of(form.cleaned_data["on"]))


def _tabs(path: str, which: str) -> list[dict[str, Any]]:
    labels = {"": _("Week"), "upcoming": _("Upcoming"), "past": _("Past"), "draft": _("Drafts"),
              "cancelled": _("Cancelled")}  # fmt: skip
    shown = which if which in labels else ""
    return [
        {"label": label, "url": f"{path}?list={name}" if name else path, "current": name == shown}
        for name, label in labels.items()
    ]
