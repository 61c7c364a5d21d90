"""Who works for the club in which role: given and taken by administrators (product.md §1 and §5)."""

from datetime import datetime

from django.contrib.auth.models import Group

from community.kernel import audit
from community.kernel.access import ADMINISTRATOR, REVIEWER
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import notifications
from community.members.models import Application, Person
from community.members.services.people import lock_person


@settled()
def give(person_id: int, role: str, *, by: Person | None, at: datetime, reason: str = "") -> bool:
    """Give somebody a role; whether they did not hold it. `by` is None for whoever works on the server itself.

    Raises Person.DoesNotExist, and RuleBroken("role.no_account") for an account that is shut.
    """
    person = lock_person(person_id)
    if not person.is_active:
        raise RuleBroken("role.no_account")
    if person.groups.filter(name=role).exists():
        return False
    person.groups.add(Group.objects.get(name=role))
    if role == ADMINISTRATOR:
        _support(person, True)
    entry = audit.record("person.role", person, by=by, at=at, new=role, reason=reason)
    notifications.role_given(person, role, entry_id=entry.pk, at=at)
    return True


@settled()
def take(person_id: int, role: str, *, by: Person, at: datetime, reason: str) -> bool:
    """Take a role away, with a reason; whether they held it. What a reviewer had claimed falls free (R4).

    Raises Person.DoesNotExist, RuleBroken("role.last_administrator").
    """
    person = lock_person(person_id)
    group = Group.objects.select_for_update().get(name=role)  # two administrators never remove each other
    if not person.groups.filter(pk=group.pk).exists():
        return False
    if role == ADMINISTRATOR:
        if not group.user_set.filter(is_active=True).exclude(pk=person.pk).exists():
            raise RuleBroken("role.last_administrator")
        _support(person, False)
    person.groups.remove(group)
    if not person.groups.filter(name__in=[REVIEWER, ADMINISTRATOR]).exists():
        _let_go_of_claims(person, at)
    entry = audit.record("person.role_end", person, by=by, at=at, old=role, reason=reason)
    notifications.role_taken(person, role, entry_id=entry.pk, at=at)
    return True


def _support(person: Person, may: bool) -> None:
    """Administrators open the pages of support, too."""
    person.is_staff = person.is_superuser = may
    person.save(update_fields=["is_staff", "is_superuser"])


def _let_go_of_claims(person: Person, at: datetime) -> None:
    claimed = list(Application.objects.select_for_update(of=("self",)).filter(claimed_by=person).order_by("pk"))
    for application in claimed:
        application.claimed_at = application.claimed_by = None
        application.save(update_fields=["claimed_at", "claimed_by"])
        audit.record("application.release", application, by=None, at=at, reason="role")
