"""Challenges: set, taken part in, ticked day by day, ended with a letter. Lock order: person, challenge."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.programmes import notifications, policies, rules, states
from community.programmes.models import Challenge, Participation, Programme, Tick
from community.programmes.selectors import progress_of, taking_part

if TYPE_CHECKING:
    from community.members.models import Person


def lock_challenge(challenge_id: int) -> Challenge:
    """Raises Challenge.DoesNotExist."""
    rows = Challenge.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("programme").get(pk=challenge_id)


@settled()
def open_up(
    programme: Programme | None, *, name: str, text: str, starts_on: date, days: int, by: "Person", at: datetime,
    stages: list[str] | None = None,
) -> Challenge:  # fmt: skip
    """Set a challenge for a cohort, or for all members of some stages. Those it is for find it and take part by choice.

    Raises RuleBroken: "challenge.office", "challenge.past", "challenge.long", "programme.over".
    """
    people.lock_person(by.pk)
    policies.may_open_challenge(by, programme, at=at).insist()
    if starts_on < day_of(at):
        raise RuleBroken("challenge.past")
    if programme is not None and rules.last_day(starts_on, days) > programme.last_on:
        raise RuleBroken("challenge.long")
    made = Challenge.objects.create(
        programme=programme, stages=[] if programme else stages or [], name=name, text=text, starts_on=starts_on,
        days=days, made_at=at, made_by=by,
    )  # fmt: skip
    audit.record("challenge.open", made, by=by, at=at, old=states.NEW, new=made.status)
    return made


@settled({"participation_once": "challenge.stale"})
def take_part(challenge_id: int, person: "Person", *, at: datetime) -> Participation:
    """Pressed twice, it is once. Raises RuleBroken: "challenge.over", "challenge.cohort", "challenge.stage", "programme.standing"."""
    people.lock_person(person.pk)
    challenge = lock_challenge(challenge_id)
    policies.may_take_part(person, challenge, at=at).insist()
    made, new = Participation.objects.get_or_create(challenge=challenge, person=person, defaults={"joined_at": at})
    if not new and made.left_at is not None:
        made.left_at = None
        made.save(update_fields=["left_at"])
    return made


@settled()
def stop(challenge_id: int, person: "Person", *, at: datetime) -> None:
    """No longer take part; what was ticked stays, should they come back."""
    people.lock_person(person.pk)
    Participation.objects.filter(challenge=challenge_id, person=person, left_at=None).update(left_at=at)


@settled({"tick_once_a_day": "challenge.stale"})
def tick(challenge_id: int, person: "Person", on: date, *, note: str = "", at: datetime) -> Tick:
    """This day is done, with a note if one likes. Pressed again, the note is the later one.

    Raises RuleBroken: "tick.day" for a day that can't be ticked now, "tick.out", "challenge.over".
    """
    part = _part(challenge_id, person, on, at)
    said = note.strip()[: rules.NOTE_MOST]
    made, new = Tick.objects.get_or_create(participation=part, ticked_on=on, defaults={"note": said, "written_at": at})
    if not new and made.note != said:
        made.note = said
        made.save(update_fields=["note"])
    return made


@settled()
def untick(challenge_id: int, person: "Person", on: date, *, at: datetime) -> None:
    """Take a tick back, as long as the day could be ticked. Raises as `tick`."""
    part = _part(challenge_id, person, on, at)
    Tick.objects.filter(participation=part, ticked_on=on).delete()


def _part(challenge_id: int, person: "Person", on: date, at: datetime) -> Participation:
    people.lock_person(person.pk)
    challenge = lock_challenge(challenge_id)
    if challenge.status_at(at) != states.OPEN:
        raise RuleBroken("challenge.over")
    part = Participation.objects.filter(challenge=challenge, person=person, left_at=None).first()
    if part is None:
        raise RuleBroken("tick.out")
    if on not in rules.days_to_tick(challenge.starts_on, challenge.days, at):
        raise RuleBroken("tick.day")
    return part


@settled()
def cancel(challenge_id: int, *, reason: str, by: "Person", at: datetime) -> Challenge:
    """It stops; whoever takes part is told why.

    Raises RuleBroken: "challenge.reason", "challenge.office", "challenge.over", "programme.over".
    """
    if not reason.strip():
        raise RuleBroken("challenge.reason")
    people.lock_person(by.pk)
    challenge = lock_challenge(challenge_id)
    if challenge.status == states.CANCELLED:
        return challenge
    policies.may_open_challenge(by, challenge.programme, at=at).insist()
    if challenge.status_at(at) != states.OPEN:
        raise RuleBroken("challenge.over")
    lifecycle.move(states.CHALLENGE, challenge, "cancel", by=by, at=at, reason=reason.strip())
    going = [part.person for part in taking_part(challenge)]
    notifications.challenge_cancelled(going, challenge, reason.strip()[:300], at=at)
    return challenge


@settled()
def end_if_due(challenge_id: int, *, at: datetime) -> bool:
    """Write down that a challenge is over; whoever took part reads what came of it."""
    challenge = lock_challenge(challenge_id)
    if challenge.status != states.OPEN or challenge.status_at(at) == states.OPEN:
        return False
    lifecycle.move(states.CHALLENGE, challenge, "end", by=None, at=at)
    parts = list(taking_part(challenge))
    progress = progress_of(parts, challenge, at)
    results = [(part, progress[part.pk].total, progress[part.pk].longest) for part in parts]
    notifications.challenge_over(results, challenge, at=at)
    return True


def sweep(*, at: datetime) -> int:
    """Every challenge that is over; one transaction each."""
    begun = Challenge.objects.filter(status=states.OPEN, starts_on__lt=day_of(at)).order_by("pk")
    over = [challenge.pk for challenge in begun if challenge.status_at(at) != states.OPEN]
    return sum(end_if_due(key, at=at) for key in over)
