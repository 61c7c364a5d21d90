"""Challenges and how far people have come in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from community.kernel.days import day_of
from community.members.selectors import stages
from community.programmes import rules, states
from community.programmes.models import Challenge, Participation, Programme, Tick

SHOWN = 20


@dataclass(frozen=True)
class Progress:
    """How far somebody has come. `row`: every day of the challenge with its tick, if there is one."""

    total: int
    streak: int
    longest: int
    row: tuple[tuple[date, Tick | None], ...]


def progress_of(participations: Iterable[Participation], challenge: Challenge, at: datetime) -> dict[int, Progress]:
    """By participation; one query, however many."""
    keys = [part.pk for part in participations]
    ticks: dict[int, dict[date, Tick]] = {key: {} for key in keys}
    for tick in Tick.objects.filter(participation__in=keys):
        ticks[tick.participation_id][tick.ticked_on] = tick
    days = [challenge.starts_on + timedelta(days=number) for number in range(challenge.days)]
    # Once it is over, the row leads to its last day.
    seen_at = min(at, challenge.closes_at - timedelta(seconds=1))
    return {
        key: Progress(
            len(of), rules.streak(of.keys(), seen_at), rules.longest(of), tuple((on, of.get(on)) for on in days)
        )
        for key, of in ticks.items()
    }


def _open_ones(at: datetime) -> QuerySet[Challenge]:
    found = Challenge.objects.filter(status=states.OPEN, starts_on__gte=day_of(at) - timedelta(days=max(rules.LENGTHS)))
    going = Count("participations", filter=Q(participations__left_at=None))
    return found.annotate(going=going).select_related("programme").order_by("starts_on", "pk")


def challenges_for(person: Any, at: datetime) -> list[Challenge]:
    """What a member could take part in now, or does: for their stage or for all, and in their cohorts; twenty at most."""
    stage = stages.stage_of(person)
    cohorts = Programme.objects.filter(places__person=person, places__status=states.JOINED).values("pk")
    theirs = Q(programme=None, stages=[]) | Q(programme=None, stages__contains=[stage]) | Q(programme__in=cohorts)
    return [found for found in _open_ones(at).filter(theirs)[:SHOWN] if found.status_at(at) == states.OPEN]


def challenges_of(programme: Programme) -> list[Challenge]:
    """A cohort's own, the latest first; twenty at most."""
    return list(Challenge.objects.filter(programme=programme).order_by("-starts_on", "-pk")[:SHOWN])


def run_by_office(at: datetime) -> list[Challenge]:
    """Those for whole stages, the latest first, ended ones too; twenty at most."""
    going = Count("participations", filter=Q(participations__left_at=None))
    return list(Challenge.objects.filter(programme=None).annotate(going=going).order_by("-starts_on", "-pk")[:SHOWN])


def taking_part(challenge: Challenge) -> QuerySet[Participation]:
    """Who takes part, by name: nobody is first."""
    going = Participation.objects.filter(challenge=challenge, left_at=None)
    return going.select_related("person").order_by("person__name_key", "pk")
