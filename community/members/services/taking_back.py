"""Taking a consent back, with what follows from it (R52)."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import policies
from community.members import states as lifecycle
from community.members.models import Application, Consent, Person
from community.members.services import applications, clock, documents
from community.members.services.people import lock_person


@settled()
def withdraw(person: Person, purpose: str, *, at: datetime) -> None:
    """Take a consent back: an application under way ends with it, and papers go. Raises RuleBroken: "consent.none",
    "consent.member" for whoever is a member by it: they leave, or are erased, which says what follows."""
    person = lock_person(person.pk)
    given = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if given is None:
        raise RuleBroken("consent.none")
    clock.lapse_if_due(person.pk, at=at)
    if policies.may_leave(person, at=at):
        raise RuleBroken("consent.member")
    for application in Application.objects.filter(person=person, status__in=lifecycle.LIVE):
        applications.withdraw(application.pk, by=person, at=at, reason="consent")
    for application in Application.objects.select_for_update().filter(person=person).order_by("pk"):
        documents.purge(application, at=at, by=person)
    Consent.objects.filter(pk=given.pk).update(withdrawn_at=at)
    audit.record("consent.withdraw", given, by=person, at=at, old=purpose)
