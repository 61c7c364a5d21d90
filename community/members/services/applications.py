"""The applicant's verbs: start, save, submit, withdraw."""

from datetime import datetime
from typing import Any

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import notifications, policies, ports, rules, selectors
from community.members import states as lifecycle
from community.members.models import Application, Consent, Document, Person, Stake
from community.members.services import clock, companies, consenting, intake, reapplying
from community.members.services.people import lock_person

KEPT = ("full_name", "phone", "wechat", "title", "industry", "city", "stage", "about", "needs", "offers",
        "role", "share_percent", "legal_name", "credit_code")  # fmt: skip
FACTS = ("role", "share_percent", "full_name", "phone", "wechat", "title", "industry", "city", "stage", "sponsor",
         "about", "needs", "offers")  # fmt: skip


@settled({"application_one_live_per_person": "application.one_live"})
def start(person: Person, *, at: datetime) -> Application:
    """Open a draft, or return the one under way. What an earlier application said is filled in again (R9).

    Raises RuleBroken("application.wait", "application.member_already").
    """
    lock_person(person.pk)
    last = policies.live_application(person)
    if last is not None and last.status in lifecycle.LIVE:
        return last
    policies.may_apply(person, at=at).insist()
    draft = {name: last.draft[name] for name in KEPT if last and name in last.draft} if last else {}
    application = Application.objects.create(person=person, draft=draft, started_at=at, touched_at=at)
    audit.record("application.start", application, by=person, at=at, new=application.status)
    if last is not None:
        reapplying.carry_papers(last, application, by=person, at=at)
    return application


@settled()
def save_draft(application_id: int, typed: dict[str, str], *, by: Person, at: datetime) -> Application:
    """Keep what was typed, right or wrong (product.md §5, What one may know). Raises "application.not_editable"."""
    application = _locked(application_id)
    changed = {name for name, value in typed.items() if application.draft.get(name, "") != value} - {"consent"}
    policies.may_change(application, changed).insist()
    application.draft = {**application.draft, **typed}
    application.touched_at = at
    application.save(update_fields=["draft", "touched_at"])
    return application


@settled({"application_one_live_per_person": "application.one_live"})
def submit(application_id: int, clean: dict[str, Any], *, by: Person, at: datetime, answer: str = "") -> Application:
    """Submit, or answer what reviewers asked for. `clean` is the checked form; the company row appears here (R2).

    While applications are closed or the month is full, a finished draft stays one and joins the waiting room.
    An answer changes only what was asked for; `answer` are words of the applicant's own for the timeline.
    Raises RuleBroken("application.incomplete") without evidence, "application.stale" when already submitted.
    """
    application = _locked(application_id)
    policies.may_edit(application).insist()
    first = application.status == lifecycle.DRAFT
    trainee = clean["role"] == rules.TRAINEE
    if not trainee and not Document.objects.filter(application=application).exists():
        raise RuleBroken("application.incomplete")
    if first and not intake.take_place(application, by=by, at=at):
        return application
    facts = {name: clean[name] for name in FACTS if first or name in policies.asked_of(application)}
    if first or "role" in facts or policies.asked_of(application) & {"credit_code", "legal_name"}:
        facts["company"] = None if trainee else companies.known(clean["credit_code"], clean["legal_name"])
    sponsor_before = application.sponsor_id
    if "sponsor" in facts and facts["sponsor"] != application.sponsor:
        facts["sponsor_declined_at"] = None
    states.move(
        lifecycle.APPLICATION, application, "submit", by=by, at=at, reason=answer.strip(), submitted_at=at,
        first_submitted_at=application.first_submitted_at or at, touched_at=at, ready_at=None, invited_at=None,
        consent_version=rules.CONSENT_VERSION, consented_at=at, claimed_at=None, claimed_by=None, asked="",
        asked_fields=[], **facts,
    )  # fmt: skip
    _keep_person_and_stake(application)
    consenting.give(application.person, Consent.Purpose.APPLICATION, at=at)
    if first:
        reapplying.carry_verification(application, at=at)
    if application.sponsor is not None and (first or application.sponsor_id != sponsor_before):
        notifications.sponsor_named(application, at=at)
    notifications.application_received(application, at=at)
    for reviewer in selectors.reviewers_of(application):
        notifications.review_waiting(application, reviewer, again=not first, at=at)
    return application


def _keep_person_and_stake(application: Application) -> None:
    """What was submitted is also what the person is called now, and their part in the company (R2)."""
    if application.company is not None:
        Stake.objects.update_or_create(
            person=application.person,
            company=application.company,
            ended_at=None,
            defaults={"role": application.role, "share_percent": application.share_percent},
        )
    person = application.person
    if person.phone != application.phone:
        person.phone_verified_at = None  # another number has shown nothing yet
    person.full_name, person.phone, person.wechat = application.full_name, application.phone, application.wechat
    person.save()


def withdraw(application_id: int, *, by: Person, at: datetime, reason: str = "") -> Application:
    """The applicant's own step back, any time before admission; what was paid is refunded in full, seats go back.

    Raises RuleBroken("application.stale"), also when the clock was over already: then it has lapsed (R9).
    """
    clock.lapse_if_due(by.pk, at=at)
    return _withdraw(application_id, by=by, at=at, reason=reason)


@settled()
def _withdraw(application_id: int, *, by: Person, at: datetime, reason: str) -> Application:
    application = _locked(application_id)
    states.move(lifecycle.APPLICATION, application, "withdraw", by=by, at=at, reason=reason, withdrawn_at=at)
    ports.give_back_seats(application.person_id, by=by, at=at, reason="withdrawn")  # events before invoices
    ports.refund_fee(application.pk, by=by, at=at, reason="withdrawn")
    return application


def _locked(application_id: int) -> Application:
    person_id = Application.objects.values_list("person_id", flat=True).get(pk=application_id)
    lock_person(person_id)
    return Application.objects.select_related("person", "company", "claimed_by").get(pk=application_id)
