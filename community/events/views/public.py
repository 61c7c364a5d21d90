"""Events as everybody sees them: the list, one event, taking a seat and giving it back."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.events import policies, ports, rules, selectors, states
from community.events.forms import ExcuseForm, ListForm
from community.events.models import Event, Signup, WaiverAcceptance
from community.events.rules import agenda, calendar_links, maps
from community.events.rules import prices as price_rules
from community.events.selectors import prices, tables
from community.events.services import booking, excusing, waivers
from community.events.views import sharing
from community.kernel.days import week_of
from community.kernel.errors import RuleBroken
from community.members.selectors import chapters

PAGE = 20
SIGNED_UP = {
    states.CONFIRMED: gettext_lazy("The seat is yours. We have sent you the details."),
    states.WAITING: gettext_lazy("You are on the waitlist. When a seat is yours to take, we write to you."),
    states.OFFERED: gettext_lazy("A seat is kept for you. Say below that you take it."),
}
TO_PAY = gettext_lazy("A seat is kept for you. Pay for it below, and it is yours.")
COLLECTED = gettext_lazy("You are signed up. When the seats are given, we write to you.")


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    home = _own_city(request, at)
    form = ListForm(request.GET if home is None else request.GET.dict() | {"city": home})
    form.is_valid()
    chosen = form.cleaned_data
    events = selectors.upcoming(at, kind=chosen.get("kind", ""), city=chosen.get("city"))
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    prices.priced(page.object_list, at)
    context = {
        "at": at,
        "form": form,
        "filtered": bool(chosen.get("kind") or chosen.get("city")),
        "home": chosen.get("city") if home is not None else None,
        "page": page,
        "weeks": selectors.by_week(page),
        "this_week": week_of(at),
        "next_week": week_of(at) + timedelta(weeks=1),
        "mine": selectors.events_held_by(request.user, page),
    }
    return render(request, "events/list.html", context)


def _own_city(request: HttpRequest, at: datetime) -> int | None:
    """Where the list begins for somebody who chose no city: at home, when there is something there and elsewhere."""
    if "city" in request.GET or not request.user.is_authenticated:
        return None
    ahead = selectors.cities_ahead(at)
    home = chapters.own_city_id(request.user) if len(ahead) > 1 else None
    return home if home in ahead else None


@login_not_required
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    event = selectors.for_page(public_id)
    if event is None or not policies.may_see(request.user, event):
        raise Http404
    room = selectors.room_of(event, request.user)
    signup = room.mine
    window = rules.in_window(event.releases_at, at)
    early = window and request.user.pk in selectors.checked_in_before(event, [request.user.pk])
    costs = _costs(event, signup, at)
    state = _state(event, room, at, closed=window and not early, paying=costs["paying"])
    footing = policies.footing(request.user, event, at=at)
    verdict = _verdict(event, request.user, signup, footing, costs["price"], at)
    named = policies.may_see_people(request.user, event, signup)
    context = {
        "at": at,
        "event": event,
        "room": room,
        "host": _host(room, event) if named else None,
        "signup": signup,
        "coming": policies.is_coming(signup),
        "state": state,
        "verdict": verdict,
        "early": early,
        "followed": list(event.follows.order_by("starts_at")) if window else [],
        "may_withdraw": signup is not None and policies.may_withdraw(signup, event, at=at),
        "address": policies.may_see_address(request.user, event, signup, footing.may_book),
        "may_see_people": named,
        "company": selectors.company_in(room, with_names=named),
        **_line(event, request.user, room, state, verdict, at),
        **costs,
        **_beside(event, footing, at),
        **_bringing(event, request.user, footing, verdict, state, at),
        **_own(signup, event, state, at),
        **_programme(event, request.user, named),
        "may_organize": policies.may_organize(request.user, event),
        "preview": sharing.preview_of(event, at),
    }
    context |= _waiver(event, request.user) | _calendar(request, event, state)
    return render(request, "events/page.html", context)


def _costs(event: Event, signup: Signup | None, at: datetime) -> dict[str, Any]:
    """R28: what a seat costs and will cost, what this reader is asked for or has paid, and until when paying can begin."""
    price, coming = prices.price_and_next(event, at)
    bill = ports.seat_bill(signup.pk) if signup is not None and event.traits.may_cost else None
    ends_at = signup.offer_ends_at if signup is not None else None
    pay_until = price_rules.last_start(ends_at) if ends_at else None
    paying = bill is not None and bill.paying
    return {
        "price": bill.money if bill is not None and not bill.paid else price,
        "next_price": coming,
        "bill": bill,
        "paying": paying,
        "pay_until": pay_until,
        "may_start": paying or (pay_until is not None and at <= pay_until),
    }


def _verdict(event: Event, person: Any, signup: Signup | None, footing: policies.Footing, price: Any, at: Any) -> Any:
    """Whether the reader may sign up, whether it is their turn already (R22), and whether there is time to pay."""
    verdict = footing.may_book
    if verdict and (signup is None or signup.status == states.WITHDRAWN):
        verdict = selectors.opening_for(person, event, at)
    return verdict and policies.may_still_pay(event, price, at=at)


def _host(room: selectors.Room, event: Event) -> Any:
    """The event's own host, and not that of one of its tables."""
    seated = (signup.person for signup in room.coming if signup.is_host and signup.person_id == event.host_id)
    return next(seated, None) or event.host


def _programme(event: Event, person: Any, named: bool) -> dict[str, Any]:
    """The agenda with its times, the place on a map, and what each of several tables talks about; its host for whoever
    may know names; and what the reader hosts."""
    rows = list(event.tables.select_related("host")) if event.traits.at_tables and event.table_count > 1 else []
    told = [table for table in rows if table.topic or (named and table.host_id)]
    own = next((table for table in rows if table.host_id is not None and table.host_id == person.pk), None)
    return {
        "own_table": own,
        "hosts_here": own is not None or (event.host_id is not None and event.host_id == person.pk),
        "agenda": agenda.timed(agenda.parts(event.agenda), event.starts_at),
        "tables": told,
        "maps": maps.links(event.place, event.address, event.city.name_zh),
    }


def _clock(event: Event, ends_at: Any) -> dict[str, Any]:
    """R5: whether coming here completes the attendance of a reader whose three weeks run until `ends_at`."""
    counts = event.qualifying and ends_at
    return {
        "clock_ends_at": ends_at,
        "completes": counts and event.starts_at < ends_at,
        "after_clock": counts and event.starts_at >= ends_at,
    }


def _calendar(request: HttpRequest, event: Event, state: str) -> dict[str, Any]:
    """Ways into a calendar for whoever has a seat; WeChat's browser opens no files."""
    if state != "coming":
        return {}
    where, url = f"{event.place} {event.address}".strip(), f"{settings.BASE_URL}{event.get_absolute_url()}"
    period = {"starts_at": event.starts_at, "ends_at": event.ends_at}
    return {
        "calendar_links": calendar_links.links(topic=event.topic, where=where, url=url, **period),
        "in_wechat": "MicroMessenger" in request.headers.get("user-agent", ""),
    }


def _waiver(event: Event, person: Any) -> dict[str, Any]:
    """R28: the conditions of a trip, and when this reader accepted them as they stand."""
    if not event.waiver or not person.is_authenticated:
        return {"accepted": None}
    accepted = WaiverAcceptance.objects.filter(event=event, person=person, version=event.waiver_version)
    return {"accepted": accepted.first()}


def _beside(event: Event, footing: policies.Footing, at: Any) -> dict[str, Any]:
    """What the tier still includes, until when a renewal keeps the seat, and what the clock says of this event."""
    return _clock(event, footing.clock_ends_at) | {
        "left": footing.left,
        "left_after": footing.left and footing.left.left - 1,
        "renew_by": footing.renew_by,
        "in_turn": selectors.opens_in_turn(event, at),
        "opens_at": rules.check_in_opens_at(event.starts_at),
        "late": rules.is_late(event.starts_at, at),
    }


def _state(event: Event, room: selectors.Room, at: Any, *, closed: bool, paying: bool) -> str:
    """Which of its variants the page shows. `closed`: a visit whose seats are not yet for this reader (R23); `paying`:
    the reader's payment page is open, which keeps the offered seat."""
    if event.status in (states.DRAFT, states.CANCELLED):
        return event.status
    if event.status == states.HELD or at >= event.ends_at:
        return "over"
    if policies.is_coming(room.mine):
        return "coming"
    if at >= event.starts_at:
        return "over"
    mine = room.mine
    if mine is not None and mine.status == states.OFFERED and (paying or at < mine.offer_ends_at):
        return "offered"
    if mine is not None and mine.status in (states.OFFERED, states.WAITING):
        return "waiting"
    if event.collecting:
        return "collecting"
    if closed:
        return "window"
    takes = room.seats_left and (not room.waiting or rules.in_window(event.releases_at, at))
    return "open" if takes else "full"


def _first_tap(event: Event, room: selectors.Room, state: str, at: Any) -> bool:
    """R24: whether a free seat goes to whoever waits and taps now; two, for somebody with a guest."""
    needed = 2 if room.mine is not None and room.mine.with_guest else 1
    return state == "waiting" and room.seats_left >= needed and rules.in_last_hours(event.starts_at, at)


def _bringing(
    event: Event, person: Any, footing: policies.Footing, verdict: Any, state: str, at: Any
) -> dict[str, Any]:
    """Whether the reader may bring a guest here (R12); nothing for whoever can't sign up anyway."""
    welcome = event.traits.guests and state in ("open", "full", "coming", "waiting")
    if not welcome or footing.included is None or not verdict:
        return {}
    return {"bringing": policies.bringing(person, event, footing.included, at=at)}


def _own(signup: Signup | None, event: Event, state: str, at: Any) -> dict[str, Any]:
    """What only the reader's own signup says: who is new to them at their table, and what is on record (R26)."""
    neighbours = tables.neighbours(signup, event) if signup is not None and state == "coming" else None
    return {"neighbours": neighbours, **_absence(signup, at)}


def _absence(signup: Signup | None, at: Any) -> dict[str, Any]:
    """R26: what is on record about the reader here, and until when they come last."""
    if signup is None or not excusing.is_absence(signup):
        return {"absence": None}
    return {"absence": signup, "last_until": selectors.last_until(signup.person_id, at), "excuse_form": ExcuseForm()}


def _line(event: Event, person: Any, room: selectors.Room, state: str, verdict: Any, at: Any) -> dict[str, Any]:
    """The reader's place, whether a tap has a free seat, and where else to go."""
    return {
        "place": _place(event, person, room, at) if _in_line(state, verdict) else None,
        "first_tap": _first_tap(event, room, state, at),
        "others": prices.priced(selectors.other_dates(event, at), at) if state in ("full", "over", "cancelled") else [],
    }


def _place(event: Event, person: Any, room: selectors.Room, at: Any) -> selectors.Place | None:
    waits = room.mine is not None and room.mine.status in (states.WAITING, states.OFFERED)
    return selectors.place_in_line(event, person, at, room.mine if waits else None)


def _in_line(state: str, verdict: Any) -> bool:
    """Whether the page says which place in line the reader has, or would have."""
    return state == "waiting" or (state in ("full", "window", "collecting") and bool(verdict))


def signup(request: HttpRequest, public_id: str) -> HttpResponse:
    event = _event(request, public_id)
    if request.method == "POST":
        at = timezone.now()
        try:
            made = booking.sign_up(event.pk, request.user, by=request.user, at=at)
        except RuleBroken as refused:
            return _overlapping(refused, event)
        if request.htmx and _only_waits(made, event, at):
            return render(request, "events/_joined.html", _joined(made, event, request.user, at))
        collecting = made.status == states.WAITING and event.collecting
        said = SIGNED_UP.get(made.status, SIGNED_UP[states.CONFIRMED])
        if made.status == states.OFFERED and prices.price_of(made.event, timezone.now()) is not None:
            said = TO_PAY
        messages.success(request, COLLECTED if collecting else said)
    return redirect(event)


def _only_waits(made: Signup, event: Event, at: datetime) -> bool:
    """Whether nothing on the page changes but the reader's place in line: so it is for a crowd before a full table."""
    special = event.by_allotment or rules.in_window(event.releases_at, at) or rules.in_last_hours(event.starts_at, at)
    return made.status == states.WAITING and not special and not made.with_guest


def _joined(made: Signup, event: Event, person: Any, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "event": event,
        "state": "waiting",
        "signup": made,
        "place": selectors.place_in_line(event, person, at, made),
        "may_withdraw": policies.may_withdraw(made, event, at=at),
        "said": SIGNED_UP[states.WAITING],
    }


def accept_waiver(request: HttpRequest, public_id: str) -> HttpResponse:
    event = _event(request, public_id)
    if request.method == "POST":
        version = request.POST.get("version", "")
        waivers.accept(event.pk, request.user, version=version, by=request.user, at=timezone.now())
        messages.success(request, _("Accepted. You can take a seat now."))
    return redirect(event)


def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    event = _event(request, public_id)
    if request.method == "POST":
        try:
            booking.accept(event.pk, request.user, by=request.user, at=timezone.now())
        except RuleBroken as refused:
            return _overlapping(refused, event)
        messages.success(request, SIGNED_UP[states.CONFIRMED])
    return redirect(event)


def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    event = _event(request, public_id)
    if request.method == "POST":
        left = booking.withdraw(event.pk, request.user, by=request.user, at=timezone.now())
        said = _("You gave your seat back. Thank you for saying so.")
        messages.success(request, said if left.confirmed_at else _("You are off the waitlist."))
    return redirect(event)


def _overlapping(refused: RuleBroken, event: Event) -> HttpResponse:
    """To the page that offers to give the other seat up; any other refusal goes on."""
    if refused.code != "signup.overlap":
        raise refused
    return redirect("event_change_over", event.public_id)


def _event(request: HttpRequest, public_id: str) -> Event:
    """The event a button belongs to. A sign-in on the way turns the press into a visit: the page asks again."""
    event = selectors.for_button(public_id)
    if event is None or not policies.may_see(request.user, event):
        raise Http404
    return event
