"""Who may see, book and run an event. A refusal says why and what to do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from community.events import rules, states
from community.events.models import Event, Signup
from community.events.rules import after, prices
from community.events.rules.entitlements import GUEST, GUEST_MONTHS, MONTHS, Left, span_of
from community.kernel import access
from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.kernel.prepared import INSTANT, TEXT, Given, Prepared
from community.members import policies as members
from community.members.selectors import chapters, stages

if TYPE_CHECKING:
    from community.kernel.money import Money

NO_EVENT = 0


def _used(**more: Any) -> QuerySet[Signup, int]:
    """What counts against a tier beside one event: held, attended and missed seats of a span."""
    return Signup.objects.filter(
        ~Q(event_id=Given("beside")), person_id=Given("person"), status__in=[*states.COMING, states.MISSED],
        event__starts_at__gte=Given("since", INSTANT), event__starts_at__lt=Given("until", INSTANT), **more,
    ).values_list("pk", flat=True)  # fmt: skip


SEATS_USED = Prepared(lambda: _used(is_host=False, event__kind=Given("kind", TEXT)))
GUESTS_USED = Prepared(lambda: _used(with_guest=True))


def may_organize(person: Any, event: Event) -> bool:
    """Edit, publish and cancel an event, see its roster and check people in: organizers, in the cities they run."""
    return access.has_role(person, access.ORGANIZER) and chapters.runs_city(person, event.city_id)


def may_plan_in(person: Any, city: Any) -> Verdict:
    """An organizer limited to some cities begins and moves events and series within these."""
    return YES if city is None or chapters.runs_city(person, city.pk) else no("chapter.other_city")


def may_see(person: Any, event: Event) -> bool:
    """A draft exists for organizers only; everything else is a public teaser (product.md §5)."""
    return event.status != states.DRAFT or may_organize(person, event)


def still_open(event: Event, *, at: datetime) -> Verdict:
    """Whether the event takes signups at all: open, and not begun."""
    if event.status == states.CANCELLED:
        return no("event.cancelled")
    if event.status == states.HELD or (event.status == states.OPEN and at >= event.starts_at):
        return no("event.begun")
    return YES if event.status == states.OPEN else no("event.gone")


@dataclass(frozen=True)
class Footing:
    """Whether somebody may sign up, until when their three weeks run, and what their tier still includes here."""

    may_book: Verdict
    clock_ends_at: datetime | None = None
    left: Left | None = None
    renew_by: datetime | None = None
    included: members.Included | None = None


def may_sign_up(person: Any, event: Event, *, at: datetime) -> Verdict:
    """R10, R12, R22: the event takes signups, members say the person may book on the event's day, it is for their stage,
    and the tier includes one more of the kind in its month or quarter."""
    return footing(person, event, at=at).may_book


def footing(person: Any, event: Event, *, at: datetime) -> Footing:
    """`may_sign_up`, with what the page says beside it."""
    verdict = still_open(event, at=at)
    if not verdict:
        return Footing(verdict)
    found = members.footing(person, starts_at=event.starts_at, qualifying=event.qualifying, at=at)
    if found.may_book and not fits_stage(person, event):
        return Footing(no("booking.stage"), found.clock_ends_at)
    left = left_of(person, event, found.included) if found.may_book and found.included else None
    if left is not None and left.refusal:
        refused = no(left.refusal, limit=left.limit, renews_on=left.renews_on, at=at)
        return Footing(refused, found.clock_ends_at, left)
    return Footing(found.may_book, found.clock_ends_at, left, found.renew_by, found.included)


def fits_stage(person: Any, event: Event) -> bool:
    """A table is mixed unless the organizer says for whom it is; then for companies at these stages, as last told."""
    return not event.stages or rules.fits_stage(event.stages, stages.stage_of(person))


@dataclass(frozen=True)
class Bringing:
    """Whether somebody may bring a guest to an event, and what is left of their tier's guests beside it."""

    may: Verdict
    left: Left | None = None


def may_bring(person: Any, event: Event, *, at: datetime) -> Verdict:
    """R12: members whose tier still includes a guest in the event's quarter, at kinds that take guests.

    Whether the person may book at all is `may_sign_up`'s answer.
    """
    found = members.footing(person, starts_at=event.starts_at, qualifying=event.qualifying, at=at)
    return bringing(person, event, found.included, at=at).may


def bringing(person: Any, event: Event, included: members.Included | None, *, at: datetime) -> Bringing:
    """`may_bring` with what the page says beside it; one query at most.

    The guests of held, attended and missed seats count by the event's day, whether or not they came.
    """
    code = rules.no_guests(event.kind, by_allotment=event.by_allotment, waiver=event.waiver)
    if code:
        return Bringing(no(code))
    if event.traits.may_cost and event.prices.exists():
        return Bringing(no("guest.price"))
    if included is None:
        return Bringing(no("guest.members"))
    if not included.guests_a_quarter:
        return Bringing(no("guest.none"))
    left = left_in(person, GUEST, included, event.starts_at, beside=event)
    return Bringing(no(left.refusal, limit=left.limit, renews_on=left.renews_on, at=at) if left.refusal else YES, left)


def keeps_seat(person: Any, event: Event, *, at: datetime) -> bool:
    """product.md §5: whether a seat stays with its person: it goes on when, 24 hours before the start, the membership
    doesn't run on the event's day. A check of the company that is overdue takes no seat away (R2)."""
    verdict = members.may_book(person, starts_at=event.starts_at, qualifying=event.qualifying, at=at)
    return verdict.code not in ("booking.standing", "booking.suspended")


def left_of(person: Any, event: Event, included: members.Included) -> Left | None:
    """R12: what is left of the tier's roundtables or visits beside this event; None for kinds that are not counted.

    Held, attended and missed seats count by the event's day; one given back is free again, and hosting takes none.
    """
    return left_in(person, event.kind, included, event.starts_at, beside=event) if event.kind in MONTHS else None


def left_in(
    person: Any, kind: str, included: members.Included, at: datetime, *, beside: Event | None = None
) -> Left:  # fmt: skip
    """What is left of the roundtables, the visits or the guests of the month, or the quarter, an instant lies in."""
    span = span_of(at, MONTHS.get(kind, GUEST_MONTHS))
    about = {"person": person.pk, "since": span.since, "until": span.until, "beside": beside.pk if beside else NO_EVENT}
    used = GUESTS_USED(**about) if kind == GUEST else SEATS_USED(**about, kind=kind)
    limits = {rules.ROUNDTABLE: included.roundtables_a_month, GUEST: included.guests_a_quarter}
    return Left(kind, limits.get(kind, included.visits_a_quarter), len(used), span.renews_on)


def may_withdraw(signup: Signup, event: Event, *, at: datetime) -> Verdict:
    """A seat, an offer or a place in line, until the start; a host asks the office to find another host first."""
    if signup.status not in (states.WAITING, states.OFFERED, states.CONFIRMED):
        return no("signup.stale")
    if signup.is_host:
        return no("signup.host")
    return still_open(event, at=at)


def may_check_in(event: Event, *, at: datetime, reason: str) -> Verdict:
    """R25 for staff: from 60 minutes before the start, with a reason from 24 hours after the end, to day 7."""
    code = rules.check_in_refusal(event.starts_at, event.ends_at, at, reason=reason)
    return no(code) if code else YES


def may_release(event: Event, *, at: datetime) -> Verdict:
    """product.md §5: from the start on, and until the roster is closed."""
    if event.status != states.OPEN:
        return no("event.begun")
    return YES if at >= event.starts_at else no("release.early")


def may_hold(event: Event, *, ends_at: datetime, at: datetime) -> Verdict:
    """product.md §5: staff keep chairs back until a time to come, 3 hours before the start at the latest."""
    verdict = still_open(event, at=at)
    if not verdict:
        return verdict
    return YES if at < ends_at <= rules.hold_ends_by(event.starts_at) else no("hold.end")


def may_walk_in(person: Any, event: Event, *, at: datetime) -> Verdict:
    """R25: in the window of check-in, somebody who might have booked; what their tier includes, and for which stages it
    is, is the office's to waive."""
    if event.status not in (states.OPEN, states.HELD):
        return no("event.cancelled" if event.status == states.CANCELLED else "event.gone")
    verdict = may_check_in(event, at=at, reason="")
    if not verdict:
        return verdict
    return members.may_book(person, starts_at=event.starts_at, qualifying=event.qualifying, at=at)


def may_host(person: Any, event: Event, *, at: datetime) -> Verdict:
    """R22: a host is a member in good standing on the event's day, and not suspended today."""
    suspended = members.standing_of(person, day_of(at)) == "suspended"
    stands = not suspended and members.in_good_standing(person, day_of(event.starts_at))
    return YES if stands else no("host.standing")


def may_accept(signup: Signup | None, *, at: datetime) -> Verdict:
    """R24: an offer is over at the very instant it ends, swept or not."""
    if signup is None:
        return no("signup.none")
    if signup.status != states.OFFERED or signup.offer_ends_at is None:
        return no("offer.none")
    return YES if at < signup.offer_ends_at else no("offer.over")


def may_pay_seat(signup: Signup | None, *, at: datetime) -> Verdict:
    """product.md §5: paying for an offered seat begins 30 minutes before the offer ends at the latest."""
    verdict = may_accept(signup, at=at)
    if not verdict or signup is None or signup.offer_ends_at is None:
        return verdict
    return YES if at <= prices.last_start(signup.offer_ends_at) else no("seat.pay_late")


def may_still_pay(event: Event, price: "Money | None", *, at: datetime) -> Verdict:
    """R24, R28: a seat that costs something can be had while there is time to offer and to pay it."""
    return YES if price is None or at <= prices.pays_until(event.starts_at) else no("seat.pay_closed")


def may_be_confirmed(event: Event, *, was_there: bool, at: datetime) -> Verdict:
    """R23: until a visit is released, its seats go only to people checked in at a roundtable it follows."""
    return no("visit.window") if rules.in_window(event.releases_at, at) and not was_there else YES


def is_coming(signup: Signup | None) -> bool:
    return signup is not None and signup.status in states.COMING


def may_see_people(person: Any, event: Event, signup: Signup | None) -> bool:
    """Names of consenting participants: confirmed people and organizers only (product.md §5)."""
    return is_coming(signup) or may_organize(person, event)


def may_see_address(person: Any, event: Event, signup: Signup | None, may_sign_up: Verdict) -> bool:
    """R23: a visit's address (and an online link) for confirmed people only; others for everybody who may book.

    The public sees the district. `may_sign_up` is that policy's answer for the same person and event.
    """
    if is_coming(signup) or may_organize(person, event):
        return True
    return bool(may_sign_up) and not event.traits.address_for_confirmed_only


def may_answer(signup: Signup | None, event: Event, *, at: datetime) -> Verdict:
    """R29: whoever was checked in, from the end of the event for two weeks."""
    if signup is None or signup.status != states.ATTENDED:
        return no("after.absent")
    if at < event.ends_at:
        return no("after.early")
    return YES if at < after.asked_until(event.ends_at) else no("after.late")


def may_run(person: Any, event: Event) -> bool:
    """The roster and the run sheet of a published event: its hosts (one for each table), and organizers (product.md §1)."""
    if event.status == states.DRAFT:
        return False
    if event.host_id == person.pk or may_organize(person, event):
        return True
    return event.tables.filter(host=person.pk).exists()


def may_invite(person: Any, event: Event, *, at: datetime) -> Verdict:
    """R36: whether a personal invitation says something true: the person could book what they are asked to."""
    if not still_open(event, at=at):
        return no("invite.closed")
    return YES if may_sign_up(person, event, at=at) else no("invite.cannot", name=person.name)
