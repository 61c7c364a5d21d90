"""Another host on the day, hosts and topics of several tables, and a message to everybody at one event."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from community.events.models import Announcement, Event, Seat, SeatHold, Signup, Table
from community.events.rules import agenda, maps
from community.events.services import announcing, booking, checking_in, hosting, publishing
from community.kernel.audit import trail
from community.kernel.models import Message
from tests.events import make
from tests.events.make import DAY, HOUR, SATURDAY
from tests.events.test_booking import refused
from tests.events.test_pages import browser, queries_of
from tests.make import NOON, approved, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "no_second_factor")]


def change(event: Event, new, *, keeps=False, at=NOON, reason="桌长发烧了") -> Event:
    return hosting.change(event.pk, new, keeps_chair=keeps, by=make.organizer(), at=at, reason=reason)


def of(event: Event, who) -> Signup:
    return Signup.objects.get(event=event, person=who)


def holds_agree() -> bool:
    return set(Signup.objects.filter(seat__isnull=False).values_list("seat", "pk")) == set(
        SeatHold.objects.filter(freed_at=None).values_list("seat", "signup")
    )


class TestAnotherHost:
    def test_the_new_one_gets_the_chair_the_old_one_gives_back(self) -> None:
        event, new = make.event(), member("李婷")
        for _ in range(11):
            make.seat(event)
        waiting = make.seat(event)
        old = event.host
        change(event, new)
        event.refresh_from_db()
        assert event.host == new and of(event, new).is_host and of(event, new).status == "confirmed"
        assert of(event, old).status == "withdrawn" and not of(event, old).withdrawn_late and not of(event, old).is_host
        waiting.refresh_from_db()
        assert waiting.status == "waiting" and holds_agree()
        kinds = set(Message.objects.filter(person__in=[old, new]).values_list("person_id", "kind"))
        assert (new.pk, "events/seat_confirmed") in kinds and (old.pk, "events/host_released") in kinds
        assert [entry.reason for entry in trail(event) if entry.action == "event.host"] == ["桌长发烧了"]

    def test_the_old_one_keeps_theirs_as_a_guest_on_the_day_itself(self) -> None:
        event, new = make.event(), member("李婷")
        old = event.host
        checking_in.check_in(of(event, old).public_id, by=make.organizer(), at=SATURDAY)
        with refused("host.here"):
            change(event, new, at=SATURDAY + HOUR)
        change(event, new, keeps=True, at=SATURDAY + HOUR)
        assert of(event, old).status == "attended" and not of(event, old).is_host and of(event, new).is_host

    def test_a_full_room_with_the_old_one_staying_has_no_chair(self) -> None:
        event = make.event()
        for _ in range(11):
            make.seat(event)
        with refused("host.no_chair"):
            change(event, member("李婷"), keeps=True)
        event.refresh_from_db()
        assert event.host.name == "陈明" and of(event, event.host).is_host

    def test_a_guest_who_takes_over_frees_a_chair_for_the_next_in_line(self) -> None:
        event, guest = make.event(), member("李婷")
        make.seat(event, guest)
        for _ in range(10):
            make.seat(event)
        waiting = make.seat(event)
        change(event, guest)
        waiting.refresh_from_db()
        assert waiting.status == "offered" and of(event, guest).is_host and holds_agree()

    @pytest.mark.parametrize("code", ["host.same", "host.standing", "host.elsewhere", "event.reason", "host.over"])
    def test_who_cannot_host_and_when(self, code) -> None:
        event = make.event()
        new, at, reason = member("李婷"), NOON, "发烧"
        if code == "host.same":
            new = event.host
        elif code == "host.standing":
            new = approved(person()).person
        elif code == "host.elsewhere":
            make.seat(make.event(kind="class", starts_at=SATURDAY + HOUR), new)
        elif code == "event.reason":
            reason = " "
        else:
            at = event.ends_at
        with refused(code):
            change(event, new, at=at, reason=reason)

    def test_a_draft_or_a_stale_page_changes_nothing(self) -> None:
        with refused("event.stale"):
            change(make.draft(), member())


class TestTables:
    def plans(self, *hosts, topics=("招人", "融资", "出海")):
        return [
            hosting.Plan(number, topic, host)
            for number, (topic, host) in enumerate(zip(topics, hosts, strict=False), 1)
        ]

    def test_hosts_of_a_draft_sit_at_their_tables_when_it_is_published(self) -> None:
        draft, by = make.draft(table_count=3), make.organizer()
        second, third = member("二桌"), member("三桌")
        hosting.set_tables(draft.pk, self.plans(None, second, third), by=by, at=NOON)
        assert not Signup.objects.filter(event=draft).exists()
        event = publishing.publish(draft.pk, by=by, at=NOON)
        tables = {s.person.name: s.seat.table.number for s in Signup.objects.filter(event=event, is_host=True)}
        assert tables == {"陈明": 1, "二桌": 2, "三桌": 3} and holds_agree()
        assert list(Table.objects.filter(event=event).values_list("topic", flat=True)) == ["招人", "融资", "出海"]

    def test_a_guest_becomes_host_of_another_table_and_moves_there(self) -> None:
        event, guest = make.event(table_count=2), member("李婷")
        make.seat(event, guest)
        assert of(event, guest).seat.table.number == 1
        hosting.set_tables(event.pk, self.plans(None, guest), by=make.organizer(), at=NOON)
        assert of(event, guest).seat.table.number == 2 and of(event, guest).is_host and holds_agree()
        hosting.set_tables(event.pk, self.plans(None, None), by=make.organizer(), at=NOON)
        assert of(event, guest).status == "confirmed" and not of(event, guest).is_host

    def test_one_person_hosts_one_table_and_a_full_table_says_so(self) -> None:
        event, guest = make.event(table_count=2, seats_each=2), member("李婷")
        with refused("table.twice"):
            hosting.set_tables(event.pk, self.plans(guest, guest), by=make.organizer(), at=NOON)
        for _ in range(3):
            make.seat(event)
        sitting = Signup.objects.get(event=event, seat=Seat.objects.get(event=event, table__number=1, number=2)).person
        with refused("table.full"):
            hosting.set_tables(event.pk, self.plans(None, sitting), by=make.organizer(), at=NOON)
        assert holds_agree()


class TestTheMessage:
    def send(self, event, *, key="a" * 12, audience="coming", at=NOON, text="请带名片"):
        return announcing.announce(event.pk, key=key, audience=audience, text=text, by=make.organizer(), at=at)

    def test_one_letter_each_however_often_it_is_pressed(self) -> None:
        event = make.event(seats_each=2)
        make.seat(event)
        make.seat(event)  # waits
        for _ in range(3):
            assert self.send(event).people == 2
        assert Message.objects.filter(kind="events/announcement", transactional=True).count() == 2
        assert self.send(event, key="b" * 12, audience="all").people == 3
        assert self.send(event, key="c" * 12, audience="waiting").people == 1

    def test_three_a_day_and_only_where_somebody_is(self) -> None:
        event = make.event()
        for key in "abc":
            self.send(event, key=key * 12)
        with refused("announce.most"):
            self.send(event, key="d" * 12)
        assert self.send(event, key="e" * 12, at=NOON + DAY).people == 1
        with refused("announce.nobody"):
            self.send(make.event(kind="class", starts_at=SATURDAY + DAY), key="f" * 12)
        with refused("event.stale"):
            self.send(make.draft(), key="g" * 12)

    def test_a_key_of_another_event_is_not_taken_for_this_one(self) -> None:
        self.send(make.event())
        with pytest.raises(IntegrityError):
            self.send(make.event(starts_at=SATURDAY + DAY))

    def test_looked_at_first_then_sent_once(self, staff, now) -> None:
        event, client = make.event(), browser(staff)
        url = reverse("desk_event_announce", args=[event.public_id])
        assert "Please fill this in" in client.post(url, {"audience": "coming", "text": " "}).content.decode()
        shown = client.post(url, {"audience": "coming", "text": "请带名片\n--\n<b>粗</b>"}).content.decode()
        assert (
            "陈明" in shown and "1 person gets it" in shown and "<b>" not in shown and not Announcement.objects.exists()
        )
        key = shown.partition('name="key" value="')[2][:12]
        for _ in range(2):
            answer = client.post(url, {"audience": "coming", "text": "请带名片", "key": key}, follow=True)
        assert "Sent to 1 person" in answer.content.decode() and Announcement.objects.count() == 1
        for odd in ("x", "\x00", "A" * 12, "1" * 12):
            assert client.post(url, {"audience": "coming", "text": "x", "key": odd}).status_code == 200
        assert Message.objects.filter(kind="events/announcement").count() == 1


class TestThePages:
    def test_the_host_is_changed_from_the_page_with_what_is_wrong_at_its_field(self, staff, now) -> None:
        event, new, client = make.event(), member("李婷"), browser(staff)
        url = reverse("desk_event_host", args=[event.public_id])
        assert "No member whose" in client.post(url, {"host": "没有这个人", "reason": "x"}).content.decode()
        assert "hosts already" in client.post(url, {"host": event.host.email, "reason": "x"}).content.decode()
        answer = client.post(url, {"host": new.email, "reason": "发烧"}, follow=True)
        assert "李婷 hosts now" in answer.content.decode()

    def test_tables_are_set_from_the_page_and_read_by_everybody(self, staff, now) -> None:
        event, client = make.event(table_count=2), browser(staff)
        url = reverse("desk_event_table_hosts", args=[event.public_id])
        guest = member("李婷")
        assert "No member whose" in client.post(url, {"table-2-host": "没有这个人"}).content.decode()
        client.post(url, {"table-1-topic": "招人", "table-2-topic": "融资", "table-2-host": guest.email})
        public = browser().get(event.get_absolute_url()).content.decode()
        assert "招人" in public and "融资" in public and "李婷" not in public
        assert "李婷" in browser(event.host).get(event.get_absolute_url()).content.decode()

    def test_the_agenda_has_its_times_and_the_place_its_maps(self, now) -> None:
        event = make.event(agenda="破冰 15 分钟\n轮流发言 90 分钟\n自由交流\n收尾")
        text = browser(event.host).get(event.get_absolute_url()).content.decode()
        assert "14:15" in text and "15:45" in text and "uri.amap.com" in text
        assert "uri.amap.com" not in browser().get(event.get_absolute_url()).content.decode()

    def test_the_message_page_costs_the_same_for_3_and_300(self, staff, now) -> None:
        few, many = make.event(kind="class", seats_each=3), make.event(kind="class", seats_each=300)
        make.fill(few, 3)
        make.fill(many, 300)
        client = browser(staff)
        cost = [queries_of(client, reverse("desk_event_announce", args=[event.public_id])) for event in (few, many)]
        assert cost[0] == cost[1] <= 10


def test_parts_have_times_until_one_has_no_minutes() -> None:
    rows = agenda.timed(agenda.parts("破冰 15 分钟\n交流\n收尾 5 分钟"), SATURDAY)
    assert [begins for begins, _ in rows] == [SATURDAY, SATURDAY + timedelta(minutes=15), None]


def test_a_map_link_is_plain_and_a_meeting_has_none() -> None:
    assert [code for code, _ in maps.links("科兴科学园", "科苑路 15 号", "深圳")] == ["amap", "baidu", "apple"]
    assert all(url.startswith("https://") and " " not in url for _, url in maps.links("A&B", "科苑路 15 号?", "深圳"))
    assert maps.links("会议", "https://meeting.example/1", "深圳") == [] == maps.links("", "", "深圳")


def test_a_withdrawn_host_is_no_host_for_a_second_change() -> None:
    event = make.event()
    booking.give_up(of(event, event.host), event, "withdraw", by=make.organizer(), at=NOON)
    change(event, member("李婷"))
    assert Signup.objects.filter(event=event, is_host=True, status="confirmed").count() == 1
