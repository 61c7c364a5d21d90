"""Who sits with whom: one press proposes a plan, hands move people, and the figures say what it means."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from community.events import planning, states
from community.events.forms.seating import SeatingForm, WishForm, WishGoneForm
from community.events.models import Event, SeatingPlan, Signup
from community.events.planning import Question, TableScore
from community.events.selectors import tables
from community.events.services import planning as service
from community.events.views.loading import PUBLISHED, event_at_desk
from community.kernel.access import ORGANIZER, desk
from community.kernel.errors import RuleBroken, refusal

MOST_LOOKS = 40  # a second apart


@dataclass
class Desk:
    """The event, who sits at it and what the planner would be asked: read once for a page."""

    event: Event
    signups: list[Signup]
    numbers: list[int]
    question: Question

    def form(self, data: Any = None, **options: Any) -> SeatingForm:
        return SeatingForm(data, signups=self.signups, numbers=self.numbers, **options)

    @property
    def seats(self) -> dict[str, int]:
        return {signup.public_id: tables.table_of(signup) for signup in self.signups}

    def planned(self, plan: SeatingPlan) -> dict[str, int]:
        """The plan's tables; whoever came after it stays where they are."""
        table_of, here = plan.placed, set(self.numbers)
        return {
            signup.public_id: table if (table := table_of.get(signup.person_id)) in here else tables.table_of(signup)
            for signup in self.signups
        }


@desk(ORGANIZER)
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who sits where now, or would by a plan (?plan=); posted, people are seated as the page says."""
    event = _event(request, public_id)
    plan = tables.plan_of(event, request.GET.get("plan", ""))
    if plan and plan.waiting:
        return _working(request, event, plan)
    if request.htmx:  # the plan that was waited for is there
        return HttpResponseClientRefresh()
    room = _room(event)
    if request.method != "POST":
        said = refusal(plan.refused, {}) if plan and plan.refused else ""
        return _page(request, room, room.planned(plan) if plan else room.seats, plan=plan, refused=said)
    form = room.form(request.POST)
    form.is_valid()
    try:
        moved = service.seat(
            room.event.pk, form.cleaned_data["seats"], by=request.user, at=timezone.now(),
            digest=plan.digest if plan else "",
        )  # fmt: skip
    except RuleBroken as refused:
        return _page(request, room, form.cleaned_data["seats"], form=form, plan=plan, refused=refused.sentence)
    if moved:
        messages.success(
            request, ngettext("Done. %(n)d person changed the table.", "Done. %(n)d people changed the table.", moved)
            % {"n": moved},
        )  # fmt: skip
    else:
        messages.info(request, _("Everybody sits where they sat."))
    return redirect("desk_event_tables", public_id)


@require_POST
@desk(ORGANIZER)
def propose(request: HttpRequest, public_id: str) -> HttpResponse:
    """The one press; whoever is ticked stays at the table that is chosen for them, the rest is planned around them.

    The planner works beside the request; its page waits for it.
    """
    room = _room(_event(request, public_id))
    form = room.form(request.POST)
    form.is_valid()
    seats, stay = form.cleaned_data["seats"], form.cleaned_data["stay"]
    by_id = {signup.public_id: signup.person_id for signup in room.signups}
    try:
        plan = service.ask(
            room.event, by=request.user, at=timezone.now(), stay={by_id[key]: seats[key] for key in stay},
            mix_industries=form.cleaned_data["mix"], same_people=form.cleaned_data["same"],
        )  # fmt: skip
    except RuleBroken as refused:
        return _page(request, room, seats, form=form, refused=refused.sentence)
    return redirect(f"{reverse('desk_event_tables', args=[public_id])}?plan={plan.public_id}")


@require_POST
@desk(ORGANIZER)
def figures(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the seating on the page means; nothing is written."""
    room = _room(_event(request, public_id))
    form = room.form(request.POST)
    form.is_valid()
    if request.htmx:
        seated = _seated(room, form.cleaned_data["seats"], form.cleaned_data["mix"])
        return render(request, "events/_tables_figures.html", {"room": seated["room"], "tables": seated["tables"]})
    return _page(request, room, form.cleaned_data["seats"], form=form)


@require_POST
@desk(ORGANIZER)
def wish(request: HttpRequest, public_id: str) -> HttpResponse:
    room, form = _room(_event(request, public_id)), WishForm(request.POST)
    try:
        if not form.is_valid():
            raise RuleBroken("wish.two")
        typed = form.cleaned_data
        service.wish(room.event, typed["kind"], typed["one"], typed["other"], by=request.user, at=timezone.now())
    except RuleBroken as refused:
        form.add_error(None, refused.sentence)
        return _page(request, room, room.seats, wish_form=form)
    messages.success(request, _("Noted. The next plan keeps to it."))
    return redirect("desk_event_tables", public_id)


@require_POST
@desk(ORGANIZER)
def forget(request: HttpRequest, public_id: str) -> HttpResponse:
    form = WishGoneForm(request.POST)
    event = _event(request, public_id)
    if form.is_valid():
        service.forget_wish(event, form.cleaned_data["wish"], by=request.user, at=timezone.now())
    return redirect("desk_event_tables", public_id)


def _event(request: HttpRequest, public_id: str) -> Event:
    event = event_at_desk(request, public_id, *PUBLISHED)
    if not event.traits.at_tables:
        raise Http404
    return event


def _working(request: HttpRequest, event: Event, plan: SeatingPlan) -> HttpResponse:
    """The planner is at it: the page looks again by itself for a while, without script by a press."""
    looks = request.GET.get("look", "")
    look = min(int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 4 else 1, MOST_LOOKS)
    context = {
        "event": event,
        "plan": plan,
        "people": len(plan.question["guests"]),
        "tables": len(plan.tables),
        "next_look": look + 1 if look < MOST_LOOKS else None,
    }
    template = "events/_tables_working.html" if request.htmx else "events/desk_tables_working.html"
    return render(request, template, context)


def _room(event: Event) -> Desk:
    signups = tables.at_tables(event)
    numbers = list(tables.chairs(event))
    return Desk(event, signups, numbers, tables.question(event, signups, numbers=numbers, at=timezone.now()))


def _page(
    request: HttpRequest, room: Desk, seats: dict[str, int], *, form: SeatingForm | None = None,
    plan: SeatingPlan | None = None, refused: str = "", wish_form: WishForm | None = None,
) -> HttpResponse:  # fmt: skip
    asked = tables.from_stored(plan.question) if plan else None
    stay = form.cleaned_data["stay"] if form else set()
    if asked:
        held = {pk for pk, _table in asked.here}
        stay = {signup.public_id for signup in room.signups if signup.person_id in held}
    mix = form.cleaned_data["mix"] if form else bool(asked and asked.mix_industries)
    initial = {"mix": mix, "same": bool(asked and asked.cohort)}
    context = _seated(room, seats, mix) | {
        "event": room.event,
        "at": timezone.now(),
        "form": form or room.form(initial=initial),
        "plan": plan if plan and not plan.refused else None,
        "outdated": bool(asked and plan and not plan.refused and not tables.asks_the_same(room.question, asked)),
        "stay": stay,
        "changed": seats != room.seats,
        "editable": room.event.status == states.OPEN,
        "numbers": room.numbers,
        "wishes": tables.wishes(room.event),
        "wish_form": wish_form or WishForm(),
        "refused": refused,
    }
    return render(request, "events/desk_tables.html", context)


def _seated(room: Desk, seats: dict[str, int], mix: bool) -> dict[str, Any]:
    """The tables with their people and what each means, in words."""
    there: dict[int, list[Signup]] = {number: [] for number in room.numbers}
    for signup in room.signups:
        there[seats[signup.public_id]].append(signup)
    question = replace(room.question, mix_industries=mix)
    keys = tuple(tuple(signup.person_id for signup in there[number]) for number in room.numbers)
    score = planning.score(question, keys)
    names = {signup.person_id: signup.person.name for signup in room.signups}
    new = {guest.key for guest in question.guests if guest.is_new}
    listed = [
        {
            "number": number,
            "signups": there[number],
            "chairs": chairs,
            "host": names.get(table.host) if table.host else "",
            "words": _words(table),
            "warnings": _warnings(table, names, len(there[number]) - chairs),
        }
        for number, chairs, table in zip(room.numbers, question.chairs, score.tables, strict=True)
    ]
    torn = [_("%(names)s should sit together.") % {"names": _and(names, group)} for group in score.torn]
    return {"room": score, "tables": listed, "torn": torn, "new": new}


def _words(table: TableScore) -> list[str]:
    words = [_("%(new)d of %(all)d pairs meet for the first time") % {"new": table.new_pairs, "all": table.pairs}]
    if table.newcomers:
        words.append(ngettext("%(n)d newcomer", "%(n)d newcomers", table.newcomers) % {"n": table.newcomers})
    words.append(
        ngettext("%(n)d person with experience", "%(n)d people with experience", table.experienced)
        % {"n": table.experienced}
    )
    if table.fits:
        words.append(ngettext("%(n)d need meets an offer", "%(n)d needs meet an offer", table.fits) % {"n": table.fits})
    return words


def _warnings(table: TableScore, names: dict[int, str], over: int) -> list[str]:
    said = []
    if over > 0:
        said.append(ngettext("%(n)d chair short.", "%(n)d chairs short.", over) % {"n": over})
    if table.all_new:
        said.append(_("Nobody here has been at a table before."))
    said += [_("%(names)s are of one company.") % {"names": _and(names, both)} for both in table.same_company]
    said += [_("%(names)s should not sit together.") % {"names": _and(names, both)} for both in table.apart]
    said += [_("%(names)s are of one industry.") % {"names": _and(names, both)} for both in table.same_industry]
    return said


def _and(names: dict[int, str], keys: tuple[int, ...]) -> str:
    return str(_(" and ")).join(names.get(key, "–") for key in keys)
