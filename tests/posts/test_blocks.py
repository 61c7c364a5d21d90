"""Blocking: neither meets the other anywhere, nobody is told; and reports of members, which go to the office alone."""

from datetime import timedelta

import pytest
from django.test import Client

from community.events.models import Signup
from community.events.selectors import tables
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from community.matching.selectors import lists as matching
from community.matching.services import pairing
from community.members.models import Block, Person
from community.members.services import blocking
from community.posts import selectors
from community.posts.models import MemberReport
from community.posts.selectors import cards, office
from community.posts.services import answering, care, introducing
from tests import make
from tests.architecture.club import staff
from tests.events import make as events
from tests.matching import make as documents
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def signed_in(who: Person) -> Client:
    return make.sign_in(Client(headers={"accept-language": "en"}), who)


@pytest.fixture
def two(at) -> tuple[Person, Person]:
    return make.member("叶青", since=at - 60 * DAY), make.member("林晚", since=at - 60 * DAY)


@pytest.fixture(params=[0, 1])
def apart(request, two, at) -> tuple[Person, Person]:
    """Two of whom one blocked the other: whoever did it, it is the same for both."""
    one, other = two if request.param == 0 else two[::-1]
    blocking.block(one, other.pk, at=at)
    return two


def test_neither_finds_the_other_in_the_directory_nor_opens_the_card(apart, at):
    for reader, other in (apart, apart[::-1]):
        assert other not in cards.directory(reader, at)
        client = signed_in(reader)
        assert client.get(f"/members/{other.public_id}/").status_code == 404
        assert client.get(f"/members/{reader.public_id}/").status_code == 200


def test_neither_reads_the_others_posts_and_answers_nor_answers_them(apart, at):
    third = posts.post(make.member(since=at - 60 * DAY), at=at)
    for reader, other in (apart, apart[::-1]):
        theirs = posts.post(other, at=at)
        posts.answer(third, by=other, at=at)
        assert theirs not in selectors.readable(reader, at)
        assert signed_in(reader).get(theirs.get_absolute_url()).status_code == 404
        assert other not in [one.answer.author for one in selectors.thread(third, reader)]
        with refused("post.not_open"):
            answering.answer(theirs.pk, "我有。", by=reader, at=at)


def test_matching_leads_neither_to_the_other_and_tells_neither(apart, at):
    for author, other in (apart, apart[::-1]):
        documents.offer("外壳模具，五百套起", other, at=at)
        need = documents.need("找外壳模具", author, at=at)
        pairing.pair(need.key, at=at)
        assert other not in [match.person for match in matching.matches(need.key, at=at)]
    assert not Message.objects.exists(), "nobody is told anything, not even that they are blocked"


def test_no_introduction_begins_and_one_under_way_is_out_of_sight(two, at):
    one, other = two
    asked = introducing.ask(one, other.pk, note="", at=at)
    blocking.block(other, one.pk, at=at)
    for reader in two:
        assert asked not in selectors.of_person(reader)
        assert signed_in(reader).get(asked.get_absolute_url()).status_code == 404
        with refused("introduction.none"):
            introducing.ask(reader, (one if reader == other else other).pk, note="", at=at)
    with refused("introduction.none"):
        introducing.answer(asked, yes=True, by=other, at=at)
    before = Message.objects.count()
    introducing.remind_all_due(at=at + 4 * DAY)
    assert Message.objects.count() == before
    blocking.unblock(other, one.public_id, at=at)
    assert asked in selectors.of_person(one), "undone, all is as it was"


def test_the_planner_keeps_them_apart(apart, at):
    table = events.event(at=at, starts_at=at + 9 * DAY, ends_at=at + 9.1 * DAY, table_count=2, seats_each=6)
    for who in apart:
        events.seat(table, who, at=at)
    signups = list(Signup.objects.filter(event=table))
    asked = tables.question(table, signups, numbers=[1, 2], at=at).in_order()
    assert asked.apart == ((min(one.pk for one in apart), max(one.pk for one in apart)),)


def test_said_twice_it_stands_once_and_never_of_oneself(two, at):
    one, other = two
    assert blocking.block(one, other.pk, at=at) and not blocking.block(one, other.pk, at=at)
    with refused("block.self"):
        blocking.block(one, one.pk, at=at)
    assert not blocking.unblock(other, one.public_id, at=at), "only whoever blocked takes it back"
    assert Block.objects.count() == 1


def test_blocked_on_the_card_and_undone_on_ones_own(two):
    one, other = two
    client = signed_in(one)
    assert client.post(f"/members/{other.public_id}/block/").status_code == 302
    page = client.get("/profile/").content.decode()
    assert "林晚" in page
    assert (
        "叶青" not in signed_in(other).get("/profile/").content.decode().partition("<main")[2].partition("Blocked")[2]
    )
    client.post("/profile/unblock/", {"person": other.public_id})
    assert not Block.objects.exists() and client.get(f"/members/{other.public_id}/").status_code == 200


class TestReports:
    def test_to_the_office_alone_once_and_settled_with_an_outcome(self, two, at):
        one, other = two
        client = signed_in(one)
        path = f"/members/{other.public_id}/report/"
        assert client.post(path, {"why": "rude"}).status_code == 422
        client.post(path, {"why": "rude", "note": "在活动上骂人。"})
        client.post(path, {"why": "rude", "note": "又骂了一次。"})
        row = MemberReport.objects.get()
        assert (row.person, row.reporter, row.note) == (other, one, "在活动上骂人。")
        assert not Message.objects.filter(person=other).exists()
        desk = signed_in(staff("organizer"))
        assert "在活动上骂人。" in desk.get("/desk/posts/?list=people").content.decode()
        assert desk.post(f"/desk/reports/people/{row.public_id}/", {"outcome": " "}).status_code == 422
        desk.post(f"/desk/reports/people/{row.public_id}/", {"outcome": "谈过话，当面道歉了。"})
        row.refresh_from_db()
        assert row.settled_at and row.outcome == "谈过话，当面道歉了。"
        with refused("report.stale"):
            care.settle_member_report(row.public_id, outcome="再一次", by=make.person(), at=at)

    def test_a_report_of_the_office_itself_is_not_there_for_whom_it_is_about(self, two, at):
        organizer = staff("organizer")
        row = care.report_member(organizer.pk, "rude", "不回消息", by=two[0], at=at)
        assert row not in office.reported_people(organizer)
        assert signed_in(organizer).post(f"/desk/reports/people/{row.public_id}/", {"outcome": "-"}).status_code == 404
        assert row in office.reported_people(make.person(roles=("organizer",)))

    def test_nobody_reports_themself_and_ten_a_day_are_enough(self, two, at):
        with refused("report.self"):
            care.report_member(two[0].pk, "rude", "-", by=two[0], at=at)
        for _ in range(10):
            care.report_member(make.person().pk, "rude", "-", by=two[0], at=at)
        with refused("report.many"):
            care.report_member(two[1].pk, "rude", "-", by=two[0], at=at)


def test_whoever_blocked_somebody_is_not_named_to_them_among_those_coming_and_reads_their_name_still(two, at):
    blocker, blocked = two
    table = events.event(at=at, starts_at=at + 3 * DAY, ends_at=at + 3.1 * DAY)
    for who in (*two, third := make.member("旁人", since=at - 60 * DAY)):
        events.seat(table, who, at=at)
    blocking.block(blocker, blocked.pk, at=at)

    def named(reader: Person) -> list[str]:
        return signed_in(reader).get(table.get_absolute_url()).context["company"].names

    assert blocker.name not in named(blocked) and third.name in named(blocked)
    assert blocked.name in named(blocker) and {blocker.name, blocked.name} <= set(named(third))
