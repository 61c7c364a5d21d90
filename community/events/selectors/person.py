"""What one person's page at the desk says of seats: in figures, and the names of what the trail is about."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from community.events import states
from community.events.models import Event, Signup

HALF_A_YEAR = timedelta(days=183)
AHEAD = (states.CONFIRMED, states.OFFERED, states.WAITING)


def rows_of(person_id: int, cities: frozenset[int] | None) -> dict[str, list[int]]:
    """The keys of a person's signups, and of the events they were asked to or host; only of some cities."""
    mine = Signup.objects.filter(person=person_id)
    if cities is not None:
        mine = mine.filter(event__city__in=cities)
    invited = Event.objects.filter(Q(invitations__person=person_id) | Q(host=person_id)).distinct()
    if cities is not None:
        invited = invited.filter(city__in=cities)
    keys = list(mine.values_list("pk", flat=True))
    return {"events.Signup": keys, "events.Event": list(invited.values_list("pk", flat=True))}


def figures(person_id: int, cities: frozenset[int] | None, at: datetime) -> dict[str, int]:
    """`attended` in all, `missed` in half a year, `ahead`: seats, offers and places in line to come. One query."""
    rows = Signup.objects.filter(person=person_id)
    if cities is not None:
        rows = rows.filter(event__city__in=cities)
    lately = Q(status=states.MISSED, event__starts_at__gt=at - HALF_A_YEAR)
    return rows.aggregate(
        attended=Count("pk", filter=Q(status=states.ATTENDED)),
        missed=Count("pk", filter=lately),
        ahead=Count("pk", filter=Q(status__in=AHEAD, event__starts_at__gt=at, event__status=states.OPEN)),
        first=Min("event__starts_at", filter=Q(status=states.CONFIRMED, event__starts_at__gt=at)),
    )


def named(label: str, keys: Iterable[int]) -> dict[int, tuple[str, datetime, str]]:
    """Signups or events by key: topic, beginning, and the event's public id."""
    if label == "events.Signup":
        rows = Signup.objects.filter(pk__in=list(keys))
        found = rows.values_list("pk", "event__topic", "event__starts_at", "event__public_id")
    else:
        found = Event.objects.filter(pk__in=list(keys)).values_list("pk", "topic", "starts_at", "public_id")
    return {pk: (topic, starts_at, public) for pk, topic, starts_at, public in found}


def attended_lately(person_id: int, at: datetime) -> list[Event]:
    """The events somebody was checked in at in half a year, the latest first; twenty at most."""
    there = Signup.objects.filter(person=person_id, status=states.ATTENDED).values("event")
    return list(
        Event.objects.filter(pk__in=there, starts_at__gt=at - HALF_A_YEAR, starts_at__lte=at).order_by(
            "-starts_at", "-pk"
        )[:20]
    )
