"""What a host sees: the roster and the run sheet of their own event, never a telephone, never another's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from community.events.rules import agenda, evening
from community.events.services import hosting
from tests import make
from tests.events import make as make_events
from tests.events.make import HOUR, SATURDAY

PAGES = ("event_host", "event_run", "event_cards")


@given(
    st.integers(1, 600), st.lists(st.tuples(st.text("甲乙", min_size=1), st.none() | st.integers(1, 90)), max_size=8)
)
def test_the_course_begins_with_the_event_and_has_no_gaps(minutes, typed):
    parts = [agenda.Part(title, length) for title, length in typed]
    steps = evening.course(SATURDAY, SATURDAY + timedelta(minutes=minutes), parts)
    assert steps[0].begins_at == SATURDAY
    assert all(
        b.begins_at == a.begins_at + timedelta(minutes=a.minutes) for a, b in zip(steps, steps[1:], strict=False)
    )
    assert all(step.minutes >= 1 for step in steps)
    assert 1 <= evening.turn_minutes(steps, 12) <= 10


def test_the_usual_course_fills_the_time_and_a_typed_one_is_kept():
    usual = evening.course(SATURDAY, SATURDAY + 3 * HOUR, [])
    assert [step.code for step in usual] == ["welcome", "icebreaker", "turns", "questions", "wishes"]
    assert sum(step.minutes for step in usual) == 180
    typed = evening.course(SATURDAY, SATURDAY + 2 * HOUR, agenda.parts("破冰 15 分钟\n轮流发言 60 分钟\n问答"))
    assert [(step.title, step.minutes) for step in typed] == [("破冰", 15), ("轮流发言", 60), ("问答", 45)]
    assert evening.turn_minutes(typed, 12) == 5


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def event(self):
        made = make_events.event(table_count=2, host=make.member("陈明"))
        who = make.member("林晓")
        who.phone = "+8613800138000"
        who.save()
        make.stake(who, verified_on=SATURDAY.date(), name="深圳云帆科技有限公司")
        make_events.seat(made, who)
        return made

    def test_the_host_sees_who_comes_but_no_telephone(self, client, event):
        client.force_login(event.host)
        for name in PAGES:
            text = client.get(reverse(name, args=[event.public_id])).content.decode()
            assert "林晓" in text
            assert "138001" not in text and event.signups.get(is_host=False).person.email not in text
        assert "深圳云帆科技有限公司" in text
        assert reverse("event_host", args=[event.public_id]) in client.get(event.get_absolute_url()).content.decode()

    def test_the_host_of_a_table_finds_the_way_there(self, client, event):
        own, guest = make.member("周宁"), make_events.seat(event).person
        plan = hosting.Plan(2, "", own)
        hosting.set_tables(event.pk, [plan], by=make_events.organizer(), at=make.NOON)
        link = reverse("event_host", args=[event.public_id])
        client.force_login(own)
        text = client.get(event.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
        assert link in text and "You host table 2" in text
        assert client.get(link).status_code == 200
        client.force_login(guest)
        assert link not in client.get(event.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("name", PAGES)
    def test_another_event_and_a_draft_do_not_exist_for_a_host(self, client, event, name):
        other = make_events.event(starts_at=SATURDAY + 5 * HOUR, ends_at=SATURDAY + 6 * HOUR)
        draft = make_events.draft(host=event.host)
        client.force_login(event.host)
        for hidden in (other, draft):
            assert client.get(reverse(name, args=[hidden.public_id])).status_code == 404
        client.force_login(make.member())
        assert client.get(reverse(name, args=[event.public_id])).status_code == 404

    def test_the_host_of_one_table_sees_it_too(self, client, event):
        who = event.signups.get(is_host=False).person
        url = reverse("event_run", args=[event.public_id])
        client.force_login(who)
        assert client.get(url).status_code == 404
        event.tables.filter(number=1).update(host=who)
        assert client.get(url).status_code == 200

    def test_the_run_sheet_is_of_one_table(self, client, event):
        client.force_login(event.host)
        url = reverse("event_run", args=[event.public_id])
        assert 'data-label="林晓"' in client.get(url).content.decode()
        assert 'data-label="林晓"' in client.get(url, {"table": "九" * 9}).content.decode()

    def test_the_printed_roster_has_no_telephone(self, client, event):
        from tests.architecture.club import staff

        client.force_login(staff("organizer"))
        text = client.get(reverse("desk_event_roster", args=[event.public_id]), {"print": 1}).content.decode()
        assert "林晓" in text and "138001" not in text

    @pytest.mark.parametrize("name", PAGES)
    def test_few_queries_for_a_full_evening(self, client, name, django_assert_max_num_queries):
        event = make_events.event(table_count=20)
        make_events.fill(event, 239)
        client.force_login(event.host)
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name, args=[event.public_id])).status_code == 200
