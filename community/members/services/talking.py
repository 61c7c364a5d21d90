"""Words between an applicant and the reviewers on one timeline, and the notes reviewers keep for themselves."""

from datetime import datetime

from community.kernel import audit
from community.kernel.conflicts import settled
from community.kernel.errors import RuleBroken
from community.members import notifications, policies, selectors
from community.members.models import Application, Person, Question
from community.members.services.people import lock_person


@settled()
def ask(application_id: int, text: str, *, by: Person, at: datetime) -> Question:
    """The applicant asks; reviewers are told. Raises "question.empty", "question.closed", "question.many"."""
    application = _locked(application_id)
    if not text.strip():
        raise RuleBroken("question.empty")
    policies.may_ask_question(application).insist()
    question = Question.objects.create(application=application, text=text.strip(), asked_at=at)
    audit.record("application.question", application, by=by, at=at, reason=question.text)
    for reviewer in selectors.reviewers_of(application):
        notifications.question_asked(question, reviewer, at=at)
    return question


@settled()
def answer(question_id: int, text: str, *, by: Person, at: datetime) -> Question:
    """A reviewer answers; the applicant is told. Raises "question.empty", "question.answered", "review.own"."""
    application = _locked(Question.objects.values_list("application_id", flat=True).get(pk=question_id))
    policies.may_review(by, application).insist()
    if not text.strip():
        raise RuleBroken("question.empty")
    said = {"answer": text.strip(), "answered_at": at, "answered_by": by}
    if not Question.objects.filter(pk=question_id, answered_at=None).update(**said):
        raise RuleBroken("question.answered")
    question = Question.objects.get(pk=question_id)
    audit.record("application.answer", application, by=by, at=at, reason=question.answer)
    notifications.question_answered(question, application, at=at)
    return question


@settled()
def note(application_id: int, text: str, *, by: Person, at: datetime) -> None:
    """A reviewer's note for reviewers: on the desk's timeline only, never shown to the applicant. Raises "review.own"."""
    application = _locked(application_id)
    policies.may_review(by, application).insist()
    if not text.strip():
        raise RuleBroken("question.empty")
    audit.record("application.note", application, by=by, at=at, reason=text.strip())


def _locked(application_id: int) -> Application:
    lock_person(Application.objects.values_list("person_id", flat=True).get(pk=application_id))
    return Application.objects.select_related("person").get(pk=application_id)
