"""Programmes begin and end by the calendar; at the end a host decides for each who took part."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import rules as member_rules
from community.members import selectors as members
from community.members.selectors import stages
from community.members.services import people, staging
from community.programmes import notifications, policies, rules, states
from community.programmes.models import Place, Programme
from community.programmes.selectors import following, leading
from community.programmes.services import joining
from community.programmes.services.planning import lock_programme

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def write_down(programme_id: int, *, at: datetime) -> bool:
    """Write down that a programme has begun or ended; it was so from midnight on. At its end its hosts are told."""
    return _write_down(lock_programme(programme_id), at)


def _write_down(programme: Programme, at: datetime) -> bool:
    due = programme.status_at(at)
    if due == programme.status:
        return False
    if programme.status == states.OPEN:
        lifecycle.move(states.PROGRAMME, programme, "start", by=None, at=at)
    if due == states.ENDED:
        lifecycle.move(states.PROGRAMME, programme, "end", by=None, at=at)
        count = Place.objects.filter(programme=programme, status=states.JOINED).count()
        if count:
            notifications.to_decide(programme, leading(programme, at), count, at=at)
    return True


def sweep(*, at: datetime) -> int:
    """Every programme whose day has come, and the places of those whose membership ended; one transaction each."""
    today = day_of(at)
    due = Q(status=states.OPEN, starts_on__lte=today) | Q(status=states.RUNNING, last_on__lt=today)
    keys = list(Programme.objects.filter(due).order_by("pk").values_list("pk", flat=True))
    done = sum(write_down(key, at=at) for key in keys)
    standing = members.members_in_good_standing(today).order_by().values("pk")
    held = Place.objects.filter(status=states.JOINED, programme__status__in=[states.OPEN, states.RUNNING])
    gone = held.exclude(person__in=standing).order_by("person_id").values_list("person_id", flat=True).distinct()
    return done + sum(joining.leave_all(key, by=None, at=at, reason="standing") for key in list(gone))


@settled()
def decide(place_id: str, decision: str, sentence: str, *, by: "Person", at: datetime) -> Place:
    """Move up, repeat or leave, with a sentence the person reads. `place_id`: public id; `decision`: a move of the table.

    Moving up raises the stage of their company to what the programme leads to, never lowers it. Said twice, it is
    decided once. Raises Place.DoesNotExist, RuleBroken: "place.sentence", "place.own", "place.stale",
    "programme.not_ended".
    """
    found = Place.objects.get(public_id=place_id)
    people.lock_people({by.pk, found.person_id})
    programme = lock_programme(found.programme_id)
    place = Place.objects.select_related("person").get(pk=found.pk)
    if decision in states.DECISIONS and place.status == states.DECISIONS[decision]:
        return place
    policies.may_decide(by, place, programme, at=at).insist()
    if decision not in states.DECISIONS:
        raise RuleBroken("place.stale")
    if not sentence.strip():
        raise RuleBroken("place.sentence")
    _write_down(programme, at)
    lifecycle.move(
        states.PLACE, place, decision, by=by, at=at, person_id=place.person_id, decided_at=at, decided_by=by,
        sentence=sentence.strip()[: rules.SENTENCE_MOST],
    )  # fmt: skip
    stage = _raised(place, programme, by=by, at=at) if place.status == states.MOVED_UP else ""
    notifications.decided(place, programme, stage=stage, following=following(programme, place.status, at), at=at)
    return place


def _raised(place: Place, programme: Programme, *, by: "Person", at: datetime) -> str:
    """The stage the end raised them to, "" when they stood there already or the programme leads to none."""
    current = stages.stage_of(place.person)
    target = rules.stage_after(current, programme.leads_to, member_rules.STAGES)
    if target == current:
        return ""
    changed = staging.raise_stage(place.person_id, target, by=by, at=at, reason=f"programme {programme.public_id}")
    return target if changed else ""
