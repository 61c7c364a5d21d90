"""Is it still so, what a reminder that waited says (R51)? One or two queries for all that waited of one kind."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from community.events import states
from community.events.models import Event, Opinion, Signup
from community.events.selectors import invitations
from community.events.selectors.lists import with_seats_left

if TYPE_CHECKING:
    from community.kernel.models import Message

WHERE = ("place", "address")


def event_soon(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """The seat is theirs, as host or as guest, and the event is when and where the letter says."""
    coming = _signups(waiting).filter(status=states.CONFIRMED, event__status=states.OPEN)
    rows = coming.select_related("event").in_bulk()
    return {one.pk for one in waiting if (row := rows.get(one.about)) and _as_told(one, row)}


def _as_told(one: "Message", row: Signup) -> bool:
    event = row.event
    where = all(getattr(event, name) == one.context.get(name) for name in WHERE)
    return where and one.moment("starts_at") == event.starts_at and one.context.get("is_host") == row.is_host


def offer_ending(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """It is offered, and ends when the letter says."""
    offered = _signups(waiting).filter(status=states.OFFERED, event__status=states.OPEN)
    ends = dict(offered.values_list("pk", "offer_ends_at"))
    return {one.pk for one in waiting if one.about in ends and one.moment("until_at") == ends[one.about]}


def two_questions(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """They were there, and have not answered."""
    answered = Opinion.objects.filter(event=OuterRef("event"), person=OuterRef("person"))
    there = _signups(waiting).filter(~Exists(answered), status=states.ATTENDED)
    keys = set(there.values_list("pk", flat=True))
    return {one.pk for one in waiting if one.about in keys}


def visit_first(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """The visit has a chair left, is theirs first until when the letter says, and they have not signed up."""
    theirs = _with_a_chair(waiting).in_bulk()
    told = [
        one
        for one in waiting
        if (visit := theirs.get(one.about))
        and (one.moment("starts_at"), one.moment("until_at")) == (visit.starts_at, visit.releases_at)
    ]
    return _not_on_list(told, Signup.objects.all())


def visit_open(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """The visit has a chair left, is open to everybody and when the letter says, and they have not signed up."""
    released = _with_a_chair(waiting).filter(releases_at__lte=at)
    return _not_on_list(_at_that_time(waiting, released), Signup.objects.all())


def invited(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """They could still book the minute they read it, and are not on the list yet."""
    told = _at_that_time(waiting, invitations.invitable(at).filter(pk__in=_about(waiting)))
    return _not_on_list(told, Signup.objects.filter(status__in=states.LIVE))


def _with_a_chair(waiting: "Sequence[Message]") -> QuerySet[Event]:
    events = Event.objects.filter(pk__in=_about(waiting), status=states.OPEN)
    return with_seats_left(events).filter(seats_left__gt=0)


def _at_that_time(waiting: "Sequence[Message]", events: QuerySet[Event]) -> "list[Message]":
    """Of letters about an event, those about these events, where they begin when the letter says."""
    starts = dict(events.values_list("pk", "starts_at"))
    return [one for one in waiting if one.about in starts and one.moment("starts_at") == starts[one.about]]


def _not_on_list(waiting: "Sequence[Message]", signups: QuerySet[Signup]) -> set[int]:
    """Of letters about an event, those whose reader has none of these signups for it."""
    people = {one.person_id for one in waiting}
    rows = signups.filter(event__in=_about(waiting), person__in=people)
    known = set(rows.values_list("event_id", "person_id"))
    return {one.pk for one in waiting if (one.about, one.person_id) not in known}


def _signups(waiting: "Sequence[Message]") -> QuerySet[Signup]:
    return Signup.objects.filter(pk__in=_about(waiting))


def _about(waiting: "Sequence[Message]") -> set[Any]:
    return {one.about for one in waiting}
