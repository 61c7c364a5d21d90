"""Erasing somebody who never became a member (R52): papers gone, words masked, counts and the check's result stay."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from community.kernel import audit, outbox
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import ports
from community.members import states as lifecycle
from community.members.models import Application, CompanyChange, Person, RegisterAnswer, Stake, Term, Verification
from community.members.models.people import ERASED
from community.members.services import documents
from community.members.services.people import lock_person

WORDS = dict.fromkeys(("full_name", "phone", "wechat", "title", "about", "needs", "offers", "asked", "reason"), "")


@dataclass(frozen=True)
class Erased:
    """How much there was."""

    applications: int
    papers: int
    letters: int
    entries: int


@settled()
def erase(person_id: int, *, by: Person | None, at: datetime) -> Erased:
    """Erase an applicant in one transaction. The rows, their dates and the register's result stay, without a name.

    Raises RuleBroken: "erase.member" for whoever ever had a term, "erase.staff", "erase.live" while an application is
    under way, "erase.money" while a payment, a refund or an invoice is open.
    """
    person = lock_person(person_id)
    insist(person)
    applications = list(Application.objects.select_for_update().filter(person=person).order_by("pk"))
    changes = list(CompanyChange.objects.select_for_update().filter(person=person).order_by("pk"))
    owners: list[Application | CompanyChange] = [*applications, *changes]
    papers = sum(documents.purge(of, at=at, by=by) for of in owners)
    Application.objects.filter(person=person).update(draft={}, **WORDS)
    CompanyChange.objects.filter(person=person).update(reason="")
    Verification.objects.filter(application__person=person).update(note="")
    ports.forget_cards(person.pk, at=at)
    ports.forget_excuses(person.pk, at=at)
    ports.forget_slips(person.pk)
    ports.forget_fapiaos(person.pk)
    ports.forget_accounts(person.pk)
    ports.forget_posts(person.pk, at=at)
    ports.forget_documents(person.pk)
    ports.forget_words(person.pk)
    _leave_companies(person, at)
    _close_account(person, at)
    audit.record("person.erase", person, by=by, at=at)
    return Erased(len(applications), papers, outbox.forget(person), audit.mask(person.pk))


def insist(person: Person) -> None:
    """Whether somebody may be erased now; changes nothing. Raises as `erase` does."""
    if Term.objects.filter(person=person).exists():
        raise RuleBroken("erase.member")
    if person.is_staff or person.groups.exists():
        raise RuleBroken("erase.staff")
    if Application.objects.filter(person=person, status__in=[*lifecycle.LIVE, lifecycle.ADMITTED]).exists():
        raise RuleBroken("erase.live")
    if ports.money_open(person.pk):
        raise RuleBroken("erase.money")


def _leave_companies(person: Person, at: datetime) -> None:
    """The company's row is the register's own and stays; what the interface said of its people does not."""
    companies = Stake.objects.filter(person=person).values("company")
    RegisterAnswer.objects.filter(company__in=companies).delete()
    Stake.objects.filter(person=person, ended_at=None).update(ended_at=at)


def _close_account(person: Person, at: datetime) -> None:
    sessions = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.email = f"erased-{person.public_id}{ERASED}"
    person.full_name = person.wechat = ""
    person.phone = ""  # type: ignore[assignment]  # the field turns text into a number
    person.is_active, person.hide_me, person.erased_at = False, True, at
    person.set_unusable_password()
    person.save()
