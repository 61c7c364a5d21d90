"""Joint projects (R35): one member declares it, every partner says so for themselves. No money is settled here."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members.services import people
from community.ties import notifications, policies, rules, states
from community.ties.models import Partner, Project

if TYPE_CHECKING:
    from community.members.models import Person

DECLARED_A_DAY = 5


@settled({"project_declared_once": "partner.stale"})
def declare(by: "Person", *, title: str, since_on: date, partners: Collection[int], at: datetime) -> Project:
    """Say that one does something together with others, and ask each of them. Said twice, it stands once.

    Raises RuleBroken: "tie.standing", "tie.none", "project.title", "project.day", "project.partners", "project.many".
    """
    others, title = sorted(set(partners) - {by.pk}), title.strip()
    if not 0 < len(title) <= rules.TITLE_MOST:
        raise RuleBroken("project.title")
    if since_on > day_of(at):
        raise RuleBroken("project.day")
    if not 0 < len(others) <= rules.PARTNERS_MOST:
        raise RuleBroken("project.partners")
    all_of_them = people.lock_people([by.pk, *others])
    known = Project.objects.filter(declared_by=by, title=title, since_on=since_on).first()
    if known is not None:
        return known
    for other in others:
        policies.may_tie(by, all_of_them.get(other), at=at).insist()
    if Project.objects.filter(declared_by=by, declared_at__gt=at - timedelta(days=1)).count() >= DECLARED_A_DAY:
        raise RuleBroken("project.many")
    made = Project.objects.create(
        title=title, since_on=since_on, declared_by=by, declared_at=at, expires_at=rules.confirm_until(at)
    )
    own = Partner.objects.create(project=made, person=by, status=states.ASKED, asked_at=at)
    audit.record("partner.ask", own, by=by, at=at, person_id=by.pk, old=states.NEW, new=states.ASKED)
    lifecycle.move(states.PARTNER, own, "confirm", by=by, at=at, person_id=by.pk, answered_at=at)
    for other in others:
        asked = Partner.objects.create(project=made, person=all_of_them[other], status=states.ASKED, asked_at=at)
        audit.record("partner.ask", asked, by=by, at=at, person_id=other, old=states.NEW, new=states.ASKED)
        notifications.project_asked(asked, at=at)
    return made


@settled()
def answer(project: Project, *, yes: bool, by: "Person", at: datetime) -> Partner:
    """A partner says that it is so, or that it is not; a no is told to nobody. Pressed twice, it is said once.

    Raises RuleBroken: "partner.stale" when nobody asked them or the question is over, "tie.standing", "tie.none".
    """
    people.lock_people([by.pk, project.declared_by_id])
    found = _locked(project, by)
    if found.status == (states.CONFIRMED if yes else states.DECLINED):
        return found
    if at >= project.expires_at and found.status != states.LEFT:
        raise RuleBroken("partner.stale")
    if yes:
        if project.declared_by_id != by.pk:
            policies.may_tie(by, project.declared_by, at=at).insist()
        lifecycle.move(states.PARTNER, found, "confirm", by=by, at=at, person_id=by.pk, answered_at=at)
    else:
        lifecycle.move(states.PARTNER, found, "decline", by=by, at=at, person_id=by.pk, answered_at=at)
    return found


@settled()
def leave(project: Project, *, by: "Person", at: datetime) -> Partner:
    """Take one's name off a project: it ties nobody to them any more. Raises RuleBroken("partner.stale")."""
    people.lock_person(by.pk)
    found = _locked(project, by)
    if found.status != states.LEFT:
        lifecycle.move(states.PARTNER, found, "leave", by=by, at=at, person_id=by.pk)
    return found


@settled()
def expire_if_due(key: int, *, at: datetime) -> bool:
    """Who has not confirmed their part in fourteen days is asked no more."""
    row = Partner.objects.select_related("project").get(pk=key)
    people.lock_person(row.person_id)
    found = Partner.objects.select_for_update(no_key=True).get(pk=key)
    if found.status != states.ASKED or at < row.project.expires_at:
        return False
    lifecycle.move(states.PARTNER, found, "expire", by=None, at=at, person_id=found.person_id)
    return True


def expire_all_due(*, at: datetime) -> int:
    over = Partner.objects.filter(status=states.ASKED, project__expires_at__lte=at).order_by("pk")
    return sum(expire_if_due(key, at=at) for key in list(over.values_list("pk", flat=True)))


def _locked(project: Project, person: "Person") -> Partner:
    rows = Partner.objects.select_for_update(of=("self",), no_key=True).select_related("project__declared_by", "person")
    found = rows.filter(project=project, person=person).first()
    if found is None:
        raise RuleBroken("partner.stale")
    return found
