"""Erasing (R52): asked for, undone within some days, and then done in one transaction. Words and files go, the books,
counts and ties stay as "a former member". What becomes of which table: kernel/personal.py and docs/decisions/0023."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from community.kernel import audit, outbox
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import ports, rules
from community.members import states as lifecycle
from community.members.models import (
    Application,
    Block,
    CompanyChange,
    Erasure,
    Expulsion,
    Farewell,
    Person,
    RegisterAnswer,
    Stake,
    Suspension,
    Term,
    Verification,
)
from community.members.models.people import ERASED, FORMER, LEFT
from community.members.notifications import rights as letters
from community.members.selectors import rights
from community.members.services import applications, clock, companies, documents, exporting, leaving
from community.members.services.people import lock_person

WORDS = dict.fromkeys(("full_name", "phone", "wechat", "title", "about", "needs", "offers", "asked", "reason"), "")


@dataclass(frozen=True)
class Erased:
    """How much there was."""

    applications: int
    papers: int
    letters: int
    entries: int


# Asking, and taking it back ----------------------------------------------------------------------


@settled({"erasure_one_open": "erase.asked"})
def ask(person: Person, *, at: datetime) -> Erasure:
    """Ask to be erased in seven days. Raises RuleBroken: "erase.asked", "erase.staff"."""
    person = lock_person(person.pk)
    rights.may_be_erased(person).insist()
    due_at = at + timedelta(days=rules.COOLING_OFF_DAYS)
    erasure = Erasure.objects.create(person=person, asked_at=at, due_at=due_at)
    audit.record("erasure.ask", erasure, by=person, at=at)
    letters.erasure_asked(erasure, at=at)
    return erasure


@settled()
def undo(person: Person, *, at: datetime) -> Erasure:
    """Take it back, any time before it is done. Raises RuleBroken("erase.none")."""
    lock_person(person.pk)
    erasure = Erasure.objects.filter(person=person, undone_at=None, done_at=None).first()
    if erasure is None:
        raise RuleBroken("erase.none")
    erasure.undone_at = at
    erasure.save(update_fields=["undone_at"])
    audit.record("erasure.undo", erasure, by=person, at=at)
    letters.erasure_undone(erasure, at=at)
    return erasure


# Doing it ----------------------------------------------------------------------------------------


def carry_out_due(*, at: datetime) -> int:
    """Erase whoever asked and did not take it back in time; how many. Safe to run twice and in parallel."""
    due = Erasure.objects.filter(undone_at=None, done_at=None, due_at__lte=at).order_by("pk")
    return sum(_carry_out(erasure, at=at) for erasure in list(due))


def _carry_out(erasure: Erasure, *, at: datetime) -> bool:
    if erasure.waits_at is not None and ports.money_open(erasure.person_id):
        return False
    try:
        return _erase_due(erasure, at=at)
    except RuleBroken as refused:
        if refused.code == "erase.money":
            _wait(erasure, at=at)
        return False  # whoever holds a role by now stays until it is taken away


@settled()
def _erase_due(erasure: Erasure, *, at: datetime) -> bool:
    person = lock_person(erasure.person_id)
    if not Erasure.objects.filter(pk=erasure.pk, undone_at=None, done_at=None).update(done_at=at):
        return False
    address, language, name = person.email, person.language, person.name
    erase(erasure.person_id, by=None, at=at)
    transaction.on_commit(partial(letters.last_letter, address, language, name))
    return True


@settled()
def _wait(erasure: Erasure, *, at: datetime) -> None:
    """Money is on its way: what ends, ends now; the rest waits, and the person is told until when."""
    person = lock_person(erasure.person_id)
    waiting = Erasure.objects.filter(pk=erasure.pk, undone_at=None, done_at=None, waits_at=None)
    if not waiting.update(waits_at=at):
        return
    _end(person, at=at)
    audit.record("erasure.wait", erasure, by=None, at=at, reason="money")
    letters.erasure_waits(erasure, until=ports.money_until(person.pk, at), at=at)


@settled()
def erase(person_id: int, *, by: Person | None, at: datetime) -> Erased:
    """Erase somebody now, in one transaction: what runs ends, then words and files go. Rows, dates, amounts and the
    register's result stay, without a name.

    Raises RuleBroken: "erase.staff", "erase.money" while a payment, a refund, a transfer or a dispute is open (then
    nothing at all has changed).
    """
    person = lock_person(person_id)
    insist(person)
    words = rights.names_of(person)
    _end(person, at=at)
    if ports.money_open(person.pk):
        raise RuleBroken("erase.money")
    owners: list[Application | CompanyChange] = [
        *Application.objects.select_for_update().filter(person=person).order_by("pk"),
        *CompanyChange.objects.select_for_update().filter(person=person).order_by("pk"),
    ]
    papers = sum(documents.purge(of, at=at, by=by) for of in owners)
    exporting.forget(person.pk, at=at)
    Application.objects.filter(person=person).update(draft={}, **WORDS)
    CompanyChange.objects.filter(person=person).update(reason="")
    Verification.objects.filter(application__person=person).update(note="")
    Verification.objects.filter(change__person=person).update(note="")
    _forget_standing(person)
    _forget_above(person.pk, words, at=at)
    ports.forget_imports([person.email], person.pk, at=at)
    _leave_companies(person, at)
    _close_account(person, at)
    audit.record("person.erase", person, by=by, at=at)
    count = sum(isinstance(of, Application) for of in owners)
    return Erased(count, papers, outbox.forget(person), audit.mask(person.pk, words))


def insist(person: Person) -> None:
    """Whether somebody may be erased; changes nothing. Raises RuleBroken: "erase.staff", "erase.gone"."""
    rights.may_be_erased(person).insist()


def _end(person: Person, *, at: datetime) -> None:
    """The application is withdrawn, the membership ends; seats to come, posts and places go back (R24), saved cards are
    let go, nothing is owed any more."""
    clock.lapse_if_due(person.pk, at=at)
    for application in Application.objects.filter(person=person, status__in=lifecycle.LIVE):
        applications.withdraw(application.pk, by=person, at=at, reason="erased")
    for change in CompanyChange.objects.filter(person=person, status=lifecycle.ASKED):
        companies.withdraw_change(change.pk, by=person, at=at)
    leaving.end(person, action="term.leave", by=person, at=at, reason="erased")
    leaving.gone(person.pk, by=person, at=at, reason="erased")
    ports.void_open(person.pk, by=person, at=at)


def _forget_standing(person: Person) -> None:
    """That somebody was suspended, expelled or left stays; why is nobody's business any more."""
    Suspension.objects.filter(person=person).update(reason="", note="", appeal="", answer="")
    Expulsion.objects.filter(person=person).update(reason="", permission="")
    Farewell.objects.filter(person=person).update(words="")
    Block.objects.filter(Q(person=person) | Q(blocked=person)).delete()


def _forget_above(person_id: int, words: list[str], *, at: datetime) -> None:
    ports.forget_cards(person_id, at=at)
    ports.forget_excuses(person_id, at=at)
    ports.forget_slips(person_id)
    ports.forget_fapiaos(person_id)
    ports.forget_accounts(person_id)
    ports.forget_posts(person_id, at=at)
    ports.forget_ties(person_id, at=at)
    ports.forget_documents(person_id)
    ports.forget_words(person_id)
    ports.forget_complaints(person_id)
    ports.forget_voices(person_id)
    ports.forget_names(words, at=at)


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
    was_member = Term.objects.filter(person=person).exists()
    person.email = f"{FORMER if was_member else LEFT}{person.public_id}{ERASED}"
    person.full_name = person.wechat = ""
    person.phone_verified_at = None
    person.phone = ""  # type: ignore[assignment]  # the field turns text into a number
    person.is_active, person.hide_me, person.erased_at = False, True, at
    person.set_unusable_password()
    person.save()
