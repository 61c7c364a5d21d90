"""For the host and the office: who comes, the course of the evening with its clock, and cards with names to print."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from community.events import policies, selectors, states
from community.events.models import Event, Signup
from community.events.rules import agenda, evening
from community.events.selectors import after, hosting
from community.events.views import wording
from community.members.selectors import tables as members

PARTS = {
    "welcome": gettext_lazy("Welcome"),
    "icebreaker": gettext_lazy("Icebreaker"),
    "turns": gettext_lazy("Everybody's turn"),
    "questions": gettext_lazy("Questions and answers"),
    "wishes": gettext_lazy("What each takes home, and whom to meet next"),
}
QUESTIONS = (
    gettext_lazy("What did you do before you had a company?"),
    gettext_lazy("Which decision of this year would you take again at once?"),
    gettext_lazy("What does a good day at your company look like?"),
    gettext_lazy("Who helped you when nobody had to?"),
    gettext_lazy("What do customers say about you when you don't listen?"),
    gettext_lazy("What would you do with one more pair of hands?"),
    gettext_lazy("What did your last mistake cost, and what did it teach you?"),
    gettext_lazy("What are you better at than anybody here expects?"),
)


@require_safe
def host(request: HttpRequest, public_id: str) -> HttpResponse:
    event = _event(request, public_id)
    signups = hosting.at_event(event)
    rows = wording.seated(signups, tables=event.table_count)
    context = {
        "event": event,
        "at": timezone.now(),
        "rows": rows,
        "words": wording.roster_words(),
        "score": after.satisfaction([event])[event.pk] if timezone.now() >= event.ends_at else None,
    }
    return render(request, "events/host.html", context)


@require_safe
def run_sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """The course of the evening at one table (?table=). Once loaded it needs no network."""
    event = _event(request, public_id)
    signups = hosting.at_event(event)
    numbers = sorted({n for signup in signups if (n := _table(signup)) is not None})
    number = _chosen(request, signups, numbers)
    here = [signup for signup in signups if number is None or _table(signup) == number]
    people = [line for signup in here for line in _lines(signup)]
    steps = evening.course(event.starts_at, event.ends_at, agenda.parts(event.agenda))
    context = {
        "event": event,
        "at": timezone.now(),
        "tabs": [
            {"label": _("Table %(n)d") % {"n": n}, "url": f"{request.path}?table={n}", "current": n == number}
            for n in numbers
        ] if len(numbers) > 1 else [],
        "number": number,
        "people": people,
        "steps": [(step, step.title or PARTS[step.code]) for step in steps],
        "turn": evening.turn_minutes(steps, len(people)),
        "question": QUESTIONS[evening.icebreaker(event.pk, number or 0)],
    }  # fmt: skip
    return render(request, "events/run_sheet.html", context)


@require_safe
def cards(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cards with names, ten on a sheet of A4."""
    event = _event(request, public_id)
    signups = [signup for signup in hosting.at_event(event) if signup.status != states.MISSED]
    companies = members.company_names(signup.person_id for signup in signups)
    people = [
        (name, note, companies.get(signup.person_id, "") if name == signup.person.name else "", _table(signup))
        for signup in signups
        for name, note in _lines(signup)
    ]
    context = {"event": event, "people": people, "several": event.table_count > 1 and event.traits.at_tables}
    return render(request, "events/name_cards.html", context)


def _event(request: HttpRequest, public_id: str) -> Event:
    event = selectors.for_desk(public_id)
    if event is None or not policies.may_run(request.user, event):
        raise Http404
    return event


def _lines(signup: Signup) -> list[tuple[str, str]]:
    """Name and note of somebody, and of the guest they bring."""
    own = (signup.person.name, _("Host") if signup.is_host else "")
    brought = [(signup.guest.called, wording.roster_words()["guest"] % {"name": own[0]})] if signup.with_guest else []
    return [own, *brought]


def _table(signup: Signup) -> int | None:
    return signup.seat.table.number if signup.seat is not None and signup.seat.table is not None else None


def _chosen(request: HttpRequest, signups: list[Signup], numbers: list[int]) -> int | None:
    """The table asked for, else the reader's own, else the first."""
    typed = request.GET.get("table", "")
    if typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) in numbers:
        return int(typed)
    own: Any = next((_table(signup) for signup in signups if signup.person_id == request.user.pk), None)
    return own or (numbers[0] if numbers else None)
