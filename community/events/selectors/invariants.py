"""For `manage.py verify`."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from community.events import policies, ports, rules, states
from community.events.models import Event, Guest, SeatHold, Signup, StaffHold
from community.events.selectors import prices
from community.events.selectors.lists import open_events
from community.events.selectors.waitlist import COLLECTING, checked_in_before, unrenewed
from community.kernel.invariants import broken
from community.members.rules import RENEWED_BEFORE

SWEPT = timedelta(minutes=2)  # a beat of a minute, and time to work


def broken_invariants(at: datetime) -> dict[str, list[str]]:
    """Invariants 1 and 2 on the live data (reliability.md): name → public ids of what breaks it."""
    ended = dict(
        Signup.objects.filter(status=states.OFFERED, offer_ends_at__lt=at - SWEPT).values_list("pk", "public_id")
    )
    paying = ports.payment_open(list(ended)) if ended else set()
    over = at - rules.ROSTER_OPEN - timedelta(days=1)
    astray = Signup.objects.filter(seat__isnull=False).exclude(seat__event_id=F("event_id"))
    return {
        "seat_of_another_event": list(astray.values_list("public_id", flat=True)),
        "seat_without_hold": list(
            Signup.objects.filter(seat__isnull=False)
            .exclude(holds__in=SeatHold.objects.filter(freed_at=None))
            .values_list("public_id", flat=True)
        ),
        "guest_unlike_signup": list(_guests_astray(at)),
        "offer_left_open": [public_id for pk, public_id in ended.items() if pk not in paying],
        "hold_left_open": list(
            StaffHold.objects.filter(ended_at=None, ends_at__lt=at - SWEPT).values_list("public_id", flat=True)
        ),
        "seat_not_offered": [event.public_id for event in _idle(at) if _somebody_may_have_it(event, at)],
        "allotment_left_open": list(
            Event.objects.filter(
                status=states.OPEN, allots_at__lt=at - SWEPT, allotted_at=None, starts_at__gt=at
            ).values_list("public_id", flat=True)
        ),
        "seat_without_standing": [
            signup.public_id
            for signup in unrenewed(at)
            if signup.event.starts_at < at - SWEPT + RENEWED_BEFORE and (signup.confirmed_at or at) < at - SWEPT
        ],
        "confirmed_in_window": list(_confirmed_in_window(at)),
        "mutual_wish_untold": broken(UNTOLD),
        "roster_left_open": list(
            Event.objects.filter(status=states.OPEN, ends_at__lt=over).values_list("public_id", flat=True)
        ),
    }


# R29: two who both wish to meet again without a letter about it for each: sent or waiting.
UNTOLD = """
    SELECT wish.person_id || ' ' || wish.other_id
    FROM events_meetagain wish JOIN events_meetagain back ON back.person_id = wish.other_id AND back.other_id = wish.person_id
    WHERE NOT EXISTS (
        SELECT 1 FROM kernel_message WHERE occasion = 'meet-again:' || wish.person_id || ':' || wish.other_id
    ) LIMIT %s
"""


def _idle(at: datetime) -> list[Event]:
    """Events with a chair that has been free for a while beside somebody who has waited as long (R24)."""
    before = at - SWEPT
    lately = SeatHold.objects.filter(seat__event=OuterRef("pk"), freed_at__gt=before)
    waits = Signup.objects.filter(event=OuterRef("pk"), status=states.WAITING, signed_up_at__lte=before)
    events = open_events(at).filter(Exists(waits), ~Exists(lately), ~COLLECTING, seats_left__gt=0)
    return list(events.filter(starts_at__gt=at + rules.LAST_HOURS))


def _somebody_may_have_it(event: Event, at: datetime) -> bool:
    if not policies.may_still_pay(event, prices.price_of(event, at), at=at):
        return False
    waits = Signup.objects.filter(event=event, status=states.WAITING).select_related("person")
    if rules.in_window(event.releases_at, at):
        waits = waits.filter(person_id__in=checked_in_before(event, waits.values_list("person_id", flat=True)))
    left: int = event.seats_left  # type: ignore[attr-defined]  # annotated
    return any(
        policies.may_sign_up(signup.person, event, at=at)
        and (not signup.with_guest or (left > 1 and policies.may_bring(signup.person, event, at=at)))
        for signup in waits
    )


def _guests_astray(at: datetime) -> list[str]:
    """Guests without the mark on their signup, the mark without a guest, a guest on a chair nobody recorded, and a pair
    with one chair before the doors open."""
    recorded = SeatHold.objects.filter(signup=OuterRef("signup"), seat=OuterRef("seat"), for_guest=True, freed_at=None)
    astray = Guest.objects.filter(Q(signup__with_guest=False) | Q(seat__isnull=False) & ~Exists(recorded))
    pairs = Signup.objects.filter(with_guest=True)
    alone = pairs.filter(guest=None) | pairs.filter(
        guest__seat=None, status__in=[states.OFFERED, states.CONFIRMED],
        event__starts_at__gt=at + rules.CHECK_IN_BEFORE,
    )  # fmt: skip
    return [*astray.values_list("signup__public_id", flat=True), *alone.values_list("public_id", flat=True)]


def _confirmed_in_window(at: datetime) -> QuerySet[Signup, str]:
    """Invariant 3: with a seat at a visit not released yet, and at none of the roundtables it follows."""
    there = Signup.objects.filter(
        event__followed_by=OuterRef("event"), person=OuterRef("person"), status=states.ATTENDED
    )
    seated = Signup.objects.filter(event__releases_at__gt=at, status=states.CONFIRMED, is_host=False)
    return seated.exclude(Exists(there)).values_list("public_id", flat=True)
