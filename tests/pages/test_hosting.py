"""What a host reads at home: what is ahead with their own table, and what of the days past still waits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from community.events.models import Opinion
from community.events.services import checking_in, closing, hosting
from community.pages import home
from tests import make
from tests.events import make as events

pytestmark = pytest.mark.django_db
AT = make.NOON
DAY = timedelta(days=1)


@pytest.fixture
def shown(client, monkeypatch):
    def page(person, at, language="en"):
        monkeypatch.setattr(timezone, "now", lambda: at)
        client.force_login(person)
        return client.get("/home/", headers={"accept-language": language}).content.decode()

    return page


def hosting_of(person, at):
    with translation.override("en"):
        return home.board(person, at=at).member["hosting"]


def test_the_host_of_one_table_sees_it_and_its_run_sheet(shown):
    own, other = make.member(), make.member()
    event = events.event(at=AT, starts_at=AT + 7 * DAY, host=other, table_count=2, topic="出海三个坑")
    hosting.set_tables(
        event.pk, [hosting.Plan(1, "", None), hosting.Plan(2, "越南建厂", own)], by=events.organizer(), at=AT
    )
    page = shown(own, AT)
    assert "Table 2 · 越南建厂" in page and f"/events/{event.public_id}/run/?table=2" in page
    assert "第 2 桌 · 越南建厂" in shown(own, AT, "zh-CN")
    assert "越南建厂" not in shown(other, AT)


def test_an_open_roster_is_said_until_it_is_closed_and_then_the_answers(shown):
    host, guests = make.member(), [make.member() for _ in range(3)]
    event = events.event(at=AT, starts_at=AT + DAY, host=host, topic="昨天那桌")
    signups = [events.seat(event, guest, at=AT) for guest in guests]
    end, office = event.ends_at, events.organizer()
    assert "list is still open" not in shown(host, end - timedelta(seconds=1))
    own = event.signups.get(is_host=True)
    for signup in signups[:2]:
        checking_in.check_in(signup.public_id, by=office, at=event.starts_at)
    assert "nobody has marked 2 people yet." in shown(host, end), "a closed list counts a host nobody marked as missing"
    checking_in.check_in(own.public_id, by=office, at=event.starts_at)
    page = shown(host, end)
    assert "The list is still open: nobody has marked 1 person yet." in page and "Who came" in page
    assert "名单还没有关闭：还有 1 个人没有标记。" in shown(host, end, "zh-CN")
    assert "list is still open" not in shown(guests[0], end)
    closing.close_roster(event.pk, by=office, at=end)
    assert "0 of 2 who were there have said how it was." in shown(host, end)
    Opinion.objects.create(event=event, person=guests[0], worth="yes", answered_at=end)
    Opinion.objects.create(event=event, person=host, worth="yes", answered_at=end)  # a host's own doesn't count
    assert "1 of 2 who were there" in shown(host, end) and "到场的 2 人里，1 人说了感受。" in shown(host, end, "zh-CN")
    Opinion.objects.create(event=event, person=guests[1], worth="no", answered_at=end)
    assert hosting_of(host, end) == []


def test_after_seven_days_nothing_of_it_stands_at_home():
    host = make.member()
    event = events.event(at=AT, starts_at=AT + DAY, host=host)
    assert [one.event_id for one in hosting_of(host, event.ends_at + 7 * DAY - timedelta(seconds=1))] == [event.pk]
    assert hosting_of(host, event.ends_at + 7 * DAY) == []


def test_what_is_over_is_no_seat_of_mine():
    host = make.member()
    event = events.event(at=AT, starts_at=AT + DAY, host=host)
    with translation.override("en"):
        assert home.board(host, at=event.ends_at).seats == []


@pytest.mark.parametrize("state", ["ahead", "past"])
def test_as_many_queries_for_3_as_for_300(client, monkeypatch, state):
    events.without_limits()
    host = make.member()
    client.force_login(host)
    at = AT + 9 * DAY if state == "past" else AT
    monkeypatch.setattr(timezone, "now", lambda: at)

    def queries(count, first):
        for number in range(count):
            starts_at = AT + 4 * DAY + timedelta(hours=4 * (first + number))
            events.fill(events.event(at=AT, starts_at=starts_at, ends_at=starts_at + 3 * events.HOUR, host=host), 10)
        client.get("/home/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/home/").status_code == 200
        return len(captured)

    few = queries(1, 0)
    assert queries(20, 1) == few <= 16
