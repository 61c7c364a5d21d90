"""The kinds of message about a booked event."""

from django.utils.translation import gettext_lazy as _

from community.events.selectors import still
from community.kernel.kinds import CLUB, EMAIL, GUEST, INBOX, MEMBER, NEEDS, SEATS, SMS, Kind

URGENT = (INBOX, EMAIL, SMS)

KINDS = (
    Kind("events/seat_confirmed", _("Seat confirmed"), SEATS, GUEST),
    Kind("events/seat_offered", _("A seat is kept for you"), SEATS, GUEST, channels=URGENT),
    Kind("events/seat_free", _("A seat has become free"), SEATS, GUEST, channels=URGENT),
    Kind("events/seat_unpaid", _("Seat given back with its payment"), SEATS, GUEST),
    Kind("events/seat_not_renewed", _("Seat given back, membership not renewed"), SEATS, GUEST),
    Kind("events/not_allotted", _("No seat in the allotment"), SEATS, GUEST),
    Kind("events/taken_off", _("Taken off the waitlist"), SEATS, GUEST),
    Kind("events/host_released", _("Somebody else hosts"), SEATS, GUEST),
    Kind("events/event_moved", _("Event moved"), SEATS, GUEST, channels=URGENT),
    Kind("events/event_cancelled", _("Event cancelled"), SEATS, GUEST, channels=URGENT),
    Kind("events/announcement", _("Word to everybody at an event"), SEATS, GUEST),
    Kind(
        "events/invited",
        _("The office invites you by name"),
        SEATS,
        MEMBER,
        transactional=False,
        stands=still.invited,
    ),
    Kind(
        "events/two_questions",
        _("Two questions after an event"),
        SEATS,
        GUEST,
        transactional=False,
        stands=still.two_questions,
    ),
    Kind(
        "events/event_soon",
        _("Your seat is tomorrow, or in two hours"),
        SEATS,
        GUEST,
        transactional=False,
        channels=URGENT,
        stands=still.event_soon,
    ),
    Kind(
        "events/offer_ending",
        _("An offer ends soon"),
        SEATS,
        GUEST,
        transactional=False,
        channels=URGENT,
        stands=still.offer_ending,
    ),
    Kind(
        "events/visit_first",
        _("A visit that is yours first"),
        SEATS,
        GUEST,
        transactional=False,
        stands=still.visit_first,
    ),
    Kind(
        "events/visit_open",
        _("A visit with chairs left for everybody"),
        CLUB,
        MEMBER,
        transactional=False,
        in_digest=True,
        stands=still.visit_open,
    ),
    Kind("events/meet_again", _("You both want to meet again"), NEEDS, GUEST),
)
