"""Every state with every verb, through the services: what the table allows happens, everything else changes nothing."""

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from community.kernel import states
from community.kernel.errors import RuleBroken
from community.members.models import Application, Document, ExtensionRequest, Tier
from community.members.services import admission, applications, clock, extending, reviewing
from community.members.states import APPLICATION, EXTENSION
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


def reached(status: str) -> Application:
    """An application that came to its state by the services."""
    who, by = make.person(), make.reviewer()
    if status in ("draft", "closed"):
        application = applications.start(who, at=AT)
        Document.objects.create(application=application, kind="licence", name="a", content_type="image/png", size=1,
                                file="evidence/none", uploaded_at=AT)  # fmt: skip
        if status == "closed":
            states.move(APPLICATION, application, "close", by=None, at=AT)
    elif status in ("submitted", "more_needed", "rejected"):
        application = make.submitted(who)
        reviewing.claim(application.pk, by=by, at=AT)
        if status == "more_needed":
            reviewing.ask(application.pk, reason="x", fields=["about"], by=by, at=AT)
        elif status == "rejected":
            reviewing.reject(application.pk, reason_code="conduct", reason="x", by=by, at=AT)
    else:
        application = make.approved(who, by=by)
        events.chance(application)
        if status == "lapsed":
            clock.lapse_if_due(who.pk, at=AT + 40 * DAY)
        elif status == "withdrawn":
            applications.withdraw(application.pk, by=who, at=AT)
        elif status == "admitted":
            admission.record_attendance(who.pk, began_at=AT + DAY, by=None, at=AT + DAY)
            pay(application)
    return Application.objects.get(pk=application.pk)


def pay(application: Application) -> bool:
    return admission.record_payment(
        application.person_id, application_id=application.pk, tier_id=Tier.objects.get(code="member").pk,
        paid_at=AT + DAY, by=None, at=AT + DAY,
    )  # fmt: skip


def holding(application: Application):
    """A reviewer who holds the claim, whatever the state."""
    by = make.reviewer()
    Application.objects.filter(pk=application.pk).update(claimed_at=AT, claimed_by=by)
    return by


def admit(application: Application) -> None:
    if application.status == "approved":
        admission.record_attendance(application.person_id, began_at=AT + DAY, by=None, at=AT + DAY)
    pay(application)


def reinstate(application: Application) -> None:
    if application.status == "approved":
        return  # attendance in time is no reinstatement
    admission.record_attendance(application.person_id, began_at=AT + DAY, by=None, at=AT + 41 * DAY)


VERBS: dict[str, Callable[[Application], object]] = {
    "submit": lambda a: applications.submit(a.pk, make.clean(), by=a.person, at=AT),
    "ask": lambda a: reviewing.ask(a.pk, reason="x", fields=["about"], by=holding(a), at=AT),
    "approve": lambda a: approve(a),
    "reject": lambda a: reviewing.reject(a.pk, reason_code="conduct", reason="x", by=holding(a), at=AT),
    "withdraw": lambda a: applications.withdraw(a.pk, by=a.person, at=AT),
    "lapse": lambda a: clock.lapse_if_due(a.person_id, at=AT + 40 * DAY),
    "reinstate": reinstate,
    "admit": admit,
    "undo": lambda a: admission.payment_reversed(a.person_id, application_id=a.pk, by=None, at=AT + DAY, reason="x"),
    "close": lambda a: states.move(APPLICATION, a, "close", by=None, at=AT),
}


def approve(application: Application) -> None:
    by = holding(application)
    if application.status == "submitted":
        reviewing.verify(application.pk, source="x", checked_on=AT.date(), result="confirmed", note="", by=by, at=AT)
    reviewing.approve(application.pk, by=by, at=AT)


def test_every_action_of_the_table_has_its_verb() -> None:
    assert set(VERBS) == APPLICATION.actions


@pytest.mark.parametrize(("status", "action"), list(itertools.product(sorted(APPLICATION.states), sorted(VERBS))))
def test_pair(status: str, action: str) -> None:
    application = reached(status)
    assert application.status == status
    try:
        VERBS[action](application)
    except RuleBroken as refused:
        assert refused.code in ("application.stale", "application.not_editable"), refused.code
        assert not APPLICATION.allows(status, action)
    application.refresh_from_db()
    expected = APPLICATION.moves.get((status, action), status)
    assert application.status == expected


@pytest.mark.parametrize(("status", "action"), list(itertools.product(sorted(EXTENSION.states), ["consent", "refuse"])))
def test_request_for_more_time(status: str, action: str) -> None:
    application, second, third = make.approved(), make.reviewer(), make.reviewer()
    request = extending.ask(application.pk, reason="x", by=make.reviewer(), at=AT)
    if status == "consented":
        extending.consent(request.pk, by=second, at=AT)
    elif status == "refused":
        extending.refuse(request.pk, by=second, at=AT, reason="x")
    try:
        if action == "consent":
            extending.consent(request.pk, by=third, at=AT)
        else:
            extending.refuse(request.pk, by=third, at=AT, reason="x")
    except RuleBroken as refused:
        assert refused.code == "extension.stale" and not EXTENSION.allows(status, action)
    request = ExtensionRequest.objects.get()
    assert request.status == EXTENSION.moves.get((status, action), status)
