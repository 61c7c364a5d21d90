"""The gate in figures, for everybody who works at it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from community.kernel.access import ORGANIZER, REVIEWER, desk
from community.kernel.days import day_of, end_of, months_later, start_of
from community.members import figures
from community.members.models import Application

NAMES = {
    "started": (gettext_lazy("Started"), gettext_lazy("Applications whose draft was opened in the period.")),
    "submitted": (gettext_lazy("Sent"), gettext_lazy("Of these, sent at least once. Days from opening to first sending.")),
    "approved": (gettext_lazy("Papers approved"), gettext_lazy("Papers approved by a reviewer. Days from first sending.")),
    "attended": (gettext_lazy("Attended"), gettext_lazy("Checked in at an offline event in time. Days from approval.")),
    "paid": (gettext_lazy("Fee paid"), gettext_lazy("Fee paid and not given back. Days from approval.")),
    "admitted": (gettext_lazy("Admitted"), gettext_lazy("All three together: a member. Days from approval.")),
}  # fmt: skip
DROPS = {
    "closed": gettext_lazy("Draft closed, untouched"),
    "withdrawn_before": gettext_lazy("Withdrawn before approval"),
    "withdrawn_after": gettext_lazy("Withdrawn after approval"),
} | {
    f"{what}_{code}": label
    for what, labels in (("rejected", Application.Reason.choices), ("lapsed", Application.LapseReason.choices))
    for code, label in labels
}


@require_safe
@desk(REVIEWER, ORGANIZER)
def gate(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    since, until = _period(request, day_of(at))
    found = figures.gate(start_of(since), end_of(until))
    context = {
        "at": at,
        "since": since,
        "until": until,
        "tabs": _tabs(request, since, until, at),
        "gate": found,
        "steps": [(step, *NAMES[step.code]) for step in found.steps],
        "drops": [(DROPS[code], count, round(count * 100 / found.started)) for code, count in found.drops],
    }
    return render(request, "members/desk_figures.html", context)


def _period(request: HttpRequest, today: date) -> tuple[date, date]:
    """The days asked for, first and last, else the last 90; the wrong way round is turned, nonsense is left out."""
    asked = []
    for name in ("since", "until"):
        try:
            asked.append(parse_date(request.GET.get(name, "")[:10]))
        except ValueError:
            asked.append(None)
    until = asked[1] if asked[1] and asked[1].year < 9999 else today
    since = asked[0] if asked[0] and asked[0].year > 1900 else until - timedelta(days=89)
    return min(since, until), max(since, until)


def _tabs(request: HttpRequest, since: date, until: date, at: datetime) -> list[dict[str, Any]]:
    today = day_of(at)
    month = today.replace(day=1)
    periods = [
        (_("This month"), month, today),
        (_("Last month"), months_later(month, -1), month - timedelta(days=1)),
        (_("90 days"), today - timedelta(days=89), today),
        (_("12 months"), months_later(today, -12) + timedelta(days=1), today),
    ]
    return [
        {
            "label": label,
            "url": f"{request.path}?since={first}&until={last}",
            "current": (first, last) == (since, until),
        }
        for label, first, last in periods
    ]
