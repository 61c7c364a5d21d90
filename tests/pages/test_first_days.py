"""The first thirty days of a member: facts alone, gone when done, over or put away; and a member's home as a whole."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from community.billing.selectors import year
from community.events.models import MeetAgain, Signup
from community.events.services import calendars, checking_in, inviting
from community.kernel.access import ORGANIZER
from community.members.models import Application, City, Person
from community.members.services import blocking, chapters, first_days, roles
from community.pages import home
from community.posts.services import introducing, profiles
from community.ties.selectors import people
from community.ties.services import projects
from tests import make
from tests.events import make as events
from tests.posts import make as posts
from tests.ties import make as ties

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


def board(person, at=AT):
    with translation.override("en"):
        return home.board(Person.objects.get(pk=person.pk), at=at)


def checklist(person, at=AT):
    return board(person, at).member["checklist"]


def done(person, at=AT):
    return {step["code"] for step in checklist(person, at).steps if step["done"]}


def at_table(starts_at, *people, host=None, **more):
    """A past event with everybody checked in."""
    event = events.event(at=starts_at - 7 * DAY, starts_at=starts_at, host=host or make.member(), **more)
    for who in people:
        events.seat(event, who, at=starts_at - 6 * DAY)
    by = events.organizer()
    for signup in Signup.objects.filter(event=event):
        checking_in.check_in(signup.public_id, by=by, at=starts_at)
    return event


def admitted(days_ago):
    """Somebody who could sit at tables before the admission, as applicants do."""
    who = make.member(since=AT - 60 * DAY)
    Application.objects.filter(person=who).update(admitted_at=AT - days_ago * DAY)
    return who


class TestFirstDays:
    def test_nothing_done_yet_and_every_step_leads_somewhere(self):
        who = make.member(since=AT - 3 * DAY)
        found = checklist(who)
        assert found.done == 0 and found.days_left == 27 and found.carer == ""
        assert [step["url"] for step in found.steps] == [
            "/profile/", "/events/?kind=roundtable", "/calendar/", "/posts/new/", "/members/", "/introductions/",
            "/events/?kind=visit",
        ]  # fmt: skip

    def test_thirty_community_days_from_the_admission(self):
        who = make.member(since=AT - 29 * DAY)
        assert checklist(who).days_left == 1
        midnight = AT.replace(hour=0) + DAY
        assert checklist(who, midnight - timedelta(seconds=1)) is not None and checklist(who, midnight) is None
        assert checklist(make.member(since=AT - 60 * DAY)) is None

    def test_each_step_by_its_fact(self):
        events.without_limits()
        who = admitted(10)
        profiles.write(who, at=AT, about="", needs="找工厂", offers="", tags=[])
        assert done(who) == set()  # half a card is none
        profiles.write(who, at=AT, about="", needs="找工厂", offers="懂认证", tags=[])
        assert done(who) == {"card"}
        at_table(AT - 11 * DAY, who)  # the table that led to the admission
        assert done(who) == {"card"}
        events.seat(events.event(at=AT, starts_at=AT + 7 * DAY), who)
        assert done(who) == {"card", "table"}
        calendars.make_feed(who.pk, by=who, at=AT)
        need = posts.post(who, at=AT)
        assert done(who) == {"card", "table", "calendar", "post"}
        asked = introducing.help_with(need.pk, by=make.member(), at=AT)
        assert "again" not in done(who)
        introducing.answer(asked, yes=True, by=who, at=AT)
        assert "again" in done(who)
        profiles.opened_contact(profiles.of(make.member(), at=AT), ["phone"], by=who, at=AT)
        assert "directory" in done(who)
        events.seat(events.event(at=AT, kind="visit", starts_at=AT + 9 * DAY), who)
        assert checklist(who) is None  # all seven

    def test_meeting_somebody_at_a_second_table_is_meeting_again(self):
        events.without_limits()
        who, other = admitted(10), make.member()
        at_table(AT - 11 * DAY, who, other)
        assert "again" not in done(who)
        at_table(AT - 4 * DAY, who, other)
        assert "again" in done(who)

    def test_put_away_stays_away_and_is_one_persons(self):
        who, other = make.member(since=AT), make.member(since=AT)
        assert first_days.put_away(who.pk, by=who, at=AT) and not first_days.put_away(who.pk, by=who, at=AT)
        assert checklist(who) is None and checklist(other) is not None

    def test_the_button_on_the_page_puts_it_away(self, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: AT)
        client, who = Client(enforce_csrf_checks=True), make.member(since=AT)
        client.force_login(who)
        page = client.get("/home/").content.decode()
        form = page[page.index('action="/home/first-days/away/"') :]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form[: form.index("</form>")])
        assert token is not None
        answer = client.post("/home/first-days/away/", {"csrfmiddlewaretoken": token[1]})
        assert answer.headers["location"] == "/home/" and checklist(who) is None

    def test_who_looks_after_me_is_the_organizer_of_my_city(self):
        city = City.objects.exclude(pk=City.objects.first().pk)[0]
        by = events.organizer()
        chapters.choose(by.pk, [city], by=make.person(roles=("administrator",)), at=AT)
        who = make.member(since=AT)
        assert checklist(who).carer == ""
        Application.objects.filter(person=who).update(city=city)
        assert checklist(who).carer == by.full_name
        roles.take(by.pk, ORGANIZER, by=make.person(roles=("administrator",)), at=AT, reason="moved away")
        assert checklist(who).carer == ""


class TestAMembersHome:
    def test_an_offer_that_runs_out_is_the_next_step(self):
        who = make.member()
        event = events.event(at=AT, starts_at=AT + 7 * DAY, topic="出海三个坑")
        Signup.objects.create(event=event, person=who, status="offered", seat=event.seats.last(), signed_up_at=AT,
                              offered_at=AT, offer_ends_at=AT + 12 * events.HOUR)  # fmt: skip
        found = board(who)
        assert "by" in found.title and found.actions[0]["url"] == event.get_absolute_url()
        assert board(who, AT + 12 * events.HOUR).title == "See you on Saturday"  # over at the very instant

    def test_what_i_host_and_whom_i_met(self):
        events.without_limits()
        who, other, hidden = make.member(), make.member("乙"), make.member("丙")
        Person.objects.filter(pk=hidden.pk).update(hide_me=True)
        past = at_table(AT - 14 * DAY, other, hidden, host=who)
        MeetAgain.objects.create(event=past, person=who, other=other, wished_at=AT)
        MeetAgain.objects.create(event=past, person=other, other=who, wished_at=AT)
        ahead = events.event(at=AT, starts_at=AT + 7 * DAY, host=who)
        found = board(who)
        assert [signup.event_id for signup in found.member["hosting"]] == [ahead.pk]
        assert found.member["people"]["met"] == 2  # who hides is counted, not named
        assert [(mate.name, mate.mutual) for mate in found.member["people"]["first"]] == [("乙", True)]
        assert found.member["year"] == {"seats": 1, "met": 2}

    def test_whom_i_met_is_the_same_here_on_the_page_of_people_and_in_the_year(self):
        """R35: a table, a one-to-one and a project count, a visit alone doesn't; of last year only what came again."""
        who, table, talk, work, visit, old, apart = ties.members("甲", "乙", "丙", "丁", "戊", "己", "庚")
        ties.together(who, old, at=AT - 400 * DAY)
        ties.together(who, old, visit, at=AT - 9 * DAY, kind="visit")
        ties.together(who, table, apart, at=AT - 5 * DAY)
        ties.met(talk, who, on=(AT - 3 * DAY).date())
        made = projects.declare(who, title="共享仓", since_on=(AT - DAY).date(), partners=[work.pk], at=AT - DAY)
        projects.answer(made, yes=True, by=work, at=AT - DAY)
        blocking.block(who, apart.pk, at=AT)
        found = board(who).member
        assert {mate.name for mate in found["people"]["first"]} == {"乙", "丙", "丁", "己"}
        assert found["people"]["met"] == people.met_by(who).count() == 4
        assert found["year"]["met"] == year.year_of(who, AT).met == 4  # the table's two, the talk, the project

    def test_an_invitation_comes_first(self):
        who = make.member()
        events.event(at=AT, starts_at=AT + 3 * DAY)
        second = events.event(at=AT, starts_at=AT + 7 * DAY)
        inviting.invite(second.pk, who.pk, by=events.organizer(), at=AT)
        found = board(who)
        assert found.events[0].pk == second.pk and found.events[0].invited and not found.events[1].invited

    def test_as_many_queries_for_three_tables_as_for_thirty(self, client, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: AT)
        who = make.member(since=AT - 20 * DAY)
        client.force_login(who)
        few = self.queries(client, who, 3)
        assert self.queries(client, who, 9) == few <= 18

    def queries(self, client, who, count):
        events.without_limits()
        for number in range(count):
            others = [make.member() for _ in range(3)]
            at_table(AT - timedelta(days=3, hours=4 * number + 40 * (count > 3)), who, *others)
            if number < 3:
                posts.post(others[0], at=AT)
        if count == 3:
            posts.post(who, at=AT)
        events.event(at=AT, starts_at=AT + count * DAY)
        client.get("/home/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/home/").status_code == 200
        return len(captured)
