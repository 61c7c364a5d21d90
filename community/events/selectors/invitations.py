"""Where the office may ask somebody to, and who was asked (R36)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from community.events import rules, states
from community.events.models import Event, Invitation, Signup
from community.events.selectors.lists import Cities, in_cities, open_events

CHOICE = 8  # so many of the next events one chooses from


def invitable(at: datetime, cities: Cities = None) -> QuerySet[Event]:
    """What somebody invited could book the minute they read it: a seat is left and nobody waits for it, every class may
    sign up, no release or allotment is still to come (R22, R23), and it costs nothing (R28)."""
    events = open_events(at).filter(kind__in=rules.QUALIFYING, seats_left__gt=0)
    events = events.exclude(kind__in=rules.MAY_COST).exclude(signups__status=states.WAITING)
    shut = Q(releases_at__gt=at) | Q(opens_all_at__gt=at) | Q(allots_at__isnull=False, allotted_at=None)
    return in_cities(events.exclude(shut), cities)


def choice(person: Any, at: datetime, cities: Cities = None) -> list[Event]:
    """The next of them that the person isn't signed up for and wasn't asked to yet."""
    on_list = Signup.objects.filter(person=person, status__in=states.LIVE).values("event")
    asked = Invitation.objects.filter(person=person).values("event")
    return list(invitable(at, cities).exclude(pk__in=on_list).exclude(pk__in=asked)[:CHOICE])


def invited(person_ids: Iterable[int], since: datetime, until: datetime) -> dict[int, datetime]:
    """Of these people, who was asked in [since, until), and when last; one query."""
    rows = Invitation.objects.filter(person__in=list(person_ids), invited_at__gte=since, invited_at__lt=until)
    return dict(rows.order_by("invited_at", "pk").values_list("person_id", "invited_at"))


def open_invitations(person: Any, at: datetime) -> list[Invitation]:
    """Events to come a person was asked to and hasn't signed up for, soonest first; five at most."""
    on_list = Signup.objects.filter(person=person).exclude(status=states.WITHDRAWN).values("event")
    rows = Invitation.objects.filter(person=person, event__status=states.OPEN, event__starts_at__gt=at)
    rows = rows.exclude(event__in=on_list).select_related("event__city", "invited_by")
    return list(rows.order_by("event__starts_at", "pk")[:5])
