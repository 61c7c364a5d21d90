"""The day before, two hours before, an offer that ends, a visit that is its table's first: each once and none too late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from community.events.models import Event, Signup
from community.events.rules import reminders
from community.events.services import booking, checking_in, publishing, reminding
from community.kernel import outbox
from community.kernel.days import ZONE, day_of
from community.kernel.models import Message
from community.members.models import Application, City, Term
from tests.events import make
from tests.make import NOON, member

SATURDAY = make.SATURDAY  # 28 November, 14:00
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
RELEASE = SATURDAY + 2 * DAY + 6 * HOUR
FRIDAY_TEN = datetime(2026, 11, 27, 10, tzinfo=ZONE)
instants = st.integers(0, 60 * 24 * 20).map(lambda minutes: NOON + timedelta(minutes=minutes))


def told(kind: str = "events/event_soon") -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


class TestRules:
    @given(instants, instants, st.lists(instants, max_size=40))
    def test_a_ladder_never_says_a_step_twice_nor_after_its_occasion(self, starts_at, known_at, runs):
        said = []
        for at in sorted(runs):
            step = reminders.step_due(starts_at, known_at, at.astimezone(UTC))
            if step is not None and step not in said:
                said.append(step)
                assert reminders.due_at(starts_at, step) <= at < reminders.valid_until(starts_at, step) <= starts_at
                assert known_at <= reminders.due_at(starts_at, step)
        assert said == sorted(said, key=reminders.STEPS.index)

    @given(instants)
    def test_one_step_ends_where_the_next_begins(self, starts_at):
        first, second = (reminders.due_at(starts_at, step) for step in reminders.STEPS)
        assert first < second == reminders.valid_until(starts_at, "day")
        assert day_of(first) == day_of(starts_at) - DAY and first.astimezone(ZONE).hour == 10

    @given(instants, st.integers(1, 60 * 20))
    def test_an_offers_reminder_comes_by_day_before_its_end_or_not_at_all(self, offered_at, minutes):
        ends_at = offered_at + timedelta(minutes=minutes)
        due = reminders.offer_due_at(offered_at, ends_at)
        if due is not None:
            assert offered_at + 2 * HOUR <= due <= ends_at - 3 * HOUR
            assert outbox.held_until(due) is None, "by night it would wait until it is worthless"


@pytest.mark.django_db
class TestSeats:
    def test_exactly_the_day_before_at_ten_and_two_hours_before(self):
        event = make.event()
        make.seat(event)
        for at, new in (
            (FRIDAY_TEN - TICK, 0), (FRIDAY_TEN, 2), (FRIDAY_TEN + DAY - TICK, 0), (SATURDAY - 2 * HOUR - TICK, 0),
            (SATURDAY - 2 * HOUR, 2), (SATURDAY - TICK, 0), (SATURDAY, 0),
        ):  # fmt: skip
            assert reminding.remind_all_due(at=at.astimezone(UTC)) == new, at
        steps = [(message.context["step"], message.context["is_host"]) for message in told()]
        assert sorted(steps) == [("day", False), ("day", True), ("hours", False), ("hours", True)]
        assert {message.valid_until for message in told()} == {SATURDAY - 2 * HOUR, SATURDAY}
        assert not any(message.transactional for message in told())

    def test_a_job_a_day_late_says_only_what_is_still_true(self):
        make.seat(make.event())
        assert reminding.remind_all_due(at=SATURDAY - HOUR) == 2
        assert {message.context["step"] for message in told()} == {"hours"}
        assert reminding.remind_all_due(at=SATURDAY + DAY) == 0

    def test_whoever_booked_after_it_was_due_knows_already(self):
        event = make.event()
        make.seat(event, at=FRIDAY_TEN + HOUR)
        make.seat(event, at=SATURDAY - HOUR)
        reminding.remind_all_due(at=FRIDAY_TEN + 2 * HOUR)
        reminding.remind_all_due(at=SATURDAY - timedelta(minutes=30))
        assert [(m.context["step"], m.context["is_host"]) for m in told()] == [
            ("day", True),
            ("hours", True),
            ("hours", False),
        ]

    def test_a_moved_event_reminds_afresh_and_a_given_back_seat_not_at_all(self):
        event = make.event()
        gone, stays = make.seat(event), make.seat(event)
        reminding.remind_all_due(at=FRIDAY_TEN)
        booking.withdraw(event.pk, gone.person, by=gone.person, at=FRIDAY_TEN + HOUR)
        changed = make.details(starts_at=SATURDAY + DAY, host=event.host)
        publishing.edit(event.pk, by=make.organizer(), at=FRIDAY_TEN + HOUR, **changed)
        assert reminding.remind_all_due(at=SATURDAY - HOUR) == 2
        assert sum(message.person == stays.person for message in told()) == 2
        assert sum(message.person == gone.person for message in told()) == 1

    def test_as_many_statements_for_300_as_for_3(self):
        def asked(count: int) -> int:
            event = make.event(kind="class", seats_each=400)
            make.fill(event, count)
            with CaptureQueriesContext(connection) as found:
                assert reminding.remind_all_due(at=FRIDAY_TEN) >= count
            return len(found)

        assert asked(3) == asked(300)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_write_each_letter_once():
    event = make.event(kind="class", seats_each=40)
    make.fill(event, 30)

    def run(_: int) -> int:
        try:
            return reminding.remind_all_due(at=FRIDAY_TEN)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(run, range(4))) == 30
    assert len(told()) == 30


@pytest.mark.django_db
class TestOffers:
    def offer(self, made_at: datetime, ends_at: datetime) -> Signup:
        signup = make.seat(make.event(), at=NOON)
        Signup.objects.filter(pk=signup.pk).update(status="offered", offered_at=made_at, offer_ends_at=ends_at)
        return signup

    def test_three_hours_before_the_end_once(self):
        self.offer(NOON, NOON + 12 * HOUR - 2 * HOUR)
        due = NOON + 7 * HOUR
        assert [reminding.remind_of_offers(at=at) for at in (due - TICK, due, due + HOUR, NOON + 10 * HOUR)] == [
            0,
            1,
            0,
            0,
        ]
        assert told("events/offer_ending")[0].valid_until == NOON + 10 * HOUR

    def test_one_that_ends_in_the_morning_is_called_to_mind_in_the_evening_before(self):
        self.offer(NOON + 7 * HOUR, NOON + 20 * HOUR)  # until 08:00
        assert reminding.remind_of_offers(at=NOON + 9 * HOUR - TICK) == 0
        assert reminding.remind_of_offers(at=NOON + 9 * HOUR) == 1

    def test_a_short_one_needs_none(self):
        self.offer(NOON, NOON + 4 * HOUR)
        assert reminding.remind_of_offers(at=NOON + 3 * HOUR) == 0


@pytest.mark.django_db
class TestVisits:
    @pytest.fixture
    def visit(self) -> Event:
        table = make.event()
        visit = make.event(kind="visit", topic="看看云帆的仓库", starts_at=SATURDAY + 4 * DAY, seats_each=6)
        visit.follows.add(table)
        Event.objects.filter(pk=visit.pk).update(releases_at=SATURDAY + 2 * DAY + 6 * HOUR)
        return visit

    def test_whoever_was_checked_in_hears_of_it_once_while_it_is_theirs(self, visit):
        table = visit.follows.get()
        came, booked, missed = (make.seat(table, member()) for _ in range(3))
        for signup in (came, booked):
            checking_in.check_in(signup.public_id, event_id=table.public_id, by=make.organizer(), at=SATURDAY)
        make.seat(visit, booked.person, at=SATURDAY + HOUR)
        assert reminding.tell_first_right(at=SATURDAY + 3 * HOUR - TICK) == 0
        assert [reminding.tell_first_right(at=SATURDAY + 3 * HOUR) for _ in range(2)] == [1, 0]
        letter = told("events/visit_first")[0]
        assert (letter.person, letter.context["address"]) == (came.person, "")
        assert letter.valid_until == SATURDAY + 2 * DAY + 6 * HOUR
        assert missed.person not in [message.person for message in told("events/visit_first")]

    def test_nobody_for_whose_stage_it_is_not(self, visit):
        table = visit.follows.get()
        Event.objects.filter(pk=visit.pk).update(stages=["growing"])
        for stage in ("growing", "first_year", ""):
            came = make.seat(table, member(stage or "nobody asked"))
            Application.objects.filter(person=came.person).update(stage=stage)
            checking_in.check_in(came.public_id, event_id=table.public_id, by=make.organizer(), at=SATURDAY)
        assert reminding.tell_first_right(at=SATURDAY + 3 * HOUR) == 1
        assert told("events/visit_first")[0].person.full_name == "growing"

    def test_nobody_once_it_is_open_to_everybody_or_full(self, visit):
        table = visit.follows.get()
        came = make.seat(table)
        checking_in.check_in(came.public_id, event_id=table.public_id, by=make.organizer(), at=SATURDAY)
        assert reminding.tell_first_right(at=SATURDAY + 2 * DAY + 6 * HOUR) == 0
        make.fill(visit, 5)
        assert reminding.tell_first_right(at=SATURDAY + DAY) == 0

    def test_what_its_table_left_is_told_to_everybody_else_once(self, visit):
        table = visit.follows.get()
        came = make.seat(table)
        checking_in.check_in(came.public_id, event_id=table.public_id, by=make.organizer(), at=SATURDAY)
        going, free, elsewhere, over = (member(name) for name in ("going", "free", "elsewhere", "over"))
        Application.objects.filter(person=elsewhere).update(city=City.objects.exclude(pk=visit.city_id)[0])
        Term.objects.filter(person=over).update(starts_on=date(2025, 10, 1), ends_on=date(2026, 10, 1))
        make.seat(visit, going, at=RELEASE)
        assert [reminding.tell_released(at=RELEASE + ago) for ago in (-TICK, DAY, HOUR, HOUR)] == [0, 0, 2, 0]
        letters = told("events/visit_open")
        assert {letter.person.full_name for letter in letters} == {"free", table.host.full_name}, "he never came"
        assert {(letter.context["address"], letter.valid_until) for letter in letters} == {("", visit.starts_at)}

    def test_nothing_is_said_of_a_full_one_or_before_its_list_is_served(self, visit):
        member()
        Event.objects.filter(pk=visit.pk).update(allots_at=RELEASE)
        assert reminding.tell_released(at=RELEASE + HOUR) == 0
        Event.objects.filter(pk=visit.pk).update(allotted_at=RELEASE)
        make.fill(visit, 5)
        assert reminding.tell_released(at=RELEASE + HOUR) == 0

    def test_a_club_of_any_size_is_asked_in_the_same_number_of_queries(self, visit, django_assert_max_num_queries):
        for _ in range(30):
            member()
        with django_assert_max_num_queries(16):
            assert reminding.tell_released(at=RELEASE + HOUR) == 31  # and the host of the table
