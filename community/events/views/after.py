"""After an event (R29): the two questions, who wants to meet again, and what the office reads of it in figures."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.events import policies, states
from community.events.forms.after import AfterForm
from community.events.models import Event, MeetAgain, Opinion, Signup
from community.events.selectors import after
from community.events.services import answering
from community.kernel.access import ORGANIZER, desk
from community.kernel.days import day_of, end_of, months_later, start_of
from community.members.selectors import chapters


def questions(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    event = get_object_or_404(Event.objects.exclude(status=states.DRAFT), public_id=public_id)
    signup = Signup.objects.filter(event=event, person=request.user).first()
    verdict = policies.may_answer(signup, event, at=at)
    others = after.there(event, request.user) if verdict else []
    people = [(other.person.public_id, other.person.name) for other in others]
    form = AfterForm(request.POST or None, people=people, initial=_given(event, request.user))
    if request.method == "POST":
        verdict.insist()
        if form.is_valid():
            typed = form.cleaned_data
            found = answering.answer(event.pk, request.user, worth=typed["worth"], again=typed["again"], at=at)
            for other in found:
                messages.success(
                    request, _("%(name)s wants to meet you again too. You both got a letter.") % {"name": other.name}
                )
            messages.success(request, _("Thank you. Your answers are counted, never shown with your name."))
            return redirect("event_after", public_id)
    context = {"event": event, "at": at, "form": form, "verdict": verdict, "people": people,
               "mutual": after.mutual(request.user)}  # fmt: skip
    return render(request, "events/after.html", context)


def _given(event: Event, person: Any) -> dict[str, Any]:
    opinion = Opinion.objects.filter(event=event, person=person).first()
    again = MeetAgain.objects.filter(event=event, person=person).values_list("other__public_id", flat=True)
    return {"worth": opinion.worth if opinion else None, "again": list(again)}


def home_notes(person: Any, at: datetime) -> list[dict[str, str]]:
    """What the home page says of it: the questions that are open."""
    event = after.open_questions(person, at)
    if event is None:
        return []
    return [
        {
            "tone": "info",
            "title": _("Two questions about “%(topic)s”") % {"topic": event.topic},
            "text": _("Was it worth it, and whom do you want to meet again?"),
            "url": reverse("event_after", args=[event.public_id]),
            "label": _("Answer"),
        }
    ]


@require_safe
@desk(ORGANIZER)
def figures(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    since, until = _period(request, day_of(at))
    context = {
        "at": at,
        "since": since,
        "until": until,
        "tabs": _tabs(request, since, until, day_of(at)),
        "figures": after.figures(start_of(since), end_of(until), chapters.cities_run_by(request.user)),
    }
    return render(request, "events/desk_figures.html", context)


def _period(request: HttpRequest, today: date) -> tuple[date, date]:
    """The days asked for, else the last ninety; nonsense is left out, the wrong way round is turned."""
    asked: list[date | None] = []
    for name in ("since", "until"):
        try:
            asked.append(parse_date(request.GET.get(name, "")[:10]))
        except ValueError:
            asked.append(None)
    until = asked[1] if asked[1] and asked[1].year < 9999 else today
    since = asked[0] if asked[0] and asked[0].year > 1900 else until - timedelta(days=89)
    return min(since, until), max(since, until)


def _tabs(request: HttpRequest, since: date, until: date, today: date) -> list[dict[str, Any]]:
    month = today.replace(day=1)
    periods = [
        (_("This month"), month, today),
        (_("Last month"), months_later(month, -1), month - timedelta(days=1)),
        (_("90 days"), today - timedelta(days=89), today),
        (_("12 months"), months_later(today, -12) + timedelta(days=1), today),
    ]
    return [
        {"label": label, "url": f"{request.path}?since={a}&until={b}", "current": (a, b) == (since, until)}
        for label, a, b in periods
    ]
