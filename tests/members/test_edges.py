"""The corners of admission, review and the clock that no story walks through."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from community.kernel.errors import RuleBroken
from community.members import policies
from community.members.models import Application
from community.members.services import admission, applications, clock, reviewing
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
AT = make.NOON
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestReviewing:
    def test_a_draft_is_neither_claimed_nor_checked(self) -> None:
        draft, by = applications.start(make.person(), at=AT), make.reviewer()
        with pytest.raises(RuleBroken, match=r"application\.stale"):
            reviewing.claim(draft.pk, by=by, at=AT)
        Application.objects.update(claimed_at=AT, claimed_by=by)
        with pytest.raises(RuleBroken, match=r"application\.stale"):
            reviewing.verify(draft.pk, source="x", checked_on=AT.date(), result="confirmed", note="", by=by, at=AT)

    def test_released_it_is_free_for_the_next(self) -> None:
        application, first, second = make.submitted(), make.reviewer(), make.reviewer()
        reviewing.claim(application.pk, by=first, at=AT)
        assert reviewing.release(application.pk, by=first, at=AT).claimed_by is None
        assert reviewing.claim(application.pk, by=second, at=AT).claimed_by == second

    def test_trainees_have_no_company_to_confirm(self) -> None:
        application, by = make.submitted(role="trainee", sponsor=make.member()), make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        assert reviewing.approve(application.pk, by=by, at=AT).status == "approved"


class TestUndoing:
    def test_who_never_attended_has_nothing_to_undo(self) -> None:
        admission.undo_attendance(make.person().pk, by=None, at=AT, reason="x")
        application = make.approved()
        admission.undo_attendance(application.person_id, by=None, at=AT, reason="x")
        application.refresh_from_db()
        assert application.attended_at is None

    def test_after_a_withdrawal_nothing_is_written(self) -> None:
        application = make.approved()
        admission.record_attendance(application.person_id, began_at=AT + DAY, by=None, at=AT + DAY)
        applications.withdraw(application.pk, by=application.person, at=AT + DAY)
        admission.undo_attendance(application.person_id, by=None, at=AT + DAY, reason="x")
        application.refresh_from_db()
        assert application.attended_at == AT + DAY

    def test_the_first_attendance_stays_when_a_later_one_is_undone(self, monkeypatch) -> None:
        from community.members import ports

        application = make.approved()
        admission.record_attendance(application.person_id, began_at=AT + DAY, by=None, at=AT + DAY)
        monkeypatch.setattr(ports, "earliest_attendance", lambda *a: AT + DAY)
        admission.undo_attendance(application.person_id, by=None, at=AT + 2 * DAY, reason="x")
        application.refresh_from_db()
        assert application.attended_at == AT + DAY


class TestClock:
    def test_without_a_running_clock_nothing_is_extended_or_lapses(self) -> None:
        who = make.person()
        assert not clock.extend_for_cancelled_event(who.pk, topic="x", starts_at=AT, by=None, at=AT)
        assert not clock.lapse_if_due(who.pk, at=AT)

    def test_an_open_roster_holds_the_end_back(self) -> None:
        application = make.approved()
        end = application.clock_ends_at
        event = events.event(kind="class", starts_at=end - 5 * HOUR)
        events.seat(event, application.person)
        assert policies.status_at(application, end) == "approved"
        assert policies.status_at(application, event.ends_at + 7 * DAY) == "lapsed"


class TestWhoMayBook:
    def test_every_footing(self) -> None:
        asks = {"starts_at": AT + 3 * DAY, "at": AT}
        approved, member = make.approved(), make.member()
        assert policies.may_book(AnonymousUser(), qualifying=True, **asks).code == "booking.sign_in"
        assert policies.may_book(make.person(), qualifying=True, **asks).code == "booking.apply_first"
        assert policies.may_book(make.submitted().person, qualifying=True, **asks).code == "booking.not_approved"
        assert policies.may_book(approved.person, qualifying=True, **asks)
        assert policies.may_book(approved.person, qualifying=False, **asks).code == "booking.qualifying_only"
        assert policies.may_book(member, qualifying=False, **asks)
        late = {"starts_at": AT + 400 * DAY, "at": AT}
        assert policies.may_book(member, qualifying=True, **late), "may still renew for it"
        late["at"] = late["starts_at"] - DAY
        assert policies.may_book(member, qualifying=True, **late).code == "booking.standing"
        over = {"starts_at": AT + 801 * DAY, "at": AT + 800 * DAY}
        assert policies.may_book(member, qualifying=True, **over).code == "booking.standing"
        events.chance(approved)
        end = approved.clock_ends_at
        assert policies.may_book(approved.person, starts_at=end + DAY, qualifying=True, at=end).code == (
            "booking.clock_over"
        )

    def test_who_was_a_member_may_apply_again_at_once(self) -> None:
        assert policies.may_apply(make.member(since=AT - 800 * DAY), at=AT)

    def test_the_fee_is_asked_once_and_in_time(self) -> None:
        assert policies.may_pay_fee(make.person(), at=AT).code == "fee.not_approved"
        assert policies.may_pay_fee(make.member(), at=AT).code == "fee.paid"
        application = make.approved()
        events.chance(application)
        end = application.clock_ends_at
        assert policies.may_pay_fee(application.person, at=end - HOUR)
        assert policies.may_pay_fee(application.person, at=end).code == "fee.over"
