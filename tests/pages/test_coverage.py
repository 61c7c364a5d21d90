"""R36 in a small club counted by hand: whom a quarter brought a seat, an answer and a new contact, and who was forgotten."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.events.models import Invitation, Signup
from community.events.services import booking, cancelling, checking_in, inviting
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.matching.models import Match
from community.members.models import Application, City
from community.members.services import chapters
from community.pages import coverage
from community.posts.services import introducing
from tests import make
from tests.events import make as events
from tests.matching import make as matching
from tests.posts import make as posts
from tests.ties import make as ties

pytestmark = pytest.mark.django_db
AT = make.NOON  # 21 November: the fourth quarter
DAY = timedelta(days=1)
LONG_AGO = AT - 300 * DAY


def day(month, on, hour=14):
    return datetime(2026, month, on, hour, tzinfo=ZONE)


def table(starts_at, *people, host, came=None, **more):
    """A roundtable of these people and its host; `came`: who was checked in, otherwise all."""
    event = events.event(at=starts_at - 7 * DAY, starts_at=starts_at, host=host, **more)
    for who in people:
        booking.sign_up(event.pk, who, by=who, at=starts_at - 6 * DAY)
    by = events.organizer()
    for signup in Signup.objects.filter(event=event):
        if came is None or signup.person in came:
            checking_in.check_in(signup.public_id, by=by, at=starts_at)
    return event


@pytest.fixture
def names():
    events.without_limits()
    return {name: make.member(name, since=LONG_AGO) for name in ("a", "b", "c", "d", "e", "f", "host")}


def without(found, part):
    return {who.full_name for who in coverage.named(found.without[part])}


def running():
    return coverage.of(coverage.quarters(AT)[0])


class TestSeat:
    def test_counted_by_hand(self, names):
        table(day(9, 26), names["a"], host=names["host"])  # the quarter before
        table(day(11, 14), names["b"], names["c"], host=names["host"], came=[names["b"]])  # c missed it
        ahead = events.event(at=AT, starts_at=day(12, 5), host=names["host"])
        events.seat(ahead, names["d"])
        booking.withdraw(ahead.pk, names["d"], by=names["d"], at=AT)  # had one and gave it back
        inviting.invite(ahead.pk, names["e"].pk, by=events.organizer(), at=AT)
        found = running()
        assert len(found.people) == 7 and without(found, "seat") == {"a", "f"}
        before = coverage.of(coverage.quarters(AT)[1])
        assert without(before, "seat") == {"b", "c", "d", "e", "f"}

    def test_a_waitlist_is_no_seat_and_an_offer_is_one_whatever_became_of_it(self, names):
        event = events.event(at=AT, starts_at=day(12, 5), host=names["host"], seats_each=2)
        for name in "abc":
            events.seat(event, names[name])
        assert without(running(), "seat") >= {"b", "c"}
        booking.withdraw(event.pk, names["a"], by=names["a"], at=AT)  # the chair is offered to b
        assert Signup.objects.get(person=names["b"]).status == "offered"
        assert without(running(), "seat") == {"c", "d", "e", "f"}
        Signup.objects.filter(person=names["b"]).update(status="waiting", seat=None, offer_ends_at=None)  # it ended
        assert without(running(), "seat") == {"c", "d", "e", "f"}

    def test_what_the_club_cancelled_and_what_is_online_was_no_seat(self, names):
        gone = events.event(at=AT, starts_at=day(12, 5), host=names["host"])
        events.seat(gone, names["a"])
        cancelling.cancel(gone.pk, by=events.organizer(), at=AT, reason="没有场地")
        call = events.event(at=AT, starts_at=day(12, 6), kind="online")
        events.seat(call, names["b"])
        assert without(running(), "seat") >= {"a", "b", "host"}


class TestAnswer:
    def test_counted_by_hand(self, names):
        need = posts.post(names["a"], at=AT)
        posts.answer(need, by=names["b"], at=AT)  # a got one; b gave one
        own = posts.post(names["c"], at=AT)
        posts.answer(own, by=names["c"], at=AT)  # to oneself
        told = matching.need("找模具工厂", names["f"])
        matches = [
            Match(need=told, person=names[name], fit=900, rank=1, tier=0, surfaced_at=AT, notified_at=notified_at)
            for name, notified_at in (("d", AT), ("e", None), ("host", AT - 90 * DAY))
        ]
        Match.objects.bulk_create(matches)
        assert without(running(), "answer") == {"b", "c", "e", "f", "host"}

    def test_an_introduction_counts_for_both_once_both_said_yes(self, names):
        need = posts.post(names["a"], at=AT)
        asked = introducing.help_with(need.pk, by=names["b"], at=AT)
        assert without(running(), "answer") >= {"a", "b"}
        introducing.answer(asked, yes=True, by=names["a"], at=AT)
        assert not without(running(), "answer") & {"a", "b"}


class TestContact:
    def test_counted_by_hand(self, names):
        """c meets again whom they know; everybody else at these tables sits with somebody for the first time."""
        a, b, c, host = (names[name] for name in ("a", "b", "c", "host"))
        table(day(9, 19), b, c, host=host)
        table(day(10, 10), a, b, host=host)
        table(day(11, 14), b, c, host=host)
        assert without(running(), "contact") == {"c", "d", "e", "f"}
        assert without(coverage.of(coverage.quarters(AT)[1]), "contact") == {"a", "d", "e", "f"}

    def test_a_first_table_after_a_one_to_one_is_nothing_new(self, names):
        a, b, c, host = (names[name] for name in ("a", "b", "c", "host"))
        for one, other in ((a, b), (host, a), (b, host)):
            ties.met(one, other, on=day(9, 20).date(), at=day(9, 21))
        table(day(11, 14), a, b, host=host)
        assert without(running(), "contact") == {"a", "b", "host", "c", "d", "e", "f"}
        ties.met(a, c, on=day(11, 10).date(), at=day(11, 11))  # of this quarter, and so new whatever follows
        table(day(11, 17), a, c, host=host)
        assert without(running(), "contact") == {"b", "d", "e", "f"}

    def test_neither_absence_nor_another_table_nor_a_visit_makes_one(self, names):
        table(day(11, 14), names["a"], names["b"], host=names["host"], came=[names["a"]])
        two = events.event(at=day(10, 1), starts_at=day(10, 17), host=names["host"], table_count=2, seats_each=2)
        for name in "cd":
            events.seat(two, names[name], at=day(10, 2))
        Signup.objects.filter(event=two, person=names["host"]).update(seat=None, status="withdrawn", withdrawn_at=AT)
        seats = list(two.seats.order_by("table__number", "number"))
        for name, seat in (("c", seats[0]), ("d", seats[2])):
            Signup.objects.filter(event=two, person=names[name]).update(seat=seat)
        for signup in Signup.objects.filter(event=two, status="confirmed"):
            checking_in.check_in(signup.public_id, by=events.organizer(), at=day(10, 17))
        table(day(11, 11), names["e"], names["f"], host=names["host"], kind="visit")
        assert without(running(), "contact") == set("abcdef") | {"host"}

    def test_met_nobody_is_for_all_time(self, names):
        table(day(3, 14), names["a"], host=names["host"])
        table(day(11, 14), names["b"], host=names["c"], came=[names["b"]])
        shown = {who.full_name for who in coverage.named(coverage.met_nobody(AT))}
        assert shown == {"b", "c", "d", "e", "f"}


class TestAbout:
    def test_who_joined_less_than_thirty_days_ago_or_is_no_member_is_not_asked_about(self):
        old = make.member("old", since=AT - 30 * DAY)
        make.member("new", since=AT - 29 * DAY)
        make.member("gone", since=AT - 500 * DAY)
        make.person("visitor")
        assert coverage.named(running().people) == [old]

    def test_a_past_quarter_asks_about_those_who_were_members_on_its_last_day(self):
        make.member("then", since=datetime(2025, 9, 10, tzinfo=ZONE))  # grace ends on 24 September
        still = make.member("still", since=datetime(2025, 9, 20, tzinfo=ZONE))  # in grace on 30 September
        assert coverage.named(coverage.of(coverage.quarters(AT)[1]).people) == [still]
        assert running().people == [] and running().percent is None

    def test_most_is_missing_first_and_shares_are_of_all(self, names):
        table(day(11, 14), names["c"], host=names["host"])
        found = running()
        listed = [who.full_name for who in coverage.named(found.listed("any"))]
        assert listed == ["a", "b", "d", "e", "f", "c", "host"]
        assert found.complete == 0 and found.percent == 0 and found.share("seat") == 71

    def test_the_edges_of_a_quarter_are_midnights_of_the_community(self):
        newest, before, *_ = coverage.quarters(datetime(2026, 12, 31, 16, 30, tzinfo=timezone.get_fixed_timezone(0)))
        assert newest.code == "2027-1" and before.period[1] == datetime(2027, 1, 1, tzinfo=ZONE)
        assert str(before.judged_on) == "2026-12-31" and newest.running and not before.running


class TestInviting:
    @pytest.fixture
    def event(self):
        return events.event(at=AT, starts_at=AT + 7 * DAY)

    def test_once_on_record_and_in_a_letter_that_can_wait(self, event):
        who, by = make.member(since=LONG_AGO), events.organizer()
        inviting.invite(event.pk, who.pk, by=by, at=AT)
        letter = Message.objects.get(kind="events/invited")
        assert (letter.person, letter.transactional, letter.valid_until) == (who, False, event.starts_at)
        entry = AuditEntry.objects.get(action="event.invite")
        assert (entry.person_id, entry.actor_id, entry.subject_id) == (who.pk, by.pk, event.pk)
        assert not Signup.objects.filter(person=who).exists()
        with pytest.raises(RuleBroken, match="invite.twice"):
            inviting.invite(event.pk, who.pk, by=by, at=AT)

    def test_nobody_is_asked_to_what_they_cannot_have(self, event):
        who, by = make.member(since=LONG_AGO), events.organizer()
        for code, at, whom in (
            ("invite.closed", event.starts_at, who),
            ("invite.cannot", AT, make.member(since=AT - 500 * DAY)),
            ("invite.signed_up", AT, events.seat(event).person),
        ):
            with pytest.raises(RuleBroken, match=code):
                inviting.invite(event.pk, whom.pk, by=by, at=at)
        for _ in range(10):
            events.seat(event)
        with pytest.raises(RuleBroken, match="invite.full"):
            inviting.invite(event.pk, who.pk, by=by, at=AT)
        assert not Invitation.objects.exists()


class TestThePages:
    @pytest.fixture(autouse=True)
    def now(self, monkeypatch, settings):
        settings.STAFF_SECOND_FACTOR = False
        monkeypatch.setattr(timezone, "now", lambda: AT)

    @pytest.fixture
    def office(self, client):
        client.force_login(events.organizer())
        client.cookies["django_language"] = "en"
        return client

    def test_a_forgotten_member_is_found_and_invited(self, office, names):
        event = events.event(at=AT, starts_at=AT + 7 * DAY, topic="出海三个坑", host=names["host"])
        events.event(at=AT, starts_at=AT + 14 * DAY, host=names["host"])
        shown = office.get("/desk/figures/coverage/?list=seat").content.decode()
        path = f"/desk/people/{names['e'].public_id}/invite/"
        assert path in shown and "Without a seat · 6" in shown
        assert "出海三个坑 · Sat 28 Nov, 12:00" in office.get(path).content.decode()
        assert office.post(path, {"event": event.public_id}).headers["location"] == "/desk/figures/coverage/"
        after = office.get("/desk/figures/coverage/?list=seat").content.decode()
        assert path not in after and "Invited on" in office.get("/desk/figures/coverage/").content.decode()
        again = office.post(path, {"event": event.public_id})
        assert again.status_code == 422 and "be chosen any more" in again.content.decode()

    def test_a_chapter_sees_its_own_people_and_events(self, client, names):
        by, other = events.organizer(), City.objects.exclude(pk=City.objects.first().pk)[0]
        chapters.choose(by.pk, [other], by=make.person(roles=("administrator",)), at=AT)
        Application.objects.filter(person=names["b"]).update(city=other)
        client.force_login(by)
        shown = client.get("/desk/figures/coverage/", headers={"accept-language": "en"})
        assert [row["person"] for row in shown.context["rows"]] == [names["b"]]
        assert client.get(f"/desk/people/{names['a'].public_id}/invite/").status_code == 404

    @pytest.mark.parametrize("query", ["", "quarter=2026-3&list=nobody", "quarter=1999-1&list=x&page=99"])
    def test_as_many_queries_for_3_as_for_300(self, office, query):
        few = self.queries(office, 3, query)
        assert self.queries(office, 297, query) == few <= 18

    def queries(self, office, count, query):
        for _ in range(count):
            make.member(since=LONG_AGO)
        office.get(f"/desk/figures/coverage/?{query}")
        with CaptureQueriesContext(connection) as captured:
            assert office.get(f"/desk/figures/coverage/?{query}").status_code == 200
        return len(captured)
