"""Where the office may ask somebody to, and who was asked (R36)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

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


def marked(events: QuerySet[Event], person: Any) -> QuerySet[Event]:
    """Without those the person has a seat at; each with `invited`: the office asked this person to it by name."""
    held = Signup.objects.filter(event=OuterRef("pk"), person=person.pk, status__in=states.COMING)
    asked = Invitation.objects.filter(event=OuterRef("pk"), person=person.pk)
    return events.exclude(Exists(held)).annotate(invited=Exists(asked))
