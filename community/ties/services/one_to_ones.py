"""One-to-ones (R35): logged in two taps, confirmed in one. Locks: both people by key, then the one-to-one."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.ties import notifications, policies, rules, states
from community.ties.models import OneToOne

if TYPE_CHECKING:
    from community.members.models import Person

CONFLICTS = {"one_to_one_waits_once": "one_to_one.stale", "one_to_one_once_a_day": "one_to_one.stale"}


@settled(CONFLICTS)
def log(by: "Person", other_id: int, *, met_on: date, at: datetime) -> OneToOne:
    """Say that the two met on a day; the other confirms. When the other has said so already, this confirms it.

    Said twice, it stands once. Raises RuleBroken: "tie.standing", "tie.self", "tie.none" when the other can't be
    chosen, "one_to_one.future", "one_to_one.old", "one_to_one.many".
    """
    if by.pk == other_id:
        raise RuleBroken("tie.self")
    if code := rules.day_refusal(met_on, at):
        raise RuleBroken(code)
    both = people.lock_people([by.pk, other_id])
    policies.may_tie(by, both.get(other_id), at=at).insist()
    known, theirs = _known(by.pk, other_id, met_on, at)
    if known is not None:
        return _confirm(known, by=by, at=at) if theirs else known
    logged = OneToOne.objects.filter(asker=by, logged_at__gt=at - timedelta(days=1))
    if logged.count() >= rules.LOGS_A_DAY:
        raise RuleBroken("one_to_one.many")
    made = OneToOne.objects.create(
        asker=by, asked=both[other_id], met_on=met_on, status=states.WAITING, logged_at=at,
        expires_at=rules.confirm_until(at),
    )  # fmt: skip
    audit.record("one_to_one.log", made, by=by, at=at, person_id=other_id, old=states.NEW, new=states.WAITING)
    notifications.one_to_one_asked(made, at=at)
    return made


def _known(by_id: int, other_id: int, met_on: date, at: datetime) -> tuple[OneToOne | None, bool]:
    """What says the same already, and whether it is the other's word that waits for this one's. Ends what is over."""
    pair = OneToOne.objects.select_for_update(of=("self",), no_key=True).select_related("asker", "asked")
    rows = pair.filter(Q(asker=by_id, asked=other_id) | Q(asker=other_id, asked=by_id)).order_by("pk")
    live = list(rows.filter(Q(status__in=states.LOOKS_OPEN) | Q(status=states.CONFIRMED, met_on=met_on)))
    for row in live:
        if row.status == states.CONFIRMED:
            return row, False
        if row.status == states.WAITING and at >= row.expires_at:
            _expire(row, at)
    found = [row for row in live if row.looks_open(at)]
    theirs = [row for row in found if row.asker_id == other_id]
    return (theirs[0], True) if theirs else (found[0] if found else None, False)


@settled(CONFLICTS)
def answer(one_to_one: OneToOne, *, yes: bool, by: "Person", at: datetime) -> OneToOne:
    """The other says that it was so, or that it was not; a no is told to nobody. Pressed twice, it is said once.

    Raises RuleBroken: "one_to_one.stale" when it was taken back or is over, "tie.standing", "tie.none".
    """
    found = _locked(one_to_one.pk)
    if found.asked_id != by.pk:
        raise RuleBroken("one_to_one.stale")
    if found.status == (states.CONFIRMED if yes else states.DECLINED):
        return found
    if at >= found.expires_at:
        raise RuleBroken("one_to_one.stale")
    if yes:
        policies.may_tie(by, found.asker, at=at).insist()
        return _confirm(found, by=by, at=at)
    lifecycle.move(states.ONE_TO_ONE, found, "decline", by=by, at=at, person_id=by.pk, answered_at=at)
    return found


@settled()
def take_back(one_to_one: OneToOne, *, by: "Person", at: datetime) -> OneToOne:
    """Whoever logged it takes it back while it looks open to them; once confirmed, either of the two within seven days:
    then it ties nobody. Nobody is told, as with a no. Raises RuleBroken: "one_to_one.stale", "one_to_one.settled"."""
    found = _locked(one_to_one.pk)
    was_confirmed = found.answered_at is not None and found.status in (states.CONFIRMED, states.TAKEN_BACK)
    if by.pk not in ((found.asker_id, found.asked_id) if was_confirmed else (found.asker_id,)):
        raise RuleBroken("one_to_one.stale")
    if found.status == states.TAKEN_BACK:
        return found
    if found.status == states.CONFIRMED and not found.can_be_undone(at):
        raise RuleBroken("one_to_one.settled")
    lifecycle.move(states.ONE_TO_ONE, found, "take_back", by=by, at=at, person_id=by.pk)
    return found


@settled()
def expire_if_due(key: int, *, at: datetime) -> bool:
    """What nobody confirmed in fourteen days is over, without a word to anybody."""
    found = _locked(key)
    if found.status != states.WAITING or at < found.expires_at:
        return False
    _expire(found, at)
    return True


def expire_all_due(*, at: datetime) -> int:
    over = OneToOne.objects.filter(status=states.WAITING, expires_at__lte=at).order_by("pk")
    return sum(expire_if_due(key, at=at) for key in list(over.values_list("pk", flat=True)))


def _confirm(found: OneToOne, *, by: "Person", at: datetime) -> OneToOne:
    lifecycle.move(states.ONE_TO_ONE, found, "confirm", by=by, at=at, person_id=found.asker_id, answered_at=at)
    notifications.one_to_one_confirmed(found, at=at)
    return found


def _expire(found: OneToOne, at: datetime) -> None:
    lifecycle.move(states.ONE_TO_ONE, found, "expire", by=None, at=at, person_id=found.asker_id)


def _locked(key: int) -> OneToOne:
    people.lock_people(OneToOne.objects.values_list("asker_id", "asked_id").get(pk=key))
    rows = OneToOne.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("asker", "asked").get(pk=key)
