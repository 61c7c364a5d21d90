"""A programme from draft to sign-up, copied, or called off. Lock order: people, programme."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.days import day_of, week_of
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.programmes import notifications, policies, rules, states
from community.programmes.models import Challenge, Host, Place, Programme

if TYPE_CHECKING:
    from community.members.models import Person

DETAILS = ("name_zh", "name_en", "purpose", "stages", "leads_to", "starts_on", "last_on", "seats", "follows")


def lock_programme(programme_id: int) -> Programme:
    """Lock a programme below its people. Raises Programme.DoesNotExist."""
    rows = Programme.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("follows").get(pk=programme_id)


@settled()
def create(*, hosts: Sequence["Person"], by: "Person", at: datetime, **details: Any) -> Programme:
    """A draft that only those who lead it see. Raises RuleBroken: "programme.days", "programme.past", "programme.hosts"."""
    people.lock_people({by.pk, *(host.pk for host in hosts)})
    _insist_on_days(details, at)
    programme = Programme.objects.create(created_at=at, **_known(details))
    _set_hosts(programme, hosts, at)
    audit.record("programme.create", programme, by=by, at=at, old=states.NEW, new=programme.status)
    return programme


@settled()
def edit(programme_id: int, *, hosts: Sequence["Person"], by: "Person", at: datetime, **details: Any) -> Programme:
    """Write it better. What has begun keeps its first day, its ladder and whom it is for.

    Raises RuleBroken: "programme.over", "programme.begun", "programme.seats" below the places held, as `create`.
    """
    people.lock_people({by.pk, *(host.pk for host in hosts)})
    programme = lock_programme(programme_id)
    state = programme.status_at(at)
    if state in (states.ENDED, states.CANCELLED):
        raise RuleBroken("programme.over")
    changed = [name for name, value in _known(details).items() if getattr(programme, name) != value]
    if state == states.RUNNING and set(changed) & set(rules.FIXED_ONCE_BEGUN):
        raise RuleBroken("programme.begun")
    _insist_on_days(details, at, begun=state == states.RUNNING)
    _insist_on_ladder(programme, details)
    if "seats" in changed:
        _close_ranks(programme, details["seats"])
    for name in changed:
        setattr(programme, name, details[name])
    if changed:
        programme.save(update_fields=changed)
    _set_hosts(programme, hosts, at)
    audit.record("programme.edit", programme, by=by, at=at, data={"changed": changed})
    return programme


def _close_ranks(programme: Programme, seats: int) -> None:
    """Fewer seats: whoever holds a number above moves to a free one below; never fewer seats than people."""
    held = Place.objects.filter(programme=programme, number__isnull=False)
    if (count := held.count()) > seats:
        raise RuleBroken("programme.seats", taken=count)
    for place in held.filter(number__gt=seats).order_by("number"):
        place.number = rules.free_number(set(held.values_list("number", flat=True)), seats)
        place.save(update_fields=["number"])


@settled()
def open_up(programme_id: int, *, by: "Person", at: datetime) -> Programme:
    """From now on members sign up. Pressed twice, it is open once. Raises RuleBroken: "programme.past", "programme.stale"."""
    people.lock_person(by.pk)
    programme = lock_programme(programme_id)
    if programme.status == states.OPEN:
        return programme
    if programme.status == states.DRAFT and programme.starts_on <= day_of(at):
        raise RuleBroken("programme.past")
    lifecycle.move(states.PROGRAMME, programme, "open", by=by, at=at, opened_at=at)
    return programme


@settled()
def cancel(programme_id: int, *, reason: str, by: "Person", at: datetime) -> Programme:
    """It does not take place, or stops: everybody who holds a place is told why and gives it back; its challenges stop.

    Raises RuleBroken: "programme.reason", "programme.over", "programme.stale".
    """
    if not reason.strip():
        raise RuleBroken("programme.reason")
    holders = Place.objects.filter(programme=programme_id, status=states.JOINED)
    people.lock_people({by.pk, *holders.values_list("person_id", flat=True)})
    programme = lock_programme(programme_id)
    if programme.status == states.CANCELLED:
        return programme
    if programme.status_at(at) == states.ENDED:
        raise RuleBroken("programme.over")
    lifecycle.move(
        states.PROGRAMME, programme, "cancel", by=by, at=at, reason=reason.strip(), cancelled_at=at,
        cancel_reason=reason.strip()[:300],
    )  # fmt: skip
    told = list(holders.order_by("pk"))
    for place in told:
        lifecycle.move(
            states.PLACE, place, "leave", by=by, at=at, reason="cancelled", person_id=place.person_id, number=None,
            left_at=at,
        )  # fmt: skip
    for challenge in Challenge.objects.filter(programme=programme, status=states.OPEN).order_by("pk"):
        lifecycle.move(states.CHALLENGE, challenge, "cancel", by=by, at=at, reason="programme")
    notifications.cancelled(told, programme, at=at)
    return programme


@settled()
def copy(programme_id: int, *, by: "Person", at: datetime) -> Programme:
    """The next run of the same rung as a draft: as long, from the Monday after next, with the same hosts."""
    people.lock_person(by.pk)
    old = lock_programme(programme_id)
    starts_on = max(week_of(at), old.last_on - timedelta(days=old.last_on.weekday())) + timedelta(days=14)
    made = Programme.objects.create(
        rung=old.rung, created_at=at, name_zh=old.name_zh, name_en=old.name_en, purpose=old.purpose, stages=old.stages,
        leads_to=old.leads_to, starts_on=starts_on, last_on=starts_on + (old.last_on - old.starts_on), seats=old.seats,
        follows=old.follows,
    )  # fmt: skip
    Host.objects.bulk_create(
        [Host(programme=made, person_id=key) for key in old.hosts.values_list("person", flat=True)]
    )
    audit.record("programme.create", made, by=by, at=at, old=states.NEW, new=made.status, data={"copy_of": old.pk})
    return made


def _insist_on_days(details: dict[str, Any], at: datetime, *, begun: bool = False) -> None:
    if not rules.days_fit(details["starts_on"], details["last_on"]):
        raise RuleBroken("programme.days")
    if (details["last_on"] < day_of(at)) if begun else (details["starts_on"] <= day_of(at)):
        raise RuleBroken("programme.past")


def _insist_on_ladder(programme: Programme, details: dict[str, Any]) -> None:
    below, seen = details.get("follows"), set()
    while below is not None and below.pk not in seen:
        if below.rung == programme.rung:
            raise RuleBroken("programme.ladder")
        seen.add(below.pk)
        below = below.follows


def _set_hosts(programme: Programme, hosts: Collection["Person"], at: datetime) -> None:
    """One to four members in good standing, none of whom holds a place; who was a host already may have lost it."""
    kept = set(programme.hosts.values_list("person_id", flat=True))
    wrong = not 1 <= len(hosts) <= rules.HOSTS_MOST
    if wrong or any(host.pk not in kept and not policies.in_standing(host, at) for host in hosts):
        raise RuleBroken("programme.hosts")
    held = Place.objects.filter(programme=programme, person__in=[host.pk for host in hosts], status=states.JOINED)
    both = held.select_related("person").first()
    if both is not None:
        raise RuleBroken("programme.hosts_place", name=both.person.name)
    wanted = {host.pk for host in hosts}
    programme.hosts.exclude(person__in=wanted).delete()
    Host.objects.bulk_create([Host(programme=programme, person_id=key) for key in sorted(wanted - kept)])


def _known(details: dict[str, Any]) -> dict[str, Any]:
    """Only what the office may write: a form never sets a status."""
    unknown = details.keys() - set(DETAILS)
    if unknown:
        raise TypeError(f"not details of a programme: {sorted(unknown)}")
    return details
