"""Programmes as members and the office find them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from community.kernel.days import day_of
from community.programmes import states
from community.programmes.models import Place, Programme

SHOWN = 50
WITH_COUNTS = Count("places", filter=Q(places__number__isnull=False), distinct=True)


def _with_all(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    return programmes.annotate(taken=WITH_COUNTS).select_related("follows").prefetch_related("hosts__person")


def listed(at: datetime) -> list[Programme]:
    """What signs up or runs, the soonest first; fifty at most. Two queries and one for the hosts."""
    found = Programme.objects.filter(status__in=[states.OPEN, states.RUNNING], last_on__gte=day_of(at))
    return list(_with_all(found).order_by("starts_on", "pk")[:SHOWN])


def ended(at: datetime) -> QuerySet[Programme]:
    """What is over, the latest first."""
    over = Q(status=states.ENDED) | Q(status__in=[states.OPEN, states.RUNNING], last_on__lt=day_of(at))
    return _with_all(Programme.objects.filter(over)).order_by("-last_on", "-pk")


def mine(person: Any) -> list[Place]:
    """The places somebody holds or held, with their programmes, the latest first; twenty at most."""
    held = Place.objects.filter(person=person, status__in=states.SEATED)
    return list(held.select_related("programme").order_by("-programme__starts_on", "-pk")[:20])


def desk_list(at: datetime) -> QuerySet[Programme]:
    """Everything, drafts too: what is to come first, then what is over."""
    waiting = Count("places", filter=Q(places__status=states.JOINED), distinct=True)
    asked = Count("askings", filter=Q(askings__answered_at=None), distinct=True)
    return _with_all(Programme.objects.all()).annotate(undecided=waiting, asked=asked).order_by("-starts_on", "-pk")


def following(programme: Programme, decision: str, at: datetime) -> Programme | None:
    """The next step on the ladder that signs up now: for who moves up the rung above, for who repeats the same one."""
    open_ones = Programme.objects.filter(status=states.OPEN, starts_on__gt=day_of(at)).order_by("starts_on", "pk")
    if decision == states.MOVED_UP:
        return open_ones.filter(follows__rung=programme.rung).first()
    if decision == states.REPEATS:
        return open_ones.filter(rung=programme.rung).exclude(pk=programme.pk).first()
    return None


def rungs(but: Programme | None = None) -> QuerySet[Programme]:
    """What another programme can come after: the latest run of each rung that was not cancelled."""
    runs = Programme.objects.exclude(status=states.CANCELLED)
    if but is not None:
        runs = runs.exclude(rung=but.rung)
    latest = runs.order_by("rung", "-starts_on", "-pk").distinct("rung").values("pk")
    return Programme.objects.filter(pk__in=latest).order_by("name_zh", "pk")
