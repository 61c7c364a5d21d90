"""What the public register said (R2): of an application, of a change of company, and each year again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.members import notifications, rules
from community.members import selectors as members
from community.members.models import Application, Company, CompanyChange, Person, Stake, Verification
from community.members.services.people import lock_people

CONFIRMED = Verification.Result.CONFIRMED
ROLE_DIFFERS = Verification.Result.ROLE_DIFFERS


@dataclass(frozen=True)
class Looked:
    """What a reviewer saw: the source, the community day they looked, the result, a note."""

    source: str
    checked_on: date
    result: str
    note: str = ""


def of_application(application: Application, looked: Looked, *, by: Person, at: datetime) -> Verification:
    """Record the check of an application whose person is locked. A confirmed one starts the twelve months."""
    found = _record(looked, by=by, at=at, application=application, company=application.company)
    audit.record("application.verify", application, by=by, at=at, reason=looked.note, data={"result": looked.result})
    if application.company is not None:
        _mark(_stakes(application.company, [application.person_id]), looked, at=at)
    return found


def of_change(change: CompanyChange, looked: Looked, *, by: Person, at: datetime) -> Verification:
    """Record the check that decides a change of company; the stake follows when the change is approved."""
    found = _record(looked, by=by, at=at, change=change, company=change.company)
    audit.record("change.verify", change, by=by, at=at, reason=looked.note, data={"result": looked.result})
    return found


@settled()
def again(company_id: int, looked: Looked, *, whose: Collection[int] = (), by: Person, at: datetime) -> Verification:
    """R2: the yearly check of a company and of everybody's role in it.

    "role_differs" names the people it concerns (`whose`, ids; all when empty); the others are confirmed. Whoever
    fails is told and has 30 days to mend it. Raises RuleBroken("review.own") for one's own company,
    "verify.nobody" when nobody has a confirmed or imported stake in it.
    """
    people = set(_vouched(company_id).values_list("person_id", flat=True))
    if not people:
        raise RuleBroken("verify.nobody")
    if by.pk in people:
        raise RuleBroken("review.own")
    lock_people(people)
    company = Company.objects.select_for_update().get(pk=company_id)
    found = _record(looked, by=by, at=at, company=company)
    stakes = list(_vouched(company_id).filter(person_id__in=people).select_related("person").order_by("person_id"))
    failing = {stake.pk for stake in stakes if looked.result != CONFIRMED}
    if looked.result == ROLE_DIFFERS and whose:
        failing = {stake.pk for stake in stakes if stake.person_id in whose}
    _mark([stake for stake in stakes if stake.pk in failing], looked, at=at)
    rest = Looked(looked.source, looked.checked_on, CONFIRMED) if looked.result == ROLE_DIFFERS else looked
    _mark([stake for stake in stakes if stake.pk not in failing], rest, at=at)
    for stake in stakes:
        result = looked.result if stake.pk in failing else CONFIRMED
        audit.record(
            "stake.verify", stake, by=by, at=at, reason=looked.note, person_id=stake.person_id, data={"result": result}
        )
    return found


@settled()
def remind_all_due(*, at: datetime) -> int:
    """R2: members whose yearly check is overdue are told once, with the last day on which it costs nothing; and again
    7 days and a day before that, like those whose check failed. Two statements and one a letter's kind."""
    today = day_of(at)
    standing = members.all_members(today).order_by().values("pk")
    held = Stake.objects.filter(ended_at=None, person__in=standing).select_related("company").order_by("pk")
    overdue = list(held.looked_up_until(rules.verified_until(today)))
    failed = held.vouched().filter(failed_on__gte=today - timedelta(days=rules.MEND_DAYS))
    ending = [
        (stake, step)
        for stake in [*overdue, *failed]
        if stake.mend_until_on and (step := rules.mend_step(stake.mend_until_on, today)) is not None
    ]
    return notifications.reverification_overdue(overdue, at=at) + notifications.mend_ending(ending, at=at)


def _record(looked: Looked, *, by: Person, at: datetime, **of: object) -> Verification:
    return Verification.objects.create(
        source=looked.source, checked_on=looked.checked_on, result=looked.result, note=looked.note,
        recorded_at=at, recorded_by=by, **of,
    )  # fmt: skip


def _mark(stakes: list[Stake], looked: Looked, *, at: datetime) -> None:
    """Move the stakes' days. A failure counts only against what had been confirmed or imported before, and only its first
    day."""
    for stake in stakes:
        if looked.result == CONFIRMED:
            stake.verified_on, stake.failed_on = looked.checked_on, None
            Company.objects.filter(pk=stake.company_id).update(verified_at=at)
        elif stake.counted_from_on is not None and stake.failed_on is None:
            stake.failed_on = looked.checked_on
            notifications.reverification_failed(stake, at=at)
        stake.save(update_fields=["verified_on", "failed_on"])


def _stakes(company: Company, people: list[int]) -> list[Stake]:
    found = Stake.objects.filter(company=company, person_id__in=people, ended_at=None)
    return list(found.select_related("person", "company"))


def _vouched(company_id: int) -> QuerySet[Stake]:
    return Stake.objects.vouched().filter(company_id=company_id)
