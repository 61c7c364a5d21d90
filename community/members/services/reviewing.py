"""The reviewer's verbs (R4): claim, release, verify, approve, ask, reject."""

from collections.abc import Iterable
from datetime import date, datetime

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import notifications, policies, rules
from community.members import states as lifecycle
from community.members.models import Application, Person, Verification
from community.members.services import admission, verifying
from community.members.services.applications import _locked


@settled()
def claim(application_id: int, *, by: Person, at: datetime) -> Application:
    """Take an application into work for 24 hours. Raises "review.own", "review.claimed", "application.stale"."""
    application = _locked(application_id)
    policies.may_review(by, application).insist()
    if application.status != lifecycle.SUBMITTED:
        raise RuleBroken("application.stale")
    if application.claim_holds(at) and application.claimed_by_id != by.pk:
        assert application.claimed_by is not None
        raise RuleBroken("review.claimed", name=application.claimed_by.name)
    application.claimed_at, application.claimed_by = at, by
    application.save(update_fields=["claimed_at", "claimed_by"])
    audit.record("application.claim", application, by=by, at=at)
    return application


@settled()
def release(application_id: int, *, by: Person, at: datetime) -> Application:
    """Give the application back to the queue."""
    application = _locked(application_id)
    if application.claimed_by_id == by.pk:
        application.claimed_at = application.claimed_by = None
        application.save(update_fields=["claimed_at", "claimed_by"])
        audit.record("application.release", application, by=by, at=at)
    return application


@settled()
def verify(
    application_id: int, *, source: str, checked_on: date, result: str, note: str, by: Person, at: datetime
) -> Verification:
    """Record what the public register said (R2): the source looked at, the day, the result."""
    application = _locked(application_id)
    policies.may_decide(by, application, at=at).insist()
    if application.status != lifecycle.SUBMITTED:
        raise RuleBroken("application.stale")
    looked = verifying.Looked(source, checked_on, result, note)
    return verifying.of_application(application, looked, by=by, at=at)


@settled()
def approve(application_id: int, *, by: Person, at: datetime) -> Application:
    """Approve the papers: the three-week clock starts (R5). Raises "review.not_verified" without a confirmed check."""
    application = _decidable(application_id, by, at)
    policies.papers_in_order(application, at=at).insist()
    states.move(
        lifecycle.APPLICATION, application, "approve", by=by, at=at, approved_at=at, approved_by=by,
        clock_ends_at=rules.clock_end(at), claimed_at=None, claimed_by=None,
    )  # fmt: skip
    notifications.application_approved(application, at=at)
    admission.admit_if_complete(application, by=by, at=at)
    return application


@settled()
def ask(application_id: int, *, reason: str, fields: Iterable[str], by: Person, at: datetime) -> Application:
    """Ask for more: says what, and names the fields (or `rules.PAPERS`) that may be changed; nothing else may be.

    Raises "review.reason", "review.fields", and what every decision raises.
    """
    application = _decidable(application_id, by, at, reason)
    asked = sorted(set(fields))
    if not asked:
        raise RuleBroken("review.fields")
    states.move(
        lifecycle.APPLICATION, application, "ask", by=by, at=at, reason=reason, data={"fields": asked}, asked=reason,
        asked_fields=asked, claimed_at=None, claimed_by=None,
    )  # fmt: skip
    notifications.more_needed(application, reason=reason, at=at)
    return application


@settled()
def reject(application_id: int, *, reason_code: str, reason: str, by: Person, at: datetime) -> Application:
    """Reject with a reason code and a sentence the applicant reads (never silently, R53)."""
    application = _decidable(application_id, by, at, reason)
    states.move(
        lifecycle.APPLICATION, application, "reject", by=by, at=at, reason=reason, data={"reason_code": reason_code},
        rejected_at=at, rejected_by=by, claimed_at=None, claimed_by=None,
    )  # fmt: skip
    application.reason_code, application.reason = reason_code, reason
    application.save(update_fields=["reason_code", "reason"])
    notifications.application_rejected(application, at=at)
    return application


def _decidable(application_id: int, by: Person, at: datetime, reason: str | None = None) -> Application:
    application = _locked(application_id)
    if application.status != lifecycle.SUBMITTED:
        raise RuleBroken("application.stale")
    policies.may_decide(by, application, at=at).insist()
    if reason is not None and not reason.strip():
        raise RuleBroken("review.reason")
    return application
