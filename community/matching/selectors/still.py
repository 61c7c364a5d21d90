"""Is it still so, what a letter about a need says that waited (R51)?"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from community.kernel.days import day_of
from community.matching import rules
from community.matching.models import Match
from community.matching.selectors.lists import TOLD_TO
from community.members import selectors as members

if TYPE_CHECKING:
    from community.kernel.models import Message


def need_fits(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """R31: the need is open, of somebody in good standing, and for its reader, who is in it too and has not answered."""
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    keys = {one.pk: one.occasion.split(":")[1] for one in waiting}
    matches = Match.objects.filter(
        TOLD_TO, Q(need__valid_until=None) | Q(need__valid_until__gt=at),
        need__kind=rules.NEED, need__key__in=keys.values(), need__visible=True, need__person__in=standing,
        person__in=standing, answer="",
    )  # fmt: skip
    found = set(matches.values_list("need__key", "person_id"))
    return {one.pk for one in waiting if (keys[one.pk], one.person_id) in found}
