"""A cohort from within: who takes part, what they said, who is silent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from community.kernel.days import day_of
from community.members import selectors as members
from community.programmes import rules, states
from community.programmes.models import Asking, CheckIn, Goal, Place, Programme, Reply
from community.programmes.selectors.goals import goals_of


@dataclass(frozen=True)
class Line:
    """One person of a cohort in one week."""

    place: Place
    check_in: CheckIn | None
    goal: Goal | None


def by_public_id(public_id: str) -> Programme | None:
    found = Programme.objects.select_related("follows").prefetch_related("hosts__person")
    return found.filter(public_id=public_id).first()


def leading(programme: Programme, at: datetime) -> list[Any]:
    """Its hosts in good standing: whoever has lost it leads no more, and is told nothing of the cohort."""
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    return [host.person for host in programme.hosts.filter(person__in=standing).select_related("person")]


def places(programme: Programme) -> QuerySet[Place]:
    """Who takes part, by name; those who left are not among them."""
    held = Place.objects.filter(programme=programme, status__in=states.SEATED)
    return held.select_related("person", "decided_by").order_by("person__name_key", "pk")


def lines(programme: Programme, week: int | None) -> list[Line]:
    """Everybody of the cohort with what they said in a week and what they want to reach; four queries at most."""
    people = list(places(programme))
    shown = Prefetch("replies", Reply.objects.filter(removed_at=None).select_related("author"), "shown")
    said = CheckIn.objects.filter(place__in=people, week=week or 0).prefetch_related(shown)
    by_place = {check_in.place_id: check_in for check_in in said}
    goals = goals_of(place.person_id for place in people)
    return [Line(place, by_place.get(place.pk), goals.get(place.person_id)) for place in people]


def silent(programme: Programme, week: int) -> list[Place]:
    """Who has said nothing in a week, by name."""
    said = CheckIn.objects.filter(place__programme=programme, week=week).values("place")
    return list(places(programme).filter(status=states.JOINED).exclude(pk__in=said))


def answers_wanted(programme: Programme, week: int | None = None) -> list[CheckIn]:
    """Who is stuck or asks and has no answer yet, the oldest first; fifty at most."""
    open_ones = CheckIn.objects.filter(place__programme=programme, way__in=rules.ANSWERABLE)
    if week is not None:
        open_ones = open_ones.filter(week=week)
    answered = Count("replies", filter=Q(replies__removed_at=None))
    open_ones = open_ones.annotate(n=answered).filter(n=0, place__status__in=states.SEATED)
    return list(open_ones.select_related("place__person").order_by("written_at", "pk")[:50])


def said_by_week(places: Collection[Place]) -> dict[int, list[CheckIn]]:
    """By place, what was said, week by week; one query."""
    found: dict[int, list[CheckIn]] = {place.pk: [] for place in places}
    for check_in in CheckIn.objects.filter(place__in=[place.pk for place in places]).order_by("week"):
        found[check_in.place_id].append(check_in)
    return found


def askings(programme: Programme) -> list[Asking]:
    """Who asks to be let in and waits for an answer; fifty at most."""
    return list(programme.askings.filter(answered_at=None).select_related("person")[:50])


def check_in_by_public_id(public_id: str) -> CheckIn | None:
    found = CheckIn.objects.filter(public_id=public_id)
    return found.select_related("place__person", "place__programme").first()
