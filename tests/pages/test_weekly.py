"""The letter of the week: one a person and Sunday, only what is so, in batches with a fixed number of statements."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.events.models import Event, MeetAgain, Signup
from community.kernel.days import ZONE
from community.kernel.models import Message
from community.kernel.outbox import email_of
from community.matching.models import Match
from community.members.models import Person, Term
from community.pages import rules, weekly
from community.posts.models import Mute
from community.posts.services import introducing
from tests.events import make as events
from tests.make import NOON, member, person
from tests.matching import make as matching

SUNDAY = datetime(2026, 11, 22, 18, tzinfo=ZONE)
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def letter_of(who: Person) -> Message | None:
    return Message.objects.filter(person=who, kind="pages/week").order_by("pk").last()


class TestRules:
    @given(st.integers(0, 2 * 365 * 24 * 60))
    def test_the_latest_sunday_at_six_in_community_time(self, minutes):
        at = (NOON + timedelta(minutes=minutes)).astimezone(UTC)
        begins = rules.letter_begins_at(at)
        local = begins.astimezone(ZONE)
        assert (local.weekday(), local.hour, local.minute) == (6, 18, 0)
        assert begins <= at < begins + 7 * DAY == rules.letter_valid_until(local.date())

    def test_from_six_in_the_evening_until_the_next_morning(self):
        hours = (SUNDAY - TICK, SUNDAY, SUNDAY + 12 * HOUR - TICK, SUNDAY + 12 * HOUR)
        assert [rules.letter_due(at.astimezone(UTC)) for at in hours] == [None, SUNDAY.date(), SUNDAY.date(), None]


@pytest.mark.django_db
class TestWhatItSays:
    def test_my_seats_of_seven_days_and_what_i_host(self):
        event = events.event()
        mine = events.seat(event)
        later = events.event(starts_at=events.SATURDAY + 7 * DAY)
        events.seat(later, mine.person)
        week = weekly.week_of(mine.person, at=SUNDAY)
        assert [(one["topic"], one["is_host"]) for one in week.seats] == [(event.topic, False)]
        host = weekly.week_of(event.host, at=SUNDAY).seats
        assert [(one["is_host"], one["path"]) for one in host] == [(True, f"/events/{event.public_id}/host/")]

    def test_seats_open_to_me_with_the_class_and_nothing_i_have_or_can_not_have(self):
        quiet, regular = member(), member()
        had = events.event(starts_at=NOON - 3 * DAY, at=NOON - 9 * DAY)
        Signup.objects.create(
            event=had, person=regular, status="attended", seat=had.seats.filter(signups=None).first(), signed_up_at=NOON,
            attended_at=had.starts_at, checked_in_at=NOON, checked_in_by=regular,
        )  # fmt: skip
        event, full = events.event(topic="开着的"), events.event(topic="满的", kind="class", seats_each=1)
        events.fill(full, 1)
        for who, code in ((quiet, "quiet"), (regular, "standing")):
            assert [(one["topic"], one["code"]) for one in weekly.week_of(who, at=SUNDAY).open] == [("开着的", code)]
        events.seat(event, quiet, at=NOON + HOUR)
        assert not weekly.week_of(quiet, at=SUNDAY).open

    def test_a_visit_in_its_window_is_open_to_its_table_alone(self):
        table = events.event(starts_at=NOON - DAY, at=NOON - 9 * DAY)
        came, other = member(), member()
        Signup.objects.create(
            event=table, person=came, status="attended", seat=table.seats.filter(signups=None).first(), signed_up_at=NOON,
            attended_at=table.starts_at, checked_in_at=NOON, checked_in_by=came,
        )  # fmt: skip
        visit = events.event(kind="visit", starts_at=SUNDAY + 3 * DAY, seats_each=6)
        visit.follows.add(table)
        Event.objects.filter(pk=visit.pk).update(releases_at=SUNDAY + DAY)
        assert [one["code"] for one in weekly.week_of(came, at=SUNDAY).open] == ["table"]
        assert not weekly.week_of(other, at=SUNDAY).open
        assert [one["code"] for one in weekly.week_of(other, at=SUNDAY + DAY).open] == ["quiet"]

    def test_needs_that_found_me_until_i_said_a_word_and_of_nobody_muted(self):
        who, author = member(), member()
        need = matching.need("找模具厂", author)
        reasons = [{"kind": "topic", "code": "suppliers"}]
        match = Match.objects.create(need=need, person=who, fit=1, rank=1, tier=0, reasons=reasons, surfaced_at=NOON)
        assert [one["title"] for one in weekly.week_of(who, at=SUNDAY).needs] == ["找模具厂"]
        muted = Mute.objects.create(person=author, muted=who, since_at=NOON)
        assert not weekly.week_of(who, at=SUNDAY).needs
        muted.delete()
        Match.objects.filter(pk=match.pk).update(answer="declined", answered_at=NOON)
        assert not weekly.week_of(who, at=SUNDAY).needs

    def test_people_to_meet_again_only_when_both_want_it_and_have_not_met_since(self):
        one, other = member("江月"), member("陆川")
        event = events.event(starts_at=NOON - 5 * DAY, at=NOON - 9 * DAY)
        MeetAgain.objects.create(event=event, person=one, other=other, wished_at=NOON)
        assert not weekly.week_of(one, at=SUNDAY).again and not weekly.week_of(other, at=SUNDAY).again
        MeetAgain.objects.create(event=event, person=other, other=one, wished_at=NOON)
        assert [who["name"] for who in weekly.week_of(one, at=SUNDAY).again] == ["陆川"]
        since = events.event(kind="class", starts_at=NOON - DAY, at=NOON - 9 * DAY, seats_each=4)
        for who, chair in zip((one, other), since.seats.all(), strict=False):
            Signup.objects.create(
                event=since, person=who, status="attended", seat=chair, signed_up_at=NOON, attended_at=since.starts_at,
                checked_in_at=NOON, checked_in_by=who,
            )  # fmt: skip
        assert not weekly.week_of(one, at=SUNDAY).again

    def test_answers_that_are_waited_for(self):
        who = member()
        introducing.ask(member("江月"), who.pk, at=NOON)
        assert [(one["what"], one["name"]) for one in weekly.week_of(who, at=SUNDAY).waits] == [
            ("introduction", "江月")
        ]


@pytest.mark.django_db
class TestWriting:
    def test_one_a_person_and_week_and_none_with_nothing_to_say(self):
        event = events.event()
        seated, nobody = events.seat(event).person, person()
        gone = member(since=NOON - timedelta(days=900))
        Event.objects.exclude(pk=event.pk).delete()
        assert weekly.write_all_due(at=SUNDAY - TICK) == 0
        new = weekly.write_all_due(at=SUNDAY)
        assert new == Message.objects.filter(kind="pages/week").count() >= 2
        assert [weekly.write_all_due(at=SUNDAY + n * HOUR) for n in (0, 1, 11, 12, 24)] == [0] * 5
        letter = letter_of(seated)
        assert letter.occasion == f"week:2026-11-22:{seated.pk}"
        assert (letter.valid_until, letter.transactional) == (SUNDAY + 7 * DAY, False)
        assert letter_of(nobody) is None and letter_of(gone) is None
        Signup.objects.update(status="withdrawn", seat=None, withdrawn_at=NOON)
        Event.objects.update(status="draft")
        assert weekly.write_all_due(at=SUNDAY + 7 * DAY) == 0, "nothing to say, no letter"

    def test_the_letter_says_it_in_both_languages_with_every_link(self):
        signup = events.seat(events.event())
        weekly.write_all_due(at=SUNDAY)
        letter = letter_of(signup.person)
        for language, words in (("zh-hans", "我的一周"), ("en", "My week")):
            letter.person.language = language
            email = email_of(letter)
            html = email.alternatives[0].content
            for one in letter.context["seats"] + letter.context["open"]:
                assert (
                    f"http://testserver{one['path']}" in email.body and f'href="http://testserver{one["path"]}"' in html
                )
            assert words in email.body and words in html

    def test_as_many_statements_for_300_as_for_3_and_a_batch_at_a_time(self, monkeypatch):
        event = events.event(kind="class", seats_each=400)

        def asked() -> int:
            Message.objects.all().delete()
            with CaptureQueriesContext(connection) as found:
                assert weekly.write_all_due(at=SUNDAY) == Term.objects.count()
            return len(found)

        member()
        member()
        few = asked()
        people = Person.objects.bulk_create(
            Person(email=f"m{n}@example.test", full_name=f"会员{n}") for n in range(297)
        )
        term = Term.objects.first()
        Term.objects.bulk_create(
            Term(person=who, tier=term.tier, starts_on=term.starts_on, ends_on=term.ends_on, recorded_at=NOON)
            for who in people
        )
        events.seat(event, people[0], at=NOON + HOUR)
        assert asked() == few
        monkeypatch.setattr(weekly, "BATCH", 60)
        sizes = []
        whole = weekly.weeks_of
        monkeypatch.setattr(weekly, "weeks_of", lambda ids, *a, **k: sizes.append(len(ids)) or whole(ids, *a, **k))
        asked()
        assert max(sizes) == 60 and sum(sizes) == Term.objects.count()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_write_each_letter_once():
    event = events.event(kind="class", seats_each=40)
    for _ in range(5):
        events.seat(event)

    def run(_: int) -> int:
        try:
            return weekly.write_all_due(at=SUNDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        new = sum(workers.map(run, range(4)))
    assert new == Message.objects.filter(kind="pages/week").count() >= 5


@pytest.mark.django_db
class TestPreview:
    def look(self, client, who, monkeypatch) -> str:
        monkeypatch.setattr(timezone, "now", lambda: SUNDAY - DAY)
        client.force_login(who)
        return client.get("/notifications/week/", headers={"accept-language": "en"}).content.decode()

    def test_what_the_letter_would_say_now(self, client, monkeypatch):
        signup = events.seat(events.event())
        shown = self.look(client, signup.person, monkeypatch)
        assert "My week" in shown and signup.event.topic in shown

    def test_nothing_to_whoever_gets_none(self, client, monkeypatch):
        events.event()
        assert "The letter would be empty" in self.look(client, person(), monkeypatch)
