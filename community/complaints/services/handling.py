"""What the office does with a complaint: take it, answer it, close it with an outcome."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.complaints import notifications, policies, states
from community.complaints.models import Complaint, Said
from community.complaints.services.filing import locked, say
from community.kernel import audit
from community.kernel import states as lifecycle
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from community.members.models import Person


@settled()
def take(complaint: Complaint, *, by: "Person", at: datetime) -> Complaint:
    """Whoever takes it is told when the filer writes more; a colleague may take it over. Raises RuleBroken
    "complaint.stale"."""
    found = locked(complaint.pk)
    policies.may_add(found).insist()
    if found.taken_by_id != by.pk:
        data = {"from": found.taken_by.name if found.taken_by else ""}
        found.taken_by = by
        found.save(update_fields=["taken_by"])
        audit.record("complaint.take", found, by=by, at=at, person_id=found.filer_id, data=data)
    return found


@settled()
def answer(complaint: Complaint, text: str, *, by: "Person", at: datetime) -> Said:
    """The filer reads it in the ticket and is told by a letter; the first one stops the first clock. Raises RuleBroken:
    "complaint.stale", "complaint.empty"."""
    found = locked(complaint.pk)
    policies.may_add(found).insist()
    said = say(found, text, by=by, at=at)
    found.taken_by = found.taken_by or by
    found.answered_at = found.answered_at or at
    found.save(update_fields=["taken_by", "answered_at"])
    audit.record("complaint.answer", found, by=by, at=at, person_id=found.filer_id)
    notifications.answered(found, said.pk, at=at)
    return found.said.get(pk=said.pk)


@settled()
def close(complaint: Complaint, outcome: str, *, by: "Person", at: datetime) -> Complaint:
    """With the outcome, which the filer reads and says how it was. Raises RuleBroken: "complaint.stale",
    "complaint.empty"."""
    found = locked(complaint.pk)
    if not outcome.strip():
        raise RuleBroken("complaint.empty")
    lifecycle.move(
        states.COMPLAINT, found, "close", by=by, at=at, person_id=found.filer_id, outcome=outcome.strip(),
        closed_at=at, closed_by=by, taken_by=found.taken_by or by, answered_at=found.answered_at or at,
    )  # fmt: skip
    notifications.closed(found, at=at)
    return found
