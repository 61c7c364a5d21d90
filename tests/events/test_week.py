"""The office's week: what is booked twice, what would quietly go wrong, and how many presses a usual week takes."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from community.events.models import Event, Signup
from community.events.rules import agenda, week
from community.events.services import booking, cancelling
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_desk import typed
from tests.events.test_pages import browser, queries_of
from tests.events.test_series import drafts, saturdays
from tests.make import NOON, approved, member, person

pytestmark = pytest.mark.usefixtures("now", "no_second_factor")

BEFORE = NOON - 5 * DAY  # the Monday of this week


def booked(key: int, start: int, length: int, host: int | None = None, room: str = "") -> week.Booked:
    begins = NOON + start * HOUR
    return week.Booked(key, begins, begins + length * HOUR, host, week.room_key("class", 1, room, ""))


events_of_a_week = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 30), st.sampled_from([None, 1, 2]), st.sampled_from(["", "甲", "乙"])),
    max_size=12,
)


@given(events_of_a_week)
def test_every_pair_that_clashes_is_found_at_both_and_no_other(rows) -> None:
    events = [booked(key, *row) for key, row in enumerate(rows)]
    wanted = {
        (a.key, what, b.key)
        for a in events
        for b in events
        if a.key != b.key and a.starts_at < b.ends_at and b.starts_at < a.ends_at
        for what, same in (("host", a.host is not None and a.host == b.host), ("room", a.room and a.room == b.room))
        if same
    }
    found = week.clashes(events)
    assert {(key, clash.what, clash.other) for key, many in found.items() for clash in many} == wanted


def test_one_room_whatever_the_blanks_and_online_has_none() -> None:
    assert week.room_key("class", 1, "Room A ", "科苑路 15 号") == week.room_key("visit", 1, "room a", "科苑路15号")
    assert week.room_key("class", 1, "甲", "") != week.room_key("class", 2, "甲", "")
    assert week.room_key("online", 1, "会议", "https://x") is None


def look(**changes) -> week.Look:
    fields = {"kind": "roundtable", "status": "open", "starts_at": SATURDAY, "ends_at": SATURDAY + 3 * HOUR,
              "place": "甲", "address": "乙"} | changes  # fmt: skip
    return week.Look(**fields)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"status": "draft"}, []),
        ({"status": "draft", "starts_at": NOON + DAY, "ends_at": NOON + DAY + 3 * HOUR}, ["draft_soon"]),
        ({"status": "draft", "starts_at": NOON}, ["draft_past"]),
        ({"starts_at": NOON - DAY, "ends_at": NOON}, ["roster_open"]),
        ({"status": "draft", "has_host": False}, ["no_host"]),
        ({"kind": "class", "status": "draft", "has_host": False}, []),
        ({"host_seated": False}, ["host_gone"]),
        ({"status": "draft", "address": ""}, ["no_place"]),
        ({"topic_open": True}, ["topic_open"]),
        ({"seats_left": 2, "waiting": 1}, ["seat_idle"]),
        ({"seats_left": 2, "waiting": 1, "releases_at": NOON + DAY, "kind": "visit", "follows": ["open"]}, []),
        ({"kind": "visit"}, ["follows_none"]),
        ({"kind": "visit", "follows": ["cancelled"]}, ["table_cancelled"]),
        ({"kind": "visit", "follows": ["cancelled", "open"]}, []),
        ({"kind": "online", "address": "会议号 123"}, ["no_link"]),
        ({"kind": "online", "address": "https://meeting.example/1"}, []),
        ({"agenda_minutes": 181}, ["agenda_long"]),
        ({"agenda_minutes": 180}, []),
    ],
)
def test_what_would_quietly_go_wrong(changes, codes) -> None:
    assert week.lint(look(**changes), NOON) == codes


@pytest.mark.parametrize(
    ("line", "title", "minutes"),
    [
        ("破冰 15 分钟", "破冰", 15),
        ("15 分钟 破冰", "破冰", 15),
        ("15min: Icebreaker", "Icebreaker", 15),
        ("轮流发言（90分钟）", "轮流发言", 90),
        ("Q&A 30'", "Q&A", 30),
        ("2026 年的打算", "2026 年的打算", None),
        ("自由交流", "自由交流", None),
        ("15 分钟", "15 分钟", None),
    ],
)
def test_an_agenda_line_with_its_minutes(line, title, minutes) -> None:
    assert agenda.parts(f"\n {line} \n") == [agenda.Part(title, minutes)]


@pytest.mark.django_db
class TestThePage:
    def page(self, staff, **query) -> str:
        answer = browser(staff).get(reverse("desk_events"), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_clashes_and_lint_stand_at_their_event(self, staff, now) -> None:
        host = member("陈明")
        make.event(host=host, starts_at=NOON + 3 * HOUR, topic="第一桌")
        make.draft(host=host, starts_at=NOON + 4 * HOUR, topic="同一时间")
        text = self.page(staff)
        assert text.count("The host is booked twice") == 2 and text.count("The room is booked twice") == 2
        assert "Not published yet: nobody can sign up." in text and "Nothing this week" not in text

    def test_other_weeks_and_odd_input(self, staff, now) -> None:
        make.event(topic="下周六这桌")
        assert "下周六这桌" not in self.page(staff)
        assert "下周六这桌" in self.page(staff, week="2026-11-26")
        for odd in ("", "x", "\x00", "1999-01-01", "9999-12-31", "2026-13-45"):
            assert "This week" in self.page(staff, week=odd)

    def test_a_visit_after_a_cancelled_table_is_flagged(self, staff, now) -> None:
        table = make.event(topic="这桌取消")
        make.event(kind="visit", topic="跟着走访", host=member(), starts_at=SATURDAY + 4 * DAY, follows=[table])
        cancelling.cancel(table.pk, by=staff, at=NOON, reason="停电")
        assert "The roundtable it follows is cancelled" in self.page(staff)

    def test_it_costs_the_same_for_3_and_300(self, staff, now) -> None:
        one = saturdays()
        client, url = browser(staff), reverse("desk_events")
        cost = queries_of(client, url)
        for _ in range(3):
            saturdays(template=one.template)
        many = make.event(kind="class", starts_at=NOON + 3 * HOUR, seats_each=300)
        make.fill(many, 250)
        make.queue_up(many, 50)
        assert queries_of(client, url) == cost <= 14

    def test_a_usual_week_in_thirty_presses(self, staff, now) -> None:
        """A table of twelve and a visit: found, written, published, ticked off, checked in, closed. Pages and presses."""
        now.return_value = BEFORE
        one = saturdays(first_on=(NOON).date(), ahead_weeks=1, at=BEFORE)
        client, presses = browser(staff), 0

        def press(name: str, *args: str, **data: str) -> str:
            nonlocal presses
            presses += 1
            url = reverse(name, args=args)
            answer = client.post(url, data, follow=True) if data else client.get(url)
            assert answer.status_code == 200
            return answer.content.decode()

        assert "Not published yet" in press("desk_events")
        [table] = drafts(one)
        host = member("陈明")
        press("desk_event", table.public_id)
        press("desk_event_publish", table.public_id, **typed(table, topic="出海三个坑", host=host.email))
        press("desk_event_new")
        visit = typed(table, kind="visit", topic="走进工厂", host=host.email, starts_at="2026-11-25T14:00",
                      ends_at="2026-11-25T17:00", seats_each="10", follows=str(table.pk))  # fmt: skip
        press("desk_event_new", **visit)
        visited = Event.objects.get(kind="visit")
        press("desk_event_publish", visited.public_id, week="1")
        for task in table.tasks.all():
            press("desk_task", task.public_id, done="1", next="/desk/events/")
        guests = [make.seat(table, approved(person(), at=BEFORE).person, at=BEFORE) for _ in range(11)]
        press("desk_event_roster", table.public_id)
        now.return_value = NOON + 2 * HOUR
        for guest in [*guests, Signup.objects.get(event=table, is_host=True)]:
            press("desk_event_checkin", table.public_id, signup=guest.public_id)
        now.return_value = NOON + 6 * HOUR
        assert "its roster is still open" in press("desk_events")
        assert "its roster is still open" not in press("desk_event_roster_close", table.public_id, week="1")
        assert presses <= 30
        assert Event.objects.get(pk=table.pk).status == "held"
        assert Signup.objects.filter(event=table, status="attended").count() == 12


@pytest.mark.django_db
def test_a_host_who_lost_the_seat_is_seen(staff, now) -> None:
    event = make.event()
    signup = Signup.objects.get(event=event, is_host=True)
    booking.give_up(signup, event, "withdraw", by=staff, at=NOON)
    assert "The host has no seat any more" in browser(staff).get(reverse("desk_events")).content.decode()
