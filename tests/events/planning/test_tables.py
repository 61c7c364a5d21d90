"""Ties by check-in, a plan asked for and kept, and people moved between tables without anybody losing a chair."""

from datetime import timedelta

import pytest
from django.db import transaction

from community.events import planning as engine
from community.events import tasks
from community.events.models import Seat, SeatHold, SeatingPlan, Signup
from community.events.planning import annealing, propose
from community.events.selectors import tables
from community.events.services import booking, checking_in, closing, planning, publishing
from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.matching.models import Match
from tests import make
from tests.events import make as make_events
from tests.events.make import HOUR, SATURDAY
from tests.make import NOON
from tests.matching import make as make_matching

pytestmark = pytest.mark.django_db
WEEK, MINUTE, SECOND = timedelta(weeks=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annealing, "TRIES_MOST", 3000)


@pytest.fixture
def by():
    return make_events.organizer()


def room(people, *, tables_=2, each=12, **changes):
    event = make_events.event(table_count=tables_, seats_each=each, **changes)
    for who in people:
        make_events.seat(event, who)
    return event


def planned(event, **asked):
    """Asked, and answered by the worker."""
    plan = planning.ask(event, **asked)
    planning.answer(plan.pk, at=NOON)
    plan.refresh_from_db()
    return plan


def placed(event):
    return {signup.public_id: tables.table_of(signup) for signup in tables.at_tables(event)}


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


class TestTies:
    def test_only_checked_in_at_one_table_counts(self, by):
        a, b, c = (make.member() for _ in range(3))
        event = room([a, b, c], each=6)
        signups = {signup.person_id: signup for signup in tables.at_tables(event)}
        planning.seat(event.pk, {signups[c.pk].public_id: 2}, by=by, at=NOON)
        for who in (a, c):
            checking_in.check_in(signups[who.pk].public_id, by=by, at=SATURDAY)
        ids = [a.pk, b.pk, c.pk]
        later = SATURDAY + WEEK
        assert not tables.seats_shared(ids, before=later)[0]  # b wasn't there, c sat elsewhere
        checking_in.check_in(signups[b.pk].public_id, by=by, at=SATURDAY)
        pairs, seats = tables.seats_shared(ids, before=later)
        assert dict(pairs) == {(min(a.pk, b.pk), max(a.pk, b.pk)): 1}
        assert seats == {a.pk: 1, b.pk: 1, c.pk: 1}
        assert not tables.seats_shared(ids, before=SATURDAY)[0]

    def test_the_same_number_of_queries_for_3_and_for_90(self, django_assert_max_num_queries):
        for count in (3, 90):
            event = make_events.event(table_count=10)
            make_events.fill(event, count)
            with django_assert_max_num_queries(10):
                signups = tables.at_tables(event)
                tables.question(event, signups, numbers=list(tables.chairs(event)), at=NOON)

    def test_neighbours_are_counted_for_a_person(self, by):
        a, b, c = (make.member() for _ in range(3))
        first = room([a, b], tables_=1)
        for signup in tables.at_tables(first):
            checking_in.check_in(signup.public_id, by=by, at=SATURDAY)
        second = room([a, b, c], tables_=1, starts_at=SATURDAY + WEEK, ends_at=SATURDAY + WEEK + HOUR)
        assert tables.neighbours(Signup.objects.get(event=second, person=a), second) == (2, 3)  # c and the new host
        assert tables.neighbours(Signup.objects.get(event=second, person=c), second) == (3, 3)


class TestPlan:
    def test_asked_kept_and_checked_by_anybody(self, by):
        event = room([make.member() for _ in range(9)])
        plan = planned(event, by=by, at=NOON, mix_industries=True)
        again = propose(tables.from_stored(plan.question))
        assert again.digest == plan.digest == planned(event, by=by, at=NOON, mix_industries=True).digest
        assert [sorted(people) for people in plan.tables.values()] == [list(people) for people in again.tables]
        assert sorted(map(len, plan.tables.values())) == [5, 5]
        assert placed(event) == placed(event) and not audit.trail(event).filter(action="event.seat").exists()

    def test_the_host_stays_and_so_does_who_is_held(self, by):
        event = room([make.member() for _ in range(9)])
        held = next(signup for signup in tables.at_tables(event) if not signup.is_host)
        host = Signup.objects.get(event=event, is_host=True)
        plan = planned(event, by=by, at=NOON, stay={held.person_id: 2})
        assert held.person_id in plan.tables["2"]
        assert (
            host.person_id
            in plan.tables[str(tables.table_of(Signup.objects.select_related("seat__table").get(pk=host.pk)))]
        )
        assert plan.hosts["1"] == host.person_id

    def test_a_tables_own_host_is_seated_there(self, by):
        event = room([make.member() for _ in range(9)])
        host = next(signup.person for signup in tables.at_tables(event) if not signup.is_host)
        event.tables.filter(number=2).update(host=host)
        plan = planned(event, by=by, at=NOON)
        assert host.pk in plan.tables["2"] and plan.hosts == {"1": event.host_id, "2": host.pk}

    def test_wishes_are_kept(self, by):
        event = room([make.member() for _ in range(7)])
        people = [signup for signup in tables.at_tables(event) if not signup.is_host]
        planning.wish(event, "together", people[0].public_id, people[1].public_id, by=by, at=NOON)
        planning.wish(event, "apart", people[2].public_id, people[1].public_id, by=by, at=NOON)
        with refused("wish.twice"):
            planning.wish(event, "apart", people[1].public_id, people[0].public_id, by=by, at=NOON)
        with refused("wish.two"):
            planning.wish(event, "apart", people[1].public_id, people[1].public_id, by=by, at=NOON)
        plan = planned(event, by=by, at=NOON)
        table_of = {pk: number for number, there in plan.tables.items() for pk in there}
        assert table_of[people[0].person_id] == table_of[people[1].person_id] != table_of[people[2].person_id]
        for _ in range(2):
            planning.forget_wish(event, event.seating_wishes.get(kind="apart").pk if _ == 0 else 0, by=by, at=NOON)
        assert event.seating_wishes.count() == 1

    def test_a_need_that_found_somebody_counts_until_they_decline(self, by):
        event = room([make.member() for _ in range(3)])
        people = [signup.person for signup in tables.at_tables(event)]
        need = make_matching.need("找直播带货的供应链", people[1])
        found = Match.objects.create(
            need=need, person=people[0], fit=900, rank=1, tier=0, reasons=[], surfaced_at=NOON
        )  # fmt: skip
        pair = tuple(sorted((people[0].pk, people[1].pk)))
        assert tables.question(event, tables.at_tables(event), numbers=[1, 2], at=NOON).fits == (pair,)
        Match.objects.filter(pk=found.pk).update(answer="declined", answered_at=NOON)
        assert tables.question(event, tables.at_tables(event), numbers=[1, 2], at=NOON).fits == ()

    def test_a_closed_roster_and_an_empty_event_have_no_plan(self, by):
        event = make_events.event(kind="class", seats_each=20)
        with refused("plan.stale"):
            planned(event, by=by, at=NOON)
        event = room([make.member()])
        closing.close_roster(event.pk, by=by, at=event.ends_at)
        event.refresh_from_db()
        with refused("plan.stale"):
            planning.seat(event.pk, {}, by=by, at=event.ends_at)

    def test_a_group_keeps_its_order_from_week_to_week(self, by):
        people = [make.member() for _ in range(5)]
        first = room(people)
        plan = planned(first, by=by, at=NOON, same_people=True)
        order = plan.question["cohort"]
        newcomer = make.member()
        second = room([*people, newcomer], starts_at=SATURDAY + WEEK, ends_at=SATURDAY + WEEK + HOUR)
        cohort = planned(second, by=by, at=NOON, same_people=True).question["cohort"]
        assert cohort[: len(order)] == order and newcomer.pk in cohort[len(order) :]


class TestBesideTheRequest:
    def test_asked_it_waits_and_rings_once_it_is_kept(self, by, monkeypatch, django_capture_on_commit_callbacks):
        rung = []
        monkeypatch.setattr(planning, "ring", lambda *said: transaction.on_commit(lambda: rung.append(said)))
        event = room([make.member() for _ in range(3)])
        with django_capture_on_commit_callbacks(execute=True):
            plan = planning.ask(event, by=by, at=NOON)
            assert plan.waiting and not rung
        assert rung == [("events.plan_tables", plan.pk)]
        tasks.plan_tables(plan.pk)
        plan.refresh_from_db()
        assert not plan.waiting and not plan.refused and sum(map(len, plan.tables.values())) == 4

    def test_what_cannot_be_is_said_at_once(self, by):
        event = room([make.member() for _ in range(3)])
        a, b = [signup for signup in tables.at_tables(event) if not signup.is_host][:2]
        planning.wish(event, "together", a.public_id, b.public_id, by=by, at=NOON)
        with refused("plan.locks"):
            planning.ask(event, by=by, at=NOON, stay={a.person_id: 1, b.person_id: 2})
        assert not SeatingPlan.objects.exists()

    def test_run_twice_or_late_the_first_answer_stays(self, by):
        event = room([make.member() for _ in range(5)])
        plan = planned(event, by=by, at=NOON)
        make_events.seat(event, make.member())
        planning.answer(plan.pk, at=NOON + HOUR)
        planning.answer_all_due(at=NOON + HOUR)
        kept = SeatingPlan.objects.get()
        assert (kept.answered_at, kept.refused, kept.tables) == (NOON, "", plan.tables)

    def test_two_workers_at_once_and_the_first_answer_stays(self, by, monkeypatch):
        event = room([make.member() for _ in range(5)])
        plan, thinking = planning.ask(event, by=by, at=NOON), []

        def slow(question):
            if not thinking:
                thinking.append(1)
                planning.answer(plan.pk, at=NOON + SECOND)
            return propose(question)

        monkeypatch.setattr(engine, "propose", slow)
        planning.answer(plan.pk, at=NOON + MINUTE)
        plan.refresh_from_db()
        assert plan.answered_at == NOON + SECOND

    @pytest.mark.parametrize("what", ["came", "left", "wish", "host", "closed", "room"])
    def test_an_answer_for_another_room_is_refused(self, by, what, monkeypatch):
        """The room changes while the planner thinks."""
        people = [make.member() for _ in range(4)]
        event = room(people, each=4)
        signups = [signup for signup in tables.at_tables(event) if not signup.is_host]
        change = {
            "came": lambda: make_events.seat(event, make.member()),
            "left": lambda: booking.withdraw(event.pk, people[0], by=people[0], at=NOON),
            "wish": lambda: planning.wish(event, "apart", signups[0].public_id, signups[1].public_id, by=by, at=NOON),
            "host": lambda: event.tables.filter(number=2).update(host=people[1]),
            "closed": lambda: closing.close_roster(event.pk, by=by, at=event.ends_at),
            "room": lambda: publishing.edit(event.pk, by=by, at=NOON, seats_each=5),
        }[what]

        def think(question):
            change()
            return propose(question)

        plan = planning.ask(event, by=by, at=NOON)
        monkeypatch.setattr(engine, "propose", think)
        planning.answer(plan.pk, at=NOON)
        plan.refresh_from_db()
        assert plan.refused == "plan.changed" and not any(plan.tables.values())

    def test_whoever_was_met_or_needed_meanwhile_makes_no_plan_wrong(self, by, monkeypatch):
        people = [make.member() for _ in range(4)]
        event = room(people, each=4)
        plan = planning.ask(event, by=by, at=NOON)
        need = make_matching.need("找直播带货的供应链", people[0])
        Match.objects.create(need=need, person=people[1], fit=900, rank=1, tier=0, reasons=[], surfaced_at=NOON)
        planning.answer(plan.pk, at=NOON)
        plan.refresh_from_db()
        assert plan.refused == "" and any(plan.tables.values())

    def test_a_planner_that_breaks_says_so_and_nobody_is_moved(self, by, monkeypatch):
        def broken(_question):
            raise ZeroDivisionError

        event = room([make.member() for _ in range(4)])
        before, plan = placed(event), planning.ask(event, by=by, at=NOON)
        monkeypatch.setattr(engine, "propose", broken)
        planning.answer(plan.pk, at=NOON)
        plan.refresh_from_db()
        assert plan.refused == "plan.failed" and placed(event) == before

    def test_a_bell_that_was_missed_is_made_up_for_and_a_lost_one_given_up(self, by):
        event = room([make.member() for _ in range(4)])
        lost, missed = planning.ask(event, by=by, at=NOON), planning.ask(event, by=by, at=NOON + 10 * MINUTE)
        just_now = planning.ask(event, by=by, at=NOON + 10 * MINUTE + 10 * SECOND)
        planning.answer_all_due(at=NOON + 10 * MINUTE + 30 * SECOND)
        for plan in (lost, missed, just_now):
            plan.refresh_from_db()
        assert lost.refused == "plan.failed" and not missed.waiting and not missed.refused and just_now.waiting


class TestSeating:
    def test_two_full_tables_change_places_and_nobody_loses_a_chair(self, by):
        event = room([make.member() for _ in range(7)], each=4)  # with the host: eight people, eight chairs
        before = placed(event)
        assert planning.seat(event.pk, {key: 3 - table for key, table in before.items()}, by=by, at=NOON) == 8
        assert placed(event) == {key: 3 - table for key, table in before.items()}
        assert Signup.objects.filter(event=event, seat__isnull=False).count() == 8
        assert Seat.objects.filter(event=event).count() == 8  # the spare chair is gone
        open_ones = SeatHold.objects.filter(signup__event=event, freed_at=None)
        assert {(hold.seat_id, hold.signup_id) for hold in open_ones} == set(
            Signup.objects.filter(event=event).values_list("seat_id", "pk")
        )
        assert audit.trail(event).get(action="event.seat").data["moved"] == 8

    def test_more_people_than_chairs_at_a_table_are_refused_and_nobody_moves(self, by):
        event = room([make.member() for _ in range(5)], each=4)
        before = placed(event)
        with refused("plan.full"):
            planning.seat(event.pk, dict.fromkeys(before, 2), by=by, at=NOON)
        assert placed(event) == before

    def test_who_left_or_came_meanwhile_does_not_matter(self, by):
        people = [make.member() for _ in range(4)]
        event = room(people, each=4)
        wanted = dict.fromkeys(placed(event), 2)
        gone = Signup.objects.get(event=event, person=people[0])
        booking.withdraw(event.pk, people[0], by=people[0], at=NOON)
        del wanted[Signup.objects.get(event=event, person=people[1]).public_id]
        planning.seat(event.pk, wanted, by=by, at=NOON)
        assert gone.public_id not in placed(event)
        assert placed(event)[Signup.objects.get(event=event, person=people[1]).public_id] == 1
        assert planning.seat(event.pk, wanted, by=by, at=NOON) == 0


def test_an_erased_person_leaves_plans_as_numbers_only(by):
    event = room([make.member("林晓")])
    planned(event, by=by, at=NOON)
    assert "林晓" not in str(SeatingPlan.objects.values().get())
