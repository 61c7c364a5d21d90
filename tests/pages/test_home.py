"""The home page says the next step of whoever reads it, judged at the instant of reading."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from community.billing.services import invoicing, receiving
from community.events.services import booking, checking_in, closing
from community.kernel.days import day_of
from community.members import rules
from community.members.models import Application, Term, Tier
from community.members.services import applications, clock, reviewing
from community.pages import home
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


def board(person, at=AT):
    with translation.override("en"):
        return home.board(person, at=at)


def states(found):
    return [step["state"] for step in found.steps]


def urls(found):
    return [action["url"] for action in found.actions]


class TestOnTheWayIn:
    def test_nobody_yet(self):
        found = board(make.person())
        assert found.title == "Next: start your application" and urls(found)[0] == "/application/edit/"

    def test_staff_without_membership_go_to_the_desk(self):
        assert urls(board(make.reviewer()))[0] == "/desk/"

    def test_draft(self):
        who = make.person()
        applications.start(who, at=AT - 2 * DAY)
        found = board(who)
        assert found.title == "Next: finish your application" and "2 days ago" in found.text
        missing = int(found.text.split(" things are still missing.")[0])
        assert missing > 1 and urls(found)[0] == "/application/edit/"
        with translation.override("zh-hans"):
            assert home.board(who, at=AT).text.startswith(f"还差 {missing} 项。")
        assert states(found) == ["current", "todo", "todo", "todo"]

    def test_submitted_names_the_hour_of_the_answer_and_admits_being_late(self):
        who = make.submitted(at=AT).person
        assert "by Tue 24 Nov, 12:00" in board(who).text.replace("an answer ", "")
        assert states(board(who)) == ["done", "current", "todo", "todo"]
        assert "are late" in board(who, AT + 3 * DAY).text

    def test_more_needed_shows_what_was_asked(self):
        application = make.submitted(at=AT)
        by = make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        reviewing.ask(application.pk, reason="请补章程", fields=["documents"], by=by, at=AT)
        found = board(application.person)
        assert found.notes[0]["text"] == "请补章程" and urls(found)[0] == "/application/edit/"


class TestTheThreeWeeks:
    def test_clock_steps_and_events_before_its_end(self):
        inside = events.event(topic="窗口内", starts_at=AT + 7 * DAY)
        events.event(topic="太晚", starts_at=AT + 23 * DAY, at=AT)
        events.event(topic="线上", kind="online", starts_at=AT + 8 * DAY)
        application = make.approved(at=AT)
        found = board(application.person)
        assert found.text == "Your papers are approved. Come by 12 Dec, 24:00: 21 days left."
        assert states(found) == ["done", "done", "current", "todo"]
        assert "by 周宁" in found.steps[1]["detail"] and found.steps[2]["detail"] == "by 12 Dec, 24:00"
        assert [event.pk for event in found.events] == [inside.pk]
        assert found.seats == [] and "/billing/join/" in urls(found)

    def test_one_day_and_the_last_day(self):
        who = make.approved(at=AT).person
        assert "1 day left" in board(who, AT + 20 * DAY).text
        assert "today is the last day" in board(who, AT + 21 * DAY).text

    def test_a_booked_seat_becomes_the_next_step(self):
        event = events.event(topic="出海三个坑", starts_at=AT + 7 * DAY)
        who = make.approved(at=AT).person
        booking.sign_up(event.pk, who, by=who, at=AT)
        found = board(who)
        assert found.title == "Next: come on Sat 28 Nov, 12:00" and "出海三个坑" in found.text
        assert [signup.event_id for signup in found.seats] == [event.pk] and found.events == []

    def test_attended_then_only_the_fee_is_left_and_its_invoice_is_linked(self):
        event = events.event(starts_at=AT + 7 * DAY)
        who = make.approved(at=AT).person
        signup = booking.sign_up(event.pk, who, by=who, at=AT)
        checking_in.check_in(signup.public_id, by=events.organizer(), at=AT + 7 * DAY)
        invoice = invoicing.choose_tier(who, "member", at=AT + 7 * DAY)
        found = board(who, AT + 8 * DAY)
        assert found.title == "Next: pay the fee" and "by 12 Dec, 24:00" in found.text
        assert urls(found) == [f"/billing/invoices/{invoice.number}/"]
        assert states(found) == ["done", "done", "done", "current"] and found.events is None

    def test_over_means_over_though_no_worker_ran(self):
        application = make.approved(at=AT)
        events.chance(application)
        end = application.clock_ends_at
        assert board(application.person, end - timedelta(seconds=1)).title == "Next: come to one event"
        found = board(application.person, end)
        assert Application.objects.get(pk=application.pk).status == "approved"
        assert found.title == "Your three weeks ran out" and "Tue 12 Jan 2027" in found.text
        assert states(found) == ["done", "done", "refused", "todo"] and not found.notes

    def test_an_open_roster_holds_the_end_back(self):
        event = events.event(starts_at=AT + 20 * DAY)
        application = make.approved(at=AT)
        booking.sign_up(event.pk, application.person, by=application.person, at=AT)
        end = application.clock_ends_at
        assert board(application.person, end).title == "We are waiting for the roster"
        closing.close_roster(event.pk, by=events.organizer(), at=end)
        assert board(application.person, end).title == "Your three weeks ran out"


class TestAfterwards:
    def test_lapsed_and_paid(self):
        application = make.approved(at=AT)
        events.chance(application)
        pay(application.person, AT)
        clock.lapse_if_due(application.person_id, at=application.clock_ends_at)
        found = board(application.person, application.clock_ends_at + DAY)
        assert found.notes[0]["title"] == "What you paid goes back in full, by itself."
        assert "/application/edit/" not in urls(found)
        assert "/application/edit/" in urls(board(application.person, application.clock_ends_at + 31 * DAY))

    def test_rejected_reads_the_reason(self):
        application = make.submitted(at=AT)
        by = make.reviewer()
        reviewing.claim(application.pk, by=by, at=AT)
        reviewing.reject(application.pk, reason_code="not_active", reason="公司已注销。", by=by, at=AT)
        found = board(application.person)
        assert found.notes[0]["text"] == "公司已注销。" and "19 Feb 2027" in found.text

    def test_withdrawn_may_come_back_at_once(self):
        application = make.submitted(at=AT)
        applications.withdraw(application.pk, by=application.person, at=AT)
        assert urls(board(application.person))[0] == "/application/edit/"

    def test_member_with_and_without_a_seat(self):
        who = make.member(since=AT - 60 * DAY)
        assert board(who).facts[1]["value"] == "Tue 21 Sep 2027"  # half-open: the term ends when the 22nd begins
        event = events.event(starts_at=AT + 7 * DAY)
        booking.sign_up(event.pk, who, by=who, at=AT)
        assert board(who).title == "Your next seat: Sat 28 Nov, 12:00"

    def test_welcome_when_the_last_of_three_has_come(self):
        event = events.event(starts_at=AT + 7 * DAY)
        who = make.approved(at=AT).person
        signup = booking.sign_up(event.pk, who, by=who, at=AT)
        checking_in.check_in(signup.public_id, by=events.organizer(), at=AT + 7 * DAY)
        pay(who, AT + 8 * DAY)
        assert board(who, AT + 8 * DAY).title == "Welcome to the table"

    def test_the_year_runs_out_in_three_steps(self):
        who = make.member(since=AT - 60 * DAY)
        ends_on = Term.objects.get(person=who).ends_on

        def day(n):
            return AT + timedelta(days=(ends_on - day_of(AT)).days + n)

        assert not board(who, day(-31)).notes
        assert board(who, day(-3)).notes[0]["title"] == "3 days left of your membership year."
        grace = board(who, day(0)).notes[0]
        assert "21 Sep" in grace["title"] and "5 Oct" in grace["text"]
        assert board(who, day(rules.GRACE_DAYS)).title == "Your membership year is over"


def pay(who, at):
    invoice = invoicing.choose_tier(who, "member", at=at)
    receiving.receive(invoice.pk, receiving.Receipt("bank", f"T-{invoice.number}", invoice.money, at), at=at)


class TestThePage:
    @pytest.fixture
    def now(self, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: AT)

    def test_both_languages(self, client, now):
        who = make.approved(make.person("林晓"), at=AT).person
        client.force_login(who)
        chinese = client.get("/home/", headers={"accept-language": "zh-CN"}).content.decode()
        assert "林晓，下午好" in chinese and "请在 12 月 12 日 24:00 前到场，还有 21 天。" in chinese
        english = client.get("/home/", headers={"accept-language": "en"}).content.decode()
        assert "Good afternoon, 林晓" in english and "My way in" in english

    def test_signed_in_only(self, client):
        assert client.get("/home/").headers["location"].startswith("/accounts/login/")

    @pytest.mark.parametrize("kind", ["approved", "member"])
    def test_as_many_queries_for_3_as_for_300(self, client, now, kind):
        who = make.approved(at=AT).person if kind == "approved" else make.member(since=AT - 30 * DAY)
        client.force_login(who)
        few = self.queries(client, who, 3)
        assert self.queries(client, who, 300) == few <= 16

    def queries(self, client, who, count):
        """With ten people for each event ahead, a third of the events full."""
        organizer = events.organizer()
        host = make.member()
        for number in range(count // 10 or 1):
            event = events.event(
                by=organizer, host=host if not number else make.member(), starts_at=AT + timedelta(days=2, hours=number)
            )
            events.fill(event, 11 if number % 3 == 2 else 3)
        client.get("/home/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/home/").status_code == 200
        return len(captured)


def test_the_tier_of_a_trainee_is_theirs():
    who = make.member(since=AT - 30 * DAY)
    Term.objects.filter(person=who).update(tier=Tier.objects.get(code="trainee"))
    assert board(who).facts[0]["value"] == "Trainee"
