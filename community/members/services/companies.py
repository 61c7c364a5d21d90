"""Another company, or the first one of a trainee (R2, R11): a member shows it, a reviewer decides; history stays."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import notifications, policies, selectors
from community.members import states as lifecycle
from community.members.models import Application, Company, CompanyChange, Person, Stake, Term, Verification
from community.members.services import documents, verifying
from community.members.services.people import lock_person


def known(credit_code: str, legal_name: str) -> Company:
    """The one row of a credit code (R2); the name stays as whoever came first typed it."""
    return Company.objects.get_or_create(credit_code=credit_code, defaults={"legal_name": legal_name})[0]


def ask_change(
    person: Person, clean: dict[str, Any], papers: Iterable[tuple[str, "UploadedFile[bytes]"]], *, at: datetime
) -> CompanyChange:
    """A member shows a company, a role and the papers for them. `clean` is the checked form, `papers` (kind, upload).

    Raises RuleBroken("change.members_only", "change.one_open", "change.papers", "document.…"); then nothing is kept.
    """
    policies.may_change_company(person, at=at).insist()
    taken = [(kind, documents.safe_name(upload.name or ""), documents.checked(upload)) for kind, upload in papers]
    if not taken:
        raise RuleBroken("change.papers")
    return _ask_change(person, clean, taken, at=at)


@settled({"change_one_open": "change.one_open"})
def _ask_change(person: Person, clean: dict[str, Any], taken: list[Any], *, at: datetime) -> CompanyChange:
    lock_person(person.pk)
    policies.may_change_company(person, at=at).insist()
    change = CompanyChange.objects.create(
        person=person, company=known(clean["credit_code"], clean["legal_name"]), role=clean["role"],
        share_percent=clean["share_percent"], asked_at=at,
    )  # fmt: skip
    audit.record("change.ask", change, by=person, at=at, new=change.status)
    for kind, name, paper in taken:
        documents.store(change, paper, name, kind, by=person, at=at)
    for reviewer in selectors.reviewers_but(person.pk):
        notifications.change_waiting(change, reviewer, at=at)
    return change


@settled()
def withdraw_change(change_id: int, *, by: Person, at: datetime) -> CompanyChange:
    """The member takes the question back. Raises RuleBroken("change.stale")."""
    change = _locked(change_id)
    states.move(lifecycle.CHANGE, change, "withdraw", by=by, at=at, decided_at=at, decided_by=by)
    return change


@settled()
def approve_change(change_id: int, looked: verifying.Looked, *, by: Person, at: datetime) -> CompanyChange:
    """Record the check and let the new company count: older stakes end, a trainee becomes a member as R1 says.

    Raises RuleBroken("review.own", "review.not_verified", "change.stale").
    """
    change = _locked(change_id)
    policies.may_decide_change(by, change).insist()
    if looked.result != Verification.Result.CONFIRMED:
        raise RuleBroken("review.not_verified")
    states.move(lifecycle.CHANGE, change, "approve", by=by, at=at, decided_at=at, decided_by=by)
    verifying.of_change(change, looked, by=by, at=at)
    Company.objects.filter(pk=change.company_id).update(verified_at=at)
    _take_stake(change, looked, by=by, at=at)
    _convert(change, by=by, at=at)
    notifications.change_approved(change, at=at)
    return change


@settled()
def refuse_change(
    change_id: int, looked: verifying.Looked | None, *, reason: str, by: Person, at: datetime
) -> CompanyChange:
    """Say no with a sentence the member reads; what stood before stands on. They may show another company at once."""
    change = _locked(change_id)
    policies.may_decide_change(by, change).insist()
    if not reason.strip():
        raise RuleBroken("review.reason")
    states.move(lifecycle.CHANGE, change, "refuse", by=by, at=at, reason=reason, decided_at=at, decided_by=by)
    CompanyChange.objects.filter(pk=change.pk).update(reason=reason)
    change.reason = reason
    if looked is not None:
        verifying.of_change(change, looked, by=by, at=at)
    notifications.change_refused(change, at=at)
    return change


def _take_stake(change: CompanyChange, looked: verifying.Looked, *, by: Person, at: datetime) -> None:
    now: dict[str, Decimal | str | object] = {
        "role": change.role, "share_percent": change.share_percent, "verified_on": looked.checked_on, "failed_on": None,
    }  # fmt: skip
    older = Stake.objects.filter(person_id=change.person_id, ended_at=None).exclude(company_id=change.company_id)
    for stake in older.order_by("pk"):
        Stake.objects.filter(pk=stake.pk).update(ended_at=at)
        audit.record("stake.end", stake, by=by, at=at, person_id=stake.person_id)
    Stake.objects.update_or_create(
        person_id=change.person_id, company_id=change.company_id, ended_at=None, defaults=now
    )


def _convert(change: CompanyChange, *, by: Person, at: datetime) -> None:
    """R11: a trainee who shows a registered company is a member like others; the running term is paid and goes on."""
    application = (
        Application.objects.filter(person_id=change.person_id, status=lifecycle.ADMITTED).order_by("-pk").first()
    )
    if application is None or not application.is_trainee:
        return
    Application.objects.filter(pk=application.pk).update(converted_at=at)
    Term.objects.filter(application=application, voided_at=None).update(ends_early_on=None)
    audit.record("application.convert", application, by=by, at=at)


def _locked(change_id: int) -> CompanyChange:
    person_id = CompanyChange.objects.values_list("person_id", flat=True).get(pk=change_id)
    lock_person(person_id)
    return CompanyChange.objects.select_related("person", "company").get(pk=change_id)
