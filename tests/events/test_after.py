"""After an event (R29): asked once, answered by who was there, wishes told only when mutual, shares and not names."""

from datetime import timedelta

import pytest
from django.urls import reverse

from community.events.models import MeetAgain, Opinion, Signup
from community.events.rules import after as rules
from community.events.selectors import after
from community.events.services import answering, checking_in, excusing
from community.kernel.errors import RuleBroken
from community.kernel.models import Message
from tests import make
from tests.architecture.club import staff
from tests.events import make as make_events
from tests.events.make import HOUR, SATURDAY

DAY = timedelta(days=1)


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


@pytest.fixture
def evening(db):
    """An event that three members and its host were at; a fourth was confirmed and didn't come."""
    event = make_events.event()
    people = [make.member(name) for name in ("林晓", "周宁", "许安", "没来")]
    for who in people:
        make_events.seat(event, who)
    by = make_events.organizer()
    for signup in Signup.objects.filter(event=event).exclude(person=people[3]):
        checking_in.check_in(signup.public_id, by=by, at=SATURDAY)
    return event, people


def test_each_who_was_there_is_asked_once(evening):
    event, people = evening
    answering.ask_all_due(at=event.ends_at + HOUR)
    assert not Message.objects.filter(kind="events/two_questions").exists()
    answering.answer(event.pk, people[0], worth="yes", again=[], at=event.ends_at)
    for hours in (2, 3, 30):
        answering.ask_all_due(at=event.ends_at + hours * HOUR)
    asked = Message.objects.filter(kind="events/two_questions").values_list("person", flat=True)
    assert sorted(asked) == sorted([people[1].pk, people[2].pk, event.host_id])


def test_only_those_who_were_there_from_its_end_for_two_weeks(evening):
    event, people = evening
    for who, at, code in (
        (people[3], event.ends_at, "after.absent"),
        (people[0], event.ends_at - timedelta(microseconds=1), "after.early"),
        (people[0], event.ends_at + 14 * DAY, "after.late"),
    ):
        with refused(code):
            answering.answer(event.pk, who, worth="yes", again=[], at=at)
    answering.answer(event.pk, people[0], worth="yes", again=[], at=event.ends_at + 14 * DAY - timedelta(seconds=1))


def test_a_wish_is_told_only_when_mutual_and_to_both_once(evening):
    event, (a, b, c, absent) = evening
    at = event.ends_at + HOUR
    ids = [who.public_id for who in (a, b, c, absent)]
    assert answering.answer(event.pk, a, worth="yes", again=[*ids, "x"], at=at) == []
    assert set(MeetAgain.objects.filter(person=a).values_list("other", flat=True)) == {b.pk, c.pk}
    assert after.mutual(a) == after.mutual(b) == []
    assert answering.answer(event.pk, b, worth="no", again=[a.public_id], at=at) == [a]
    assert after.mutual(a) == [b] and after.mutual(b) == [a] and after.mutual(c) == []
    answering.answer(event.pk, b, worth="partly", again=[a.public_id], at=at + HOUR)
    told = Message.objects.filter(kind="events/meet_again").values_list("person", flat=True)
    assert sorted(told) == sorted([a.pk, b.pk])
    assert Opinion.objects.get(event=event, person=b).worth == "partly"
    answering.answer(event.pk, b, worth="partly", again=[], at=at + HOUR)
    assert after.mutual(a) == []


def test_the_score_is_silent_until_three_have_answered(evening):
    event, people = evening
    at = event.ends_at + HOUR
    answering.answer(event.pk, event.host, worth="yes", again=[], at=at)  # the host's own doesn't count
    for who in people[:2]:
        answering.answer(event.pk, who, worth="yes", again=[], at=at)
    assert not after.satisfaction([event])[event.pk].told
    answering.answer(event.pk, people[2], worth="no", again=[], at=at)
    score = after.satisfaction([event])[event.pk]
    assert (score.there, score.answers, score.yes, score.percent, score.response) == (3, 3, 2, 67, 100)
    assert score.told


def test_whoever_is_erased_leaves_no_wishes(evening):
    event, (a, b, *_) = evening
    answering.answer(event.pk, a, worth="yes", again=[b.public_id], at=event.ends_at)
    excusing.forget(b.pk, at=SATURDAY)
    assert not MeetAgain.objects.exists()


def sitting(person, day, table=None, *, event=None, visit=False):
    return rules.Sitting(person, event or day * 10 + (table or 0), table, SATURDAY + day * DAY, visit)


def test_second_connections_are_counted_table_by_table():
    first = [sitting(person, 0, 1, event=1) for person in (1, 2, 3, 4)]
    window = SATURDAY, SATURDAY + DAY
    assert rules.second_connections(first, *window) == {(1, 1): (4, 0)}
    visit = [sitting(person, 4, event=2, visit=True) for person in (1, 2, 9)]
    assert rules.second_connections([*first, *visit], *window) == {(1, 1): (4, 2)}
    last = [sitting(person, 14, 7, event=3) for person in (2, 3)]
    assert rules.second_connections([*first, *visit, *last], *window) == {(1, 1): (4, 3)}
    late = [sitting(person, 15, 7, event=3) for person in (3, 4)]
    alone = [sitting(4, 3, 9, event=4)]
    other_table = [sitting(3, 5, 1, event=5), sitting(4, 5, 2, event=5)]
    assert rules.second_connections([*first, *late, *alone, *other_table], *window) == {(1, 1): (4, 0)}


def test_figures_of_a_period(evening, django_assert_max_num_queries):
    event, people = evening
    week = SATURDAY + 7 * DAY
    second = make_events.event(starts_at=week, ends_at=week + HOUR)
    by = make_events.organizer()
    for who in people[:2]:
        checking_in.check_in(make_events.seat(second, who).public_id, by=by, at=week)
    for who in people[:3]:
        answering.answer(event.pk, who, worth="yes", again=[], at=event.ends_at)
    with django_assert_max_num_queries(6):
        found = after.figures(SATURDAY - DAY, SATURDAY + DAY)
    assert (found.firsts, found.seconds) == (4, 2)
    assert [(table.people, table.again, table.percent) for table in found.tables] == [(4, 2, 50)]
    assert (found.again_percent, found.satisfaction.percent) == (50, 100)


class TestPages:
    @pytest.fixture(autouse=True)
    def _today(self, evening, time_machine_or_shift):
        self.event, self.people = evening

    @pytest.fixture
    def time_machine_or_shift(self, monkeypatch):
        from django.utils import timezone

        monkeypatch.setattr(timezone, "now", lambda: SATURDAY + 5 * HOUR)

    def test_answering_on_the_page_and_at_home(self, client):
        client.force_login(self.people[0])
        url = reverse("event_after", args=[self.event.public_id])
        assert url in client.get(reverse("home")).content.decode()
        page = client.get(url).content.decode()
        assert "周宁" in page and "没来" not in page
        assert client.post(url, {"again": [self.people[1].public_id]}).status_code == 200  # worth is missing
        assert not Opinion.objects.exists()
        client.post(url, {"worth": "yes", "again": [self.people[1].public_id]})
        assert Opinion.objects.get().worth == "yes" and MeetAgain.objects.get().other == self.people[1]
        assert url not in client.get(reverse("home")).content.decode()

    def test_a_name_from_outside_is_refused(self, client):
        client.force_login(self.people[0])
        url = reverse("event_after", args=[self.event.public_id])
        answer = client.post(url, {"worth": "yes", "again": [self.people[3].public_id]})
        assert answer.status_code == 200 and not Opinion.objects.exists()

    def test_the_host_and_the_desk_read_shares_and_no_names(self, client):
        for who, worth in zip(self.people[:3], ("yes", "no", "yes"), strict=True):
            answering.answer(self.event.pk, who, worth=worth, again=[], at=self.event.ends_at)
        for reader, name in ((self.event.host, "event_host"), (staff("organizer"), "desk_event")):
            client.force_login(reader)
            text = client.get(reverse(name, args=[self.event.public_id]), headers={"accept-language": "en"})
            assert "2 of 3 say it was worth it" in text.content.decode()
        page = client.get(reverse("desk_figures_tables"), {"since": "2026-11-01", "until": "2026-11-30"})
        assert page.status_code == 200 and self.event.topic in page.content.decode()
