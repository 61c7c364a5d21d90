"""Who may answer the quarter's question."""

from datetime import datetime

from community.figures import rules
from community.figures.models import Asking
from community.kernel.days import day_of
from community.kernel.errors import YES, Verdict, no
from community.members.selectors import members_in_good_standing


def may_answer(asking: Asking | None, *, at: datetime) -> Verdict:
    """Whoever was asked, once, to the end of the quarter, while their membership stands."""
    if asking is None or at >= rules.answers_until(asking.quarter_on):
        return no("quarter.none")
    if asking.answered:
        return no("quarter.answered")
    standing = members_in_good_standing(day_of(at)).filter(pk=asking.person_id).exists()
    return YES if standing else no("quarter.none")
