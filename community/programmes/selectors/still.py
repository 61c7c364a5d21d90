"""Is it still so, what a letter about a programme says that waited (R51)? One or two queries a kind."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from community.kernel.days import day_of
from community.members import selectors as members
from community.programmes import states
from community.programmes.models import CheckIn, Host, Place, Reply

if TYPE_CHECKING:
    from community.kernel.models import Message


def check_in_due(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """They take part, and have said nothing of that week."""
    taking_part = Place.objects.filter(pk__in=_about(waiting), status=states.JOINED)
    places = set(taking_part.values_list("pk", flat=True))
    said = set(CheckIn.objects.filter(place__in=places).values_list("place_id", "week"))
    return {one.pk for one in waiting if one.about in places and (one.about, one.context.get("week")) not in said}


def week_over(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """The programme was not called off, and its reader leads it."""
    return _to_hosts(waiting, at, programme__status__in=[states.OPEN, states.RUNNING, states.ENDED])


def to_decide(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """Somebody of the cohort waits for a sentence, and the reader is to write it."""
    undecided = Place.objects.filter(programme__in=_about(waiting), status=states.JOINED).values("programme")
    return _to_hosts(waiting, at, programme__in=undecided, programme__status=states.ENDED)


def replied(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """Whoever answered has not taken it back."""
    rows = Reply.objects.filter(check_in__in=_about(waiting), removed_at=None)
    stands = set(rows.values_list("check_in_id", "author_id"))
    return {one.pk for one in waiting if (one.about, int(one.occasion.rpartition(":")[2])) in stands}


def _to_hosts(waiting: "Sequence[Message]", at: datetime, **of: object) -> set[int]:
    """Of letters about a programme, those whose reader leads it, and is in good standing."""
    standing = members.members_in_good_standing(day_of(at)).order_by().values("pk")
    rows = Host.objects.filter(**of, person__in=standing).filter(programme__in=_about(waiting))
    leads = set(rows.values_list("programme_id", "person_id"))
    return {one.pk for one in waiting if (one.about, one.person_id) in leads}


def _about(waiting: "Sequence[Message]") -> set[int]:
    return {one.about for one in waiting}
