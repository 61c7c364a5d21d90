"""Opening, closing, the month's cap and the waiting room (R53), what is set (R8), and the gate in figures."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from community.events.selectors.measures import first_booking
from community.kernel import audit
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.members import policies, rules, selectors
from community.members.models import Application, Document
from community.members.selectors import gate
from community.members.services import admission, applications, clock, intake, reviewing
from community.members.tasks import let_in
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
AT = make.NOON  # 21 November
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DECEMBER = datetime(2026, 12, 1, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def signed_in(who) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


def setting(**values):
    return intake.change(by=make.person(roles=("administrator",)), at=values.pop("at", AT), **values)


def send(application: Application, at=AT) -> Application:
    done = applications.submit(application.pk, make.clean(), by=application.person, at=at)
    done.refresh_from_db()
    return done


class TestWaitingRoom:
    def test_without_a_cap_everybody_passes(self) -> None:
        assert make.submitted().status == "submitted" and selectors.intake(AT).free

    def test_the_last_place_of_the_month_and_then_the_line(self) -> None:
        setting(monthly_cap=2)
        first, second, third = make.submitted(), make.submitted(at=AT + HOUR), make.submitted(at=AT + 2 * HOUR)
        fourth = make.submitted(at=AT + 3 * HOUR)
        assert [a.status for a in (first, second, third, fourth)] == ["submitted", "submitted", "draft", "draft"]
        third.refresh_from_db()
        assert third.ready_at == AT + 2 * HOUR and selectors.standing_before(third) == 0
        assert selectors.standing_before(fourth) == 1
        now = selectors.intake(AT + 3 * HOUR)
        assert (now.cap, now.used, now.kept, now.waiting, now.left, now.free) == (2, 2, 0, 2, 0, False)
        assert Message.objects.filter(kind="members/in_waiting_room").count() == 2

    def test_sending_twice_keeps_the_place_and_writes_once(self) -> None:
        setting(applications_open=False)
        waiting = make.submitted()
        assert send(waiting, AT + HOUR).ready_at == AT
        assert Message.objects.filter(kind="members/in_waiting_room").count() == 1

    def test_in_order_of_time_and_with_first_right_for_72_hours(self) -> None:
        setting(monthly_cap=1)
        make.submitted()
        one, two = make.submitted(at=AT + HOUR), make.submitted(at=AT + 2 * HOUR)
        assert intake.let_in(at=DECEMBER - timedelta(seconds=1)) == 0
        assert intake.let_in(at=DECEMBER) == 1
        one.refresh_from_db()
        assert one.invited_at == DECEMBER
        assert Message.objects.get(kind="members/intake_open").person == one.person
        # The place is kept: neither a newcomer nor the next in line has it.
        assert make.submitted(at=DECEMBER + HOUR).status == "draft"
        assert send(two, DECEMBER + HOUR).status == "draft"
        late = DECEMBER + rules.INVITED_FOR
        assert send(one, late - timedelta(seconds=1)).status == "submitted"

    def test_who_lets_the_72_hours_pass_goes_to_the_end(self) -> None:
        setting(monthly_cap=1)
        make.submitted()
        one, two = make.submitted(at=AT + HOUR), make.submitted(at=AT + 2 * HOUR)
        intake.let_in(at=DECEMBER)
        late = DECEMBER + rules.INVITED_FOR
        again = send(one, late)  # before any worker came
        assert (again.status, again.ready_at, again.invited_at) == ("draft", late, None)
        assert intake.let_in(at=late) == 1
        two.refresh_from_db()
        assert two.invited_at == late

    def test_an_invitation_that_passed_is_cleared_away(self) -> None:
        setting(monthly_cap=1)
        make.submitted()
        one = make.submitted(at=AT + HOUR)
        intake.let_in(at=DECEMBER)
        assert intake.let_in(at=DECEMBER + rules.INVITED_FOR) == 0
        one.refresh_from_db()
        assert one.ready_at is None and send(one, DECEMBER + 4 * DAY).status == "submitted"

    def test_closed_means_closed_but_a_promise_is_kept(self) -> None:
        setting(applications_open=False)
        one, two = make.submitted(), make.submitted(at=AT + HOUR)
        setting(applications_open=True, monthly_cap=1)  # lets the first one in by itself
        setting(applications_open=False)
        assert intake.let_in(at=AT + 2 * HOUR) == 0
        assert send(two, AT + 2 * HOUR).status == "draft"
        assert send(one, AT + 2 * HOUR).status == "submitted"

    def test_answers_to_reviewers_pass_always(self) -> None:
        application, by = make.submitted(), make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        reviewing.ask(application.pk, reason="x", fields=["about"], by=by, at=AT)
        setting(applications_open=False)
        assert send(application).status == "submitted"

    def test_nobody_waits_without_papers(self) -> None:
        setting(applications_open=False)
        draft = applications.start(make.person(), at=AT)
        with pytest.raises(RuleBroken, match=r"application\.incomplete"):
            send(draft)

    def test_withdrawing_leaves_the_line(self) -> None:
        setting(applications_open=False)
        one, two = make.submitted(), make.submitted(at=AT + HOUR)
        applications.withdraw(one.pk, by=one.person, at=AT + HOUR)
        assert selectors.standing_before(two) == 0 and selectors.intake(AT).waiting == 1

    def test_the_worker_lets_in(self) -> None:
        setting(applications_open=False)
        one = make.submitted()
        Application.objects.filter(pk=one.pk).update(ready_at=AT)
        row = intake.locked_settings()
        row.applications_open = True
        row.save()
        let_in()
        one.refresh_from_db()
        assert one.invited_at is not None

    def test_the_pages_say_the_real_numbers(self) -> None:
        now = _now()
        setting(applications_open=False, note_en="We open again in spring.", note_zh="春天再开。", at=now)
        waiting = make.submitted(make.person("林晓"), at=now - HOUR)
        client = signed_in(waiting.person)
        for path in ("/application/", "/application/edit/?step=evidence", "/join/"):
            page = client.get(path).content.decode()
            assert "1 person is in line" in page and "We open again in spring." in page, path
        assert "number 1 in line" in client.get("/home/").content.decode()
        setting(applications_open=True, at=now)
        assert "it is your turn" in client.get("/application/").content.decode()
        assert "it is your turn" in client.get("/home/").content.decode()
        Application.objects.update(invited_at=now - 4 * DAY)
        assert "Your 72 hours have passed" in client.get("/application/").content.decode()
        assert "Your 72 hours have passed" in client.get("/home/").content.decode()

    def test_sending_from_the_page_joins_the_line(self) -> None:
        setting(applications_open=False)
        client = signed_in(make.person())
        client.post("/application/edit/", make.typed())
        draft = Application.objects.get()
        Document.objects.create(application=draft, kind="licence", name="a", content_type="image/png", size=1,
                                file="evidence/none", uploaded_at=AT)  # fmt: skip
        page = client.post("/application/submit/", {"step": "evidence", "consent": "on"}, follow=True)
        assert "You are in line now" in page.content.decode()
        draft.refresh_from_db()
        assert draft.status == "draft" and draft.ready_at is not None


class TestSettings:
    def test_changed_at_the_desk_on_record_and_only_what_one_may(self) -> None:
        reviewer, administrator = make.reviewer(), make.person("林静", roles=("administrator",))
        typed = {"applications_open": "on", "monthly_cap": "5", "note_zh": "每月五位", "fee_opens": "attendance"}
        assert signed_in(reviewer).post("/desk/intake/", typed).status_code == 302
        row = policies.club_settings()
        assert (row.monthly_cap, row.fee_opens, row.note) == (5, "approval", "每月五位")
        assert signed_in(administrator).post("/desk/intake/", typed).status_code == 302
        row = policies.club_settings()
        assert row.fee_opens == "attendance" and row.changed_by == administrator
        assert [entry.data for entry in audit.trail(row)][1] == {"fee_opens": ["approval", "attendance"]}
        page = signed_in(reviewer).get("/desk/intake/").content.decode()
        assert "林静" in page and 'name="fee_opens"' not in page
        assert signed_in(administrator).post("/desk/intake/", {"monthly_cap": "-1"}).status_code == 200
        assert audit.trail(row).count() == 2
        signed_in(administrator).post("/desk/intake/", typed)
        assert audit.trail(row).count() == 2  # the same again is no change
        with pytest.raises(TypeError):
            setting(pk=3)

    def test_the_fee_only_after_attendance(self) -> None:
        setting(fee_opens="attendance")
        application = make.approved(at=_now() - DAY)
        who = application.person
        now = _now()
        assert policies.may_pay_fee(who, at=now).code == "fee.after_attendance"
        client = signed_in(who)
        assert "/billing/join/" not in client.get("/home/").content.decode()
        assert "The fee opens after your first event" in client.get("/application/").content.decode()
        assert "after your first event" in client.get("/join/").content.decode()
        assert Message.objects.get(kind="members/application_approved").context["fee_later"] is True
        admission.record_attendance(who.pk, began_at=now - HOUR, by=None, at=now)
        assert policies.may_pay_fee(who, at=now)

    def test_seats_for_clocks_are_warned_about(self) -> None:
        organizer = signed_in(events.organizer())
        make.approved(at=_now() - DAY)
        for path in ("/desk/events/",):
            assert "Too few seats for running clocks" in organizer.get(path).content.decode()
        events.event(kind="class", at=_now(), starts_at=_now() + 5 * DAY)
        assert "Too few seats for running clocks" not in organizer.get("/desk/events/").content.decode()
        assert "Clocks without a seat" in signed_in(make.reviewer()).get("/desk/intake/").content.decode()


class TestFigures:
    def test_one_gate(self, django_assert_num_queries) -> None:
        for days in (1, 3):
            who = make.person()
            applications.start(who, at=AT - days * DAY)
            make.approved(who, at=AT)
        last = make.approved(at=AT)
        events.chance(last)
        admission.record_attendance(last.person_id, began_at=AT + 2 * DAY, by=None, at=AT + 2 * DAY)
        applications.start(make.person(), at=AT)
        rejected, by = make.submitted(at=AT), make.reviewer()
        reviewing.claim(rejected.pk, by=by, at=AT)
        reviewing.reject(rejected.pk, reason_code="conduct", reason="x", by=by, at=AT)
        assert clock.lapse_all_due(at=AT + 30 * DAY) == 3
        with django_assert_num_queries(1):
            rows = gate.started(AT - 30 * DAY, AT + DAY, None, first_booking())
            took = gate.medians(rows)
        reached = {code: rows.filter(gate.reached(column)).count() for code, column, _before in gate.STEPS}
        assert reached == {
            "started": 5, "submitted": 4, "verified": 3, "approved": 3, "booked": 1, "attended": 1, "paid": 0, "admitted": 0,
        }  # fmt: skip
        ended = {code: count for code, of in gate.DROPS.items() if (count := rows.filter(of).count())}
        assert ended == {"lapsed_not_attended": 2, "rejected_conduct": 1, "lapsed_unpaid": 1}
        assert rows.filter(gate.UNDER_WAY).count() == 1
        assert took == {
            "submitted": 0.5, "verified": 0.0, "approved": 0.0, "booked": 2.0, "attended": 2.0, "paid": None,
            "admitted": None,
        }  # fmt: skip


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
