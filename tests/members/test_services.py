"""The verbs of admission (R3–R9): what they do, what they refuse, what they leave behind."""

from datetime import timedelta

import pytest

from community.kernel import audit
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members import policies, ports, rules, selectors, states
from community.members.models import Application, Company, Term, Tier
from community.members.services import admission, applications, clock, reviewing
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
AT = make.NOON
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def actions(application: Application) -> list[str]:
    return [entry.action.partition(".")[2] for entry in audit.trail(application)]


def attend(application: Application, began_at=AT + DAY, at=AT + DAY) -> Application:
    admission.record_attendance(application.person_id, began_at=began_at, by=None, at=at)
    application.refresh_from_db()
    return application


def pay(application: Application, at=AT + DAY) -> bool:
    tier = Tier.objects.get(code="member")
    done = admission.record_payment(
        application.person_id, application_id=application.pk, tier_id=tier.pk, paid_at=at, by=None, at=at
    )
    application.refresh_from_db()
    return done


class TestApplying:
    def test_a_draft_keeps_what_is_wrong(self) -> None:
        who = make.person()
        draft = applications.start(who, at=AT)
        applications.save_draft(draft.pk, {"credit_code": "123", "share_percent": "viel"}, by=who, at=AT)
        draft.refresh_from_db()
        assert draft.draft == {"credit_code": "123", "share_percent": "viel"}
        assert Company.objects.count() == 0

    def test_start_twice_is_one_application(self) -> None:
        who = make.person()
        assert applications.start(who, at=AT) == applications.start(who, at=AT)

    def test_two_people_of_one_company_share_its_row(self) -> None:
        code = make.credit_code()
        first, second = make.submitted(credit_code=code), make.submitted(credit_code=code)
        assert first.company_id == second.company_id and Company.objects.count() == 1

    def test_no_submission_without_papers(self) -> None:
        who = make.person()
        draft = applications.start(who, at=AT)
        with pytest.raises(RuleBroken, match=r"application\.incomplete"):
            applications.submit(draft.pk, make.clean(), by=who, at=AT)

    def test_submitting_twice_is_refused(self) -> None:
        application = make.submitted()
        with pytest.raises(RuleBroken, match=r"application\.not_editable"):
            applications.submit(application.pk, make.clean(), by=application.person, at=AT)

    @pytest.mark.parametrize(("status", "days"), [("rejected", 90), ("lapsed", 30)])
    def test_waiting_before_applying_again(self, status: str, days: int) -> None:
        who = make.person()
        stamps = {"rejected_at": AT, "rejected_by": who} if status == "rejected" else {"lapsed_at": AT}
        Application.objects.create(
            person=who,
            status=status,
            started_at=AT,
            touched_at=AT,
            draft={"full_name": "林晓", "consent": "on"},
            **stamps,
        )
        with pytest.raises(RuleBroken, match=r"application\.wait"):
            applications.start(who, at=AT + (days - 1) * DAY)
        again = applications.start(who, at=AT + days * DAY)
        assert again.status == "draft" and again.draft == {"full_name": "林晓"}

    def test_a_member_does_not_apply(self) -> None:
        with pytest.raises(RuleBroken, match=r"application\.member_already"):
            applications.start(make.member(), at=AT)


class TestReviewing:
    def test_approval_starts_the_clock_and_tells(self) -> None:
        application = make.approved()
        assert application.status == "approved" and application.clock_ends_at == rules.clock_end(AT)
        assert actions(application)[-3:] == ["claim", "verify", "approve"]
        assert Message.objects.filter(person=application.person, kind="members/application_approved").count() == 1

    def test_without_a_confirmed_check_no_approval(self) -> None:
        application, by = make.submitted(), make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.not_verified"):
            reviewing.approve(application.pk, by=by, at=AT)
        reviewing.verify(application.pk, source="x", checked_on=day_of(AT), result="not_found", note="", by=by, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.not_verified"):
            reviewing.approve(application.pk, by=by, at=AT)

    def test_nobody_decides_their_own_or_one_they_sponsor(self) -> None:
        by = make.reviewer()
        own, sponsored = make.submitted(by), make.submitted(sponsor=by)
        for application in (own, sponsored):
            with pytest.raises(RuleBroken, match=r"review\.own"):
                reviewing.claim(application.pk, by=by, at=AT)
            with pytest.raises(RuleBroken, match=r"review\.own"):
                reviewing.reject(application.pk, reason_code="conduct", reason="x", by=by, at=AT)

    def test_the_second_reviewer_is_told_and_a_claim_falls_free_after_24_hours(self) -> None:
        application, first, second = make.submitted(), make.reviewer(), make.reviewer()
        reviewing.claim(application.pk, by=first, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.claimed") as refused:
            reviewing.claim(application.pk, by=second, at=AT + 24 * HOUR - timedelta(seconds=1))
        assert first.name in refused.value.sentence
        reviewing.claim(application.pk, by=second, at=AT + 24 * HOUR)
        application.refresh_from_db()
        assert application.claimed_by == second

    def test_only_the_claim_holder_decides(self) -> None:
        application, first, second = make.submitted(), make.reviewer(), make.reviewer()
        for decide in (
            lambda: reviewing.ask(application.pk, reason="x", fields=["documents"], by=second, at=AT),
            lambda: reviewing.reject(application.pk, reason_code="conduct", reason="x", by=second, at=AT),
            lambda: reviewing.approve(application.pk, by=second, at=AT),
        ):
            with pytest.raises(RuleBroken, match=r"review\.not_claimed"):
                decide()
        reviewing.claim(application.pk, by=first, at=AT)
        reviewing.release(application.pk, by=second, at=AT)
        application.refresh_from_db()
        assert application.claimed_by == first

    def test_ask_and_answer_on_one_timeline(self) -> None:
        application, by = make.submitted(), make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        reviewing.ask(application.pk, reason="请补股东名册", fields=["documents"], by=by, at=AT)
        answered = applications.submit(application.pk, make.clean(), by=application.person, at=AT + HOUR)
        assert answered.status == "submitted" and answered.asked == ""
        assert actions(answered) == ["start", "submit", "claim", "ask", "submit"]

    def test_a_rejection_carries_a_reason(self) -> None:
        application, by = make.submitted(), make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        with pytest.raises(RuleBroken, match=r"review\.reason"):
            reviewing.reject(application.pk, reason_code="conduct", reason="  ", by=by, at=AT)
        rejected = reviewing.reject(application.pk, reason_code="not_active", reason="公司已注销。", by=by, at=AT)
        rejected.refresh_from_db()
        assert (rejected.status, rejected.reason_code, rejected.reason) == ("rejected", "not_active", "公司已注销。")
        with pytest.raises(RuleBroken, match=r"application\.stale"):
            reviewing.approve(application.pk, by=by, at=AT)


class TestAdmission:
    @pytest.mark.parametrize("order", ["attend-pay", "pay-attend"])
    def test_papers_attendance_and_fee_admit_in_any_order_once(self, order: str) -> None:
        application = make.approved()
        steps = [attend, pay] if order == "attend-pay" else [pay, attend]
        steps[0](application)
        assert application.status == "approved" and not Term.objects.exists()
        steps[1](application)
        assert application.status == "admitted"
        term = Term.objects.get()
        assert (term.starts_on, term.ends_on) == rules.term_of_admission(AT + DAY)
        attend(application)
        assert not pay(application)
        assert Term.objects.count() == 1
        assert Message.objects.filter(kind="members/welcome").count() == 1

    def test_attendance_outside_the_clock_counts_for_nothing(self) -> None:
        application = make.approved()
        attend(application, began_at=application.clock_ends_at)
        attend(application, began_at=AT - DAY)
        assert application.attended_at is None

    def test_undone_check_in_before_admission(self, monkeypatch) -> None:
        application = attend(make.approved())
        monkeypatch.setattr(ports, "earliest_attendance", lambda *a: None)
        admission.undo_attendance(application.person_id, by=None, at=AT, reason="falsch")
        application.refresh_from_db()
        assert application.attended_at is None and application.attendance_undone_at is None

    def test_another_attendance_keeps_the_condition(self, monkeypatch) -> None:
        application = attend(make.approved())
        monkeypatch.setattr(ports, "earliest_attendance", lambda *a: AT + 2 * DAY)
        admission.undo_attendance(application.person_id, by=None, at=AT, reason="falsch")
        application.refresh_from_db()
        assert application.attended_at == AT + 2 * DAY

    def test_undone_check_in_after_admission_does_not_end_it(self, monkeypatch) -> None:
        application = attend(make.approved())
        pay(application)
        monkeypatch.setattr(ports, "earliest_attendance", lambda *a: None)
        admission.undo_attendance(application.person_id, by=None, at=AT + DAY, reason="falsch")
        application.refresh_from_db()
        assert application.status == "admitted" and application.attendance_undone_at == AT + DAY
        assert policies.in_good_standing(application.person, day_of(AT + DAY))

    def test_money_back_before_admission_leaves_it_unpaid(self) -> None:
        application = make.approved()
        pay(application)
        admission.payment_reversed(application.person_id, application_id=application.pk, by=None, at=AT, reason="x")
        application.refresh_from_db()
        assert application.status == "approved" and application.paid_at is None

    def test_money_back_after_admission_undoes_it(self) -> None:
        application = attend(make.approved())
        pay(application)
        admission.payment_reversed(
            application.person_id, application_id=application.pk, by=None, at=AT + 2 * DAY, reason="x"
        )
        application.refresh_from_db()
        assert application.status == "withdrawn" and Term.objects.get().voided_at == AT + 2 * DAY
        assert not policies.in_good_standing(application.person, day_of(AT + 2 * DAY))


class TestClock:
    def test_lapse_once_at_the_right_moment_even_late(self) -> None:
        application = make.approved()
        events.chance(application)
        end = application.clock_ends_at
        assert clock.lapse_all_due(at=end - timedelta(seconds=1)) == 0
        assert policies.status_at(application, end) == states.LAPSED
        assert clock.lapse_all_due(at=end + DAY) == 1
        assert clock.lapse_all_due(at=end + DAY) == 0
        application.refresh_from_db()
        assert (application.status, application.lapse_reason) == ("lapsed", "not_attended")
        assert Message.objects.filter(kind="members/application_lapsed").count() == 1

    def test_unpaid_lapses_fourteen_days_after_attendance(self) -> None:
        application = make.approved()
        attend(application, began_at=AT + 20 * DAY, at=AT + 20 * DAY)
        due = application.fee_due_at
        assert due > application.clock_ends_at
        assert not clock.lapse_if_due(application.person_id, at=due - timedelta(seconds=1))
        assert clock.lapse_if_due(application.person_id, at=due)
        application.refresh_from_db()
        assert application.lapse_reason == "unpaid"

    def test_a_late_roster_reinstates(self, monkeypatch) -> None:
        application = make.approved()
        clock.lapse_if_due(application.person_id, at=application.clock_ends_at)
        monkeypatch.setattr(ports, "drop_refund", lambda *a, **k: None)
        attend(application, began_at=AT + 20 * DAY, at=application.clock_ends_at + DAY)
        assert application.status == "approved" and application.attended_at == AT + 20 * DAY
        assert application.paid_at is None and application.lapsed_at is None

    def test_a_late_roster_after_a_dropped_refund_admits(self, monkeypatch) -> None:
        application = make.approved()
        pay(application)
        clock.lapse_if_due(application.person_id, at=application.clock_ends_at)
        monkeypatch.setattr(ports, "drop_refund", lambda *a, **k: AT + DAY)
        attend(application, began_at=AT + 20 * DAY, at=application.clock_ends_at + DAY)
        assert application.status == "admitted"

    def test_a_cancelled_event_extends_three_times_at_most(self) -> None:
        application = make.approved()
        ends = [application.clock_ends_at]
        for number in range(4):
            done = clock.extend_for_cancelled_event(
                application.person_id, topic=f"圆桌 {number}", starts_at=AT + DAY, by=None, at=AT + DAY
            )
            application.refresh_from_db()
            ends.append(application.clock_ends_at)
            assert done == (number < 3)
        assert [(b - a).days for a, b in zip(ends, ends[1:], strict=False)] == [7, 7, 7, 0]
        assert Message.objects.filter(kind="members/clock_extended").count() == 3

    def test_no_extension_for_an_event_outside_the_window_or_after_attendance(self) -> None:
        application = make.approved()
        tell = {"topic": "x", "by": None, "at": AT + DAY}
        assert not clock.extend_for_cancelled_event(application.person_id, starts_at=application.clock_ends_at, **tell)
        attend(application)
        assert not clock.extend_for_cancelled_event(application.person_id, starts_at=AT + 2 * DAY, **tell)

    def test_reminders_once_per_step_and_afresh_after_an_extension(self) -> None:
        application = make.approved()
        end = application.clock_ends_at
        sent = [clock.remind_all_due(at=end - n * HOUR) for n in range(22 * 24, -48, -1)]
        assert sum(sent) == 4
        assert Message.objects.filter(kind="members/clock_reminder", transactional=False).count() == 4
        clock.extend_for_cancelled_event(application.person_id, topic="x", starts_at=AT + DAY, by=None, at=end - HOUR)
        assert clock.remind_all_due(at=end - HOUR / 2) == 1
        attend(application)
        assert clock.remind_all_due(at=end + DAY) == 0

    def test_withdrawing_ends_it(self) -> None:
        application = make.approved()
        applications.withdraw(application.pk, by=application.person, at=AT)
        assert clock.remind_all_due(at=application.clock_ends_at - DAY) == 0
        assert clock.lapse_all_due(at=application.clock_ends_at + DAY) == 0
        with pytest.raises(RuleBroken, match=r"application\.stale"):
            applications.withdraw(application.pk, by=application.person, at=AT)


@pytest.mark.parametrize("days", [-400, -366, -365, -364, -360, -352, -351, -350, 0, 1])
@pytest.mark.parametrize("early", [None, 10, 0])
def test_the_last_term_tells_the_standing_as_all_of_them_do(days, early):
    who = make.member(since=AT + timedelta(days=days))
    term = Term.objects.get(person=who)
    if early is not None:
        term.ends_early_on = term.starts_on + timedelta(days=early)
        term.save()
    for on in (day_of(AT), day_of(AT) + timedelta(days=5)):
        assert selectors.standing_by(selectors.term_of(who, on), on) == selectors.standing_of(who, on)
