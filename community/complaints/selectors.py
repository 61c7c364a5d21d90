"""Complaints as their filer and the office may see them; what one may not see is not in any list."""

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from community.complaints import rules, states
from community.complaints.models import Complaint
from community.kernel.access import ROLES, roles_of

LISTS = ("open", "closed")


def of_person(person: Any) -> QuerySet[Complaint]:
    """One's own, the newest first."""
    return Complaint.objects.filter(filer=person)


def for_office(reader: Any) -> QuerySet[Complaint]:
    """What this colleague may work on: never what they filed or what names them. Administrators read the rest; organizers
    nothing about a colleague, nor about a person whom nobody has made out yet."""
    return _among(reader.pk, roles_of(reader) >= frozenset(ROLES))


def _among(reader_id: int, administrator: bool) -> QuerySet[Complaint]:
    rows = Complaint.objects.exclude(filer=reader_id).exclude(person=reader_id)
    if administrator:
        return rows
    colleagues = Complaint.objects.filter(person__groups__name__in=ROLES).values("pk")
    return rows.exclude(pk__in=colleagues).exclude(about=rules.PERSON, person=None)


def queue(reader: Any, which: str) -> QuerySet[Complaint]:
    """The open ones, whose next step is due first on top; the closed ones, the last first."""
    rows = for_office(reader).select_related("filer", "person", "taken_by")
    if which == "closed":
        return rows.filter(status=states.CLOSED).order_by("-closed_at", "-pk")
    return rows.filter(status=states.OPEN).order_by("filed_at", "pk")


def _overdue(at: datetime) -> Q:
    unanswered = Q(answered_at=None, filed_at__lte=at - rules.FIRST_ANSWER_WITHIN)
    return Q(status=states.OPEN) & (unanswered | Q(filed_at__lte=at - rules.CLOSED_WITHIN))


def sizes(reader: Any, at: datetime) -> dict[str, Any]:
    """`open`, `overdue` and `mine` of this reader, and of those closed in 90 days how many (`closed`) and how satisfied
    their filers were (`satisfied`, None before anybody said so); one query."""
    lately = Q(closed_at__gt=at - rules.CLOSED_WITHIN * 6.5)
    return for_office(reader).aggregate(
        open=Count("pk", filter=Q(status=states.OPEN), distinct=True),
        overdue=Count("pk", filter=_overdue(at), distinct=True),
        mine=Count("pk", filter=Q(status=states.OPEN, taken_by=reader), distinct=True),
        closed=Count("pk", filter=lately, distinct=True),
        satisfied=Avg("satisfied", filter=lately),
    )


def overdue_of(reader_id: int, *, administrator: bool, at: datetime) -> int:
    """How many are over their time among those this colleague may work on."""
    return _among(reader_id, administrator).filter(_overdue(at)).count()


def any_overdue(at: datetime) -> bool:
    return Complaint.objects.filter(_overdue(at)).exists()


def thread(complaint: Complaint) -> list[Any]:
    """What was said since, the oldest first; at most 200."""
    return list(complaint.said.select_related("author")[:200])


def concerning(reader: Any, person_id: int) -> QuerySet[Complaint]:
    """What somebody filed or is named in, as far as this colleague may work on it."""
    return for_office(reader).filter(Q(filer=person_id) | Q(person=person_id))
