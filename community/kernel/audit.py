"""The audit trail (R50): who, when, what, why. Append-only by a database trigger."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet

from community.kernel.models import AuditEntry

if TYPE_CHECKING:
    from community.members.models import Person


def record(
    action: str,
    subject: Model,
    *,
    by: "Person | None",
    at: datetime,
    reason: str = "",
    person_id: int | None = None,
    old: str = "",
    new: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction. `by` is None when the system acts by rule.

    `person_id` is whom it concerns; by default the subject's own `person_id`, or the subject if it is a person.
    """
    if person_id is None:
        person_id = subject.pk if subject._meta.label == "members.Person" else getattr(subject, "person_id", None)
    return AuditEntry.objects.create(
        at=at,
        actor=by,
        person_id=person_id,
        action=action,
        subject_type=subject._meta.label,
        subject_id=subject.pk,
        old=old,
        new=new,
        reason=reason,
        data=data or {},
    )


def trail(subject: Model) -> QuerySet[AuditEntry]:
    """Everything recorded about one thing, oldest first, with the actors."""
    return (
        AuditEntry.objects.filter(subject_type=subject._meta.label, subject_id=subject.pk)
        .select_related("actor")
        .order_by("at", "pk")
    )
