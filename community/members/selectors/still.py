"""Is it still so, what a reminder that waited says (R51)? One or two queries for all that waited of one kind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from community.kernel.access import REVIEWER
from community.kernel.days import day_of
from community.members import rules, states
from community.members.models import Application, CompanyChange, Person, Question, Stake, Term
from community.members.selectors import all_members

if TYPE_CHECKING:
    from community.kernel.models import Message


def clock_reminder(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R7: never after attendance, withdrawal or lapse; and the clock ends when the letter says."""
    running = _applications(waiting).filter(status=states.APPROVED, attended_at=None)
    ends = dict(running.values_list("pk", "clock_ends_at"))
    return {one.pk for one in waiting if one.about in ends and one.moment("clock_ends_at") == ends[one.about]}


def draft_ending(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R3: nobody has touched it since, handed it in or thrown it away."""
    drafts = _applications(waiting).filter(status=states.DRAFT, ready_at=None)
    touched = dict(drafts.values_list("pk", "touched_at"))
    return {
        one.pk
        for one in waiting
        if (since := touched.get(one.about)) and one.moment("closes_at") == rules.draft_closes_at(since)
    }


def to_mend(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R2: the check is as it was, overdue or failed, with the same last day, and costs a member something."""
    standing = all_members(day_of(at)).order_by().values("pk")
    stakes = Stake.objects.filter(pk__in={one.about for one in waiting}, ended_at=None, person__in=standing).in_bulk()
    return {one.pk for one in waiting if (stake := stakes.get(one.about)) and _is_as_told(one, stake)}


def _is_as_told(one: "Message", stake: Stake) -> bool:
    until = stake.mend_until_on
    same = until is not None and until.isoformat() == one.context.get("mend_until_on")
    return same and (stake.failed_on is not None) == one.context.get("failed", False)


def trainee_reminder(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R11: they have shown no company, and the term ends early when the letter says."""
    terms = Term.objects.filter(pk__in={one.about for one in waiting}, voided_at=None, person__is_active=True)
    rows = terms.exclude(ends_early_on=None).in_bulk()
    return {
        one.pk for one in waiting if (term := rows.get(one.about)) and _last_day(term) == one.context.get("last_on")
    }


def _last_day(term: Term) -> str:
    assert term.ends_early_on is not None
    return (term.ends_early_on - timedelta(days=1)).isoformat()


def review_waiting(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R4: it is as it was handed in, and nobody has taken it into work."""
    rows = _applications(waiting).filter(status=states.SUBMITTED).in_bulk()
    open_ones = [
        one
        for one in waiting
        if (row := rows.get(one.about)) and row.submitted_at == one.created_at and not row.claim_holds(at)
    ]
    return _to_reviewers(open_ones)


def change_waiting(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R2: nobody has decided it, and it was not taken back."""
    keys = {one.about for one in waiting}
    asked = set(CompanyChange.objects.filter(pk__in=keys, status=states.ASKED).values_list("pk", flat=True))
    return _to_reviewers([one for one in waiting if one.about in asked])


def question_asked(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """Nobody has answered it."""
    keys = {one.about for one in waiting}
    asked = set(Question.objects.filter(pk__in=keys, answered_at=None).values_list("pk", flat=True))
    return _to_reviewers([one for one in waiting if one.about in asked])


def _to_reviewers(waiting: "Sequence[Message]") -> set[int]:
    """Of these, those whose reader is a reviewer now."""
    people = Person.objects.filter(pk__in={one.person_id for one in waiting}, groups__name=REVIEWER, is_active=True)
    reviewers = set(people.values_list("pk", flat=True))
    return {one.pk for one in waiting if one.person_id in reviewers}


def _applications(waiting: "Sequence[Message]") -> QuerySet[Application]:
    return Application.objects.filter(pk__in={one.about for one in waiting}, person__is_active=True)
