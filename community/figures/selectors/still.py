"""Whether what a letter that waited is about is still so."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from community.figures.models import Asking
from community.kernel.days import day_of
from community.members.selectors import members_in_good_standing

if TYPE_CHECKING:
    from community.kernel.models import Message


def question(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """They have not answered, and are members in good standing."""
    people = members_in_good_standing(day_of(at)).order_by().values("pk")
    open_ones = Asking.objects.filter(pk__in={one.about for one in waiting}, answered=False, person__in=people)
    keys = set(open_ones.values_list("pk", flat=True))
    return {one.pk for one in waiting if one.about in keys}
