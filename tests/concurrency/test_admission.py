"""Two reviewers at once, and payment, lapse, check-in and withdrawal of one person at once: one consistent end."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from community.billing.models import Payment
from community.billing.services import invoicing, receiving
from community.events.services import booking, checking_in
from community.kernel.days import day_of
from community.kernel.models import AuditEntry
from community.kernel.money import CNY, Money
from community.members import selectors
from community.members.models import Application, Document, Term
from community.members.services import applications, clock, extending, intake, reviewing
from tests import make
from tests.billing.make import assert_whole
from tests.concurrency.test_seats import together
from tests.events import make as events

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SECOND = timedelta(seconds=1)


def reload(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_two_reviewers_press_at_once_and_one_decides(rounds: Callable[[int], int]) -> None:
    for _ in range(rounds(100)):
        application = make.submitted()
        one, two = make.reviewer(), make.reviewer()
        claims = together(
            lambda a=application, r=one: reviewing.claim(a.pk, by=r, at=make.NOON),
            lambda a=application, r=two: reviewing.claim(a.pk, by=r, at=make.NOON),
        )
        assert sorted(claims) == ["ok", "review.claimed"]
        winner = one if claims[0] == "ok" else two
        reviewing.verify(
            application.pk,
            source="x",
            checked_on=day_of(make.NOON),
            result="confirmed",
            note="",
            by=winner,
            at=make.NOON,
        )
        answers = together(
            lambda a=application, r=winner: reviewing.approve(a.pk, by=r, at=make.NOON),
            lambda a=application, r=winner: reviewing.approve(a.pk, by=r, at=make.NOON),
            lambda a=application, r=winner: reviewing.reject(
                a.pk, reason_code="conduct", reason="x", by=r, at=make.NOON
            ),
        )
        assert sorted(answers) == ["application.stale", "application.stale", "ok"]
        decisions = AuditEntry.objects.filter(
            subject_type="members.Application",
            subject_id=application.pk,
            action__in=["application.approve", "application.reject"],
        )
        assert decisions.count() == 1


def test_pay_lapse_check_in_and_withdrawal_cross_in_any_way(rounds: Callable[[int], int]) -> None:
    orders = list(permutations(range(4)))
    for number in range(rounds(100)):
        application, acts, end = everything_at_once(number)
        answers = together(*[acts[i] for i in orders[number % len(orders)]])
        assert set(answers) <= {"ok", "application.stale", "signup.stale", "signup.none", "event.gone"}, answers
        ended = reload(application)
        terms = Term.objects.filter(person=application.person, voided_at=None).count()
        payment = Payment.objects.get(person=application.person)
        assert terms == (ended.status == "admitted")
        if ended.status == "admitted":
            assert payment.status == "applied" and payment.refundable() == payment.amount
        elif ended.status == "approved":
            assert ended.attended_at is None or ended.paid_at is None
        else:
            # Lapsed or withdrawn with money: on its way back, or a named case for the treasurer.
            assert ended.status in ("lapsed", "withdrawn")
            assert payment.refundable() == 0 or payment.case, (ended.status, payment.status)
        assert_whole(end)


def everything_at_once(number: int) -> tuple[Application, list[Callable[[], Any]], Any]:
    """An approved applicant with a seat on the clock's last evening and an open invoice, in the clock's last second
    (even rounds) or at its very end (odd rounds)."""
    application = make.approved()
    who, end = application.person, application.clock_ends_at
    starts_at = end - timedelta(hours=5)
    table = events.event(at=make.NOON, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    signup = booking.sign_up(table.pk, who, by=who, at=make.NOON)
    bill = invoicing.choose_tier(who, "member", at=make.NOON)
    receipt = receiving.Receipt(
        channel="stripe", external_id=f"pi_race_{bill.pk}", money=Money(bill.amount, CNY), received_at=end - SECOND
    )
    at = end if number % 2 else end - SECOND
    organizer = events.organizer()
    return (
        application,
        [
            lambda: receiving.receive(bill.pk, receipt, at=at),
            lambda: clock.lapse_if_due(who.pk, at=at),
            lambda: checking_in.check_in(signup.public_id, by=organizer, at=at),
            lambda: applications.withdraw(application.pk, by=who, at=at),
        ],
        at,
    )


def test_two_second_reviewers_consent_at_once_and_the_clock_gets_one_week(rounds: Callable[[int], int]) -> None:
    for _ in range(rounds(50)):
        application = make.approved()
        request = extending.ask(application.pk, reason="住院", by=make.reviewer(), at=make.NOON)
        two = (make.reviewer(), make.reviewer())
        answers = together(
            *[lambda by=by, pk=request.pk: extending.consent(pk, by=by, at=make.NOON) for by in two],
        )
        assert sorted(answers) == ["extension.stale", "ok"]
        assert reload(application).clock_ends_at == application.clock_ends_at + timedelta(days=7)


def test_the_last_place_of_the_month_goes_to_one(rounds: Callable[[int], int]) -> None:
    for number in range(rounds(30)):
        people = [make.person() for _ in range(4)]
        drafts = [applications.start(who, at=make.NOON) for who in people]
        for draft in drafts:
            Document.objects.create(
                application=draft, kind="licence", name="a", content_type="image/png", size=1, file="evidence/none",
                uploaded_at=make.NOON,
            )  # fmt: skip
        used = selectors.intake(make.NOON).used
        intake.change(by=make.reviewer(), at=make.NOON, monthly_cap=used + 1)
        facts = [make.clean() for _ in drafts]
        answers = together(
            *[
                lambda d=draft, c=clean: applications.submit(d.pk, c, by=d.person, at=make.NOON)
                for draft, clean in zip(drafts, facts, strict=True)
            ]
        )
        assert answers == ["ok"] * 4
        mine = Application.objects.filter(pk__in=[d.pk for d in drafts])
        assert mine.filter(status="submitted").count() == 1 and mine.exclude(ready_at=None).count() == 3, number
        mine.filter(status="draft").update(status="withdrawn", ready_at=None)
