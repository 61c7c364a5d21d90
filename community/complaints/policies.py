"""Who may file a complaint, read it, work on it and say how it was. The person named never sees it."""

from collections.abc import Collection
from typing import Any

from community.complaints import rules, states
from community.complaints.models import Complaint
from community.kernel import access
from community.kernel.errors import YES, Verdict, no


def may_file(person: Any) -> Verdict:
    """Anybody with an account; three open ones at most, so that each gets its answer."""
    open_now = Complaint.objects.filter(filer=person, status=states.OPEN).count()
    return YES if open_now < rules.OPEN_MOST else no("complaint.many")


def may_add(complaint: Complaint) -> Verdict:
    return YES if complaint.status == states.OPEN else no("complaint.stale")


def may_rate(complaint: Complaint) -> Verdict:
    """Once, when it is closed."""
    if complaint.status != states.CLOSED:
        return no("complaint.open")
    return YES if complaint.satisfied is None else no("complaint.rated")


def may_work_on(person_id: int, roles: Collection[str], complaint: Complaint) -> bool:
    """As `selectors.for_office`, for one colleague by their roles: never on what they filed or what names them;
    organizers on nothing about a colleague, nor about a person whom nobody has made out yet."""
    if person_id in (complaint.filer_id, complaint.person_id):
        return False
    if access.ADMINISTRATOR in roles:
        return True
    if access.ORGANIZER not in roles or (complaint.about == rules.PERSON and complaint.person is None):
        return False
    return complaint.person is None or not complaint.person.groups.filter(name__in=access.ROLES).exists()
