"""Who may say that they met whom (R35)."""

from datetime import datetime
from typing import Any

from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.members import policies as members
from community.members.selectors import blocks


def may_tell(person: Any, *, at: datetime) -> Verdict:
    """Ties are told by members: of meetings, projects and whom they would like to meet again."""
    return members.must_stand(person, day_of(at), "tie.standing")


def may_tie(person: Any, other: Any | None, *, at: datetime) -> Verdict:
    """With whom: a member in good standing, and neither has blocked the other. Why somebody can't is nobody's business."""
    standing = may_tell(person, at=at)
    if not standing:
        return standing
    if other is None or not other.is_active or blocks.are_apart(person.pk, other.pk):
        return no("tie.none")
    return YES if members.in_good_standing(other, day_of(at)) else no("tie.none")
