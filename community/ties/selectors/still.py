"""Is it still so, what a letter about ties says that waited (R51)? One or two queries a kind."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from community.ties import states
from community.ties.models import OneToOne, Partner
from community.ties.selectors import nudging

if TYPE_CHECKING:
    from community.kernel.models import Message


def one_to_one_asked(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """It was neither answered nor taken back."""
    rows = OneToOne.objects.filter(pk__in=_about(waiting), status=states.WAITING, asker__is_active=True)
    return _among(waiting, set(rows.values_list("pk", flat=True)))


def one_to_one_confirmed(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """Neither of the two took it back since."""
    rows = OneToOne.objects.filter(pk__in=_about(waiting), status=states.CONFIRMED)
    return _among(waiting, set(rows.values_list("pk", flat=True)))


def project_asked(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    rows = Partner.objects.filter(pk__in=_about(waiting), status=states.ASKED).exclude(project__title="")
    return _among(waiting, set(rows.values_list("pk", flat=True)))


def nudge(waiting: "Sequence[Message]", at: datetime) -> set[int]:
    """They were there, and have done nothing about it since: no wish, no one-to-one, no visit with anybody from there."""
    quiet = nudging.quiet(_about(waiting), {one.person_id for one in waiting})
    return {one.pk for one in waiting if (one.about, one.person_id) in quiet}


def _about(waiting: "Sequence[Message]") -> set[int]:
    return {one.about for one in waiting}


def _among(waiting: "Sequence[Message]", keys: set[int]) -> set[int]:
    return {one.pk for one in waiting if one.about in keys}
