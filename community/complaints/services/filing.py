"""What whoever complains does: file it, write more, and say at the end how it was."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.complaints import notifications, policies, rules, states
from community.complaints.models import Complaint, Said
from community.events.selectors import person as seats
from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members.selectors import people_called
from community.members.selectors.staff import with_roles
from community.members.services import people

if TYPE_CHECKING:
    from community.events.models import Event
    from community.members.models import Person


@settled()
def file(
    by: "Person",
    *,
    about: str,
    text: str,
    named: str = "",
    contact: str = "",
    event: "Event | None" = None,
    at: datetime,
) -> Complaint:
    """A private ticket. The office whom it does not concern is told; whoever is named never is. `event`: one they were at.

    Raises RuleBroken: "complaint.many" with three open, "complaint.empty", "complaint.own", "complaint.event".
    """
    people.lock_person(by.pk)
    policies.may_file(by).insist()
    if not text.strip():
        raise RuleBroken("complaint.empty")
    meant = people_called(named.strip()) if about == rules.PERSON and named.strip() else []
    if [one.pk for one in meant] == [by.pk]:
        raise RuleBroken("complaint.own")
    if event is not None and event not in seats.attended_lately(by.pk, at):
        raise RuleBroken("complaint.event")
    made = Complaint.objects.create(
        filer=by, about=about, named=named.strip() if about == rules.PERSON else "", text=text.strip(),
        contact=contact.strip(), filed_at=at, event=event, person=meant[0] if len(meant) == 1 else None,
    )  # fmt: skip
    audit.record("complaint.file", made, by=by, at=at, person_id=by.pk, new=states.OPEN)
    notifications.filed(made, _office(made), at=at)
    return made


@settled()
def add(complaint: Complaint, text: str, *, by: "Person", at: datetime) -> Said:
    """The filer writes more. Raises RuleBroken: "complaint.stale", "complaint.empty"."""
    found = locked(complaint.pk)
    policies.may_add(found).insist()
    said = say(found, text, by=by, at=at)
    if found.taken_by is not None:
        notifications.added(found, said.pk, at=at)
    return said


@settled()
def rate(complaint: Complaint, satisfied: int, *, by: "Person", at: datetime) -> Complaint:
    """One to five, once. Raises RuleBroken: "complaint.open", "complaint.rated", "complaint.rating"."""
    found = locked(complaint.pk)
    policies.may_rate(found).insist()
    if satisfied not in rules.SATISFIED:
        raise RuleBroken("complaint.rating")
    found.satisfied = satisfied
    found.save(update_fields=["satisfied"])
    audit.record("complaint.rate", found, by=by, at=at, person_id=found.filer_id, data={"satisfied": satisfied})
    return found


def say(complaint: Complaint, text: str, *, by: "Person", at: datetime) -> Said:
    if not text.strip():
        raise RuleBroken("complaint.empty")
    return Said.objects.create(complaint=complaint, author=by, text=text.strip(), said_at=at)


def locked(complaint_id: int) -> Complaint:
    """Under the lock of who filed it, which everything about it takes first."""
    people.lock_person(Complaint.objects.values_list("filer_id", flat=True).get(pk=complaint_id))
    return Complaint.objects.select_related("filer", "taken_by").get(pk=complaint_id)


def _office(complaint: Complaint) -> list[int]:
    """Whom it may be shown to, by key."""
    staff = [one for one in with_roles() if policies.may_work_on(one.pk, one.roles, complaint)]
    return [one.pk for one in staff]


def forget(person_id: int) -> int:
    """Somebody is erased: what they wrote, and what was written to them, loses its words; how many tickets."""
    mine = Complaint.objects.filter(filer=person_id)
    Said.objects.filter(complaint__in=mine).update(text="")
    Complaint.objects.filter(person=person_id).update(named="")
    return mine.update(text="", named="", contact="", outcome="")
