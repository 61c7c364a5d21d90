"""One more week by two reviewers (R6): one asks with a written reason, another consents or refuses."""

from datetime import datetime

from community.kernel import audit, states
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import policies
from community.members import states as lifecycle
from community.members.models import Application, ExtensionRequest, Person
from community.members.services import clock
from community.members.services.people import lock_person


@settled({"extension_request_one_open": "extension.asked"})
def ask(application_id: int, *, reason: str, by: Person, at: datetime) -> ExtensionRequest:
    """Ask for a week more. Raises "review.own", "review.reason", "extension.over", "extension.once", "extension.asked"."""
    application = _locked(application_id, at=at)
    if not reason.strip():
        raise RuleBroken("review.reason")
    policies.may_ask_for_time(by, application, at=at).insist()
    request = ExtensionRequest.objects.create(application=application, reason=reason.strip(), asked_at=at, asked_by=by)
    audit.record("application.extension_ask", application, by=by, at=at, reason=request.reason)
    return request


@settled()
def consent(request_id: int, *, by: Person, at: datetime) -> Application:
    """The second reviewer agrees: the clock gets its week at once.

    Raises "extension.same_person", "review.own", "extension.over", "extension.once", "extension.stale".
    """
    request, application = _of(request_id, at=at)
    policies.may_answer_request(by, request, at=at).insist()
    states.move(
        lifecycle.EXTENSION, request, "consent", by=by, at=at, person_id=application.person_id,
        answered_at=at, answered_by=by,
    )  # fmt: skip
    clock.extend_by_reviewers(application, reason=request.reason, by=by, at=at)
    return application


@settled()
def refuse(request_id: int, *, by: Person, at: datetime, reason: str) -> Application:
    """The second reviewer refuses, in words that stay on the timeline of the desk. Raises as `consent`, and "review.reason"."""
    request, application = _of(request_id, at=at)
    if not reason.strip():
        raise RuleBroken("review.reason")
    policies.may_answer_request(by, request, at=at).insist()
    states.move(
        lifecycle.EXTENSION, request, "refuse", by=by, at=at, reason=reason, person_id=application.person_id,
        answered_at=at, answered_by=by,
    )  # fmt: skip
    audit.record("application.extension_refuse", application, by=by, at=at, reason=reason)
    return application


def _of(request_id: int, *, at: datetime) -> tuple[ExtensionRequest, Application]:
    application = _locked(ExtensionRequest.objects.values_list("application_id", flat=True).get(pk=request_id), at=at)
    request = ExtensionRequest.objects.select_related("asked_by").get(pk=request_id)
    request.application = application
    return request, application


def _locked(application_id: int, *, at: datetime) -> Application:
    lock_person(Application.objects.values_list("person_id", flat=True).get(pk=application_id))
    application = Application.objects.select_related("person").get(pk=application_id)
    clock.settle(application, at=at)
    return application
