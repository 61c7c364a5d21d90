"""What runs by itself leaves a row for each run; who does not run is overdue; one button rings the worker."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from community.kernel import jobs
from community.kernel.days import ZONE
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, JobRun
from community.kernel.turns import Turns, next_turn, overdue_at
from community.members.services import clock
from community.members.tasks import remind_clocks
from community.schedule import SCHEDULE
from tests.make import NOON, person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NAME = "members.remind_clocks"


def instant(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


class TestTurns:
    @pytest.mark.parametrize(
        ("schedule", "after", "turn"),
        [
            (300.0, instant(21, 12), instant(21, 12, 5)),
            (Turns(minutes=range(0, 60, 15)), instant(21, 12, 14), instant(21, 12, 15)),
            (Turns(minutes=range(0, 60, 15)), instant(21, 12, 15), instant(21, 12, 30)),
            (Turns(hours={4}, minutes={10}), instant(21, 12), instant(22, 4, 10)),
            (Turns(hours=range(9, 21), minutes={40}), instant(21, 20, 40), instant(22, 9, 40)),
            (Turns(weekdays={0}, hours={18}, minutes={0}), instant(22, 18), instant(29, 18)),
            (Turns(days=range(1, 4), hours={4}, minutes={30}), instant(21, 12), datetime(2026, 12, 1, 4, 30, tzinfo=ZONE)),
        ],
    )  # fmt: skip
    def test_in_community_time_whatever_the_server_says(self, schedule, after, turn):
        assert next_turn(schedule, after) == turn
        assert next_turn(schedule, after.astimezone(UTC)) == turn

    @given(st.sampled_from(sorted(SCHEDULE)), st.integers(0, 10**6))
    def test_a_turn_comes_after_and_three_of_them_make_overdue(self, name, minutes):
        schedule, after = SCHEDULE[name], NOON + timedelta(minutes=minutes)
        first = next_turn(schedule, after)
        assert after < first < overdue_at(schedule, after)
        assert overdue_at(schedule, first) > overdue_at(schedule, after)


@pytest.mark.django_db
class TestWritingDown:
    def test_a_run_with_its_number(self, monkeypatch):
        monkeypatch.setattr(clock, "remind_all_due", lambda *, at: 7)
        assert remind_clocks() == 7
        run = JobRun.objects.get()
        assert (run.name, run.outcome, run.done, run.error) == (NAME, "done", 7, "")
        assert run.ended_at >= run.started_at

    def test_a_failure_leaves_its_class_and_no_word_of_it(self, monkeypatch):
        def broken(*, at):
            raise ValueError("林晓 linxiao@example.test")

        monkeypatch.setattr(clock, "remind_all_due", broken)
        with pytest.raises(ValueError, match="林晓"):
            remind_clocks()
        run = JobRun.objects.get()
        assert (run.outcome, run.error, run.done) == ("failed", "ValueError", None)

    def test_what_a_request_rings_leaves_no_row(self):
        from community.billing.tasks import take_event

        take_event(0)
        assert not JobRun.objects.exists()

    def test_thirty_days_and_no_longer(self):
        for days in (31, 29):
            jobs.end(jobs.begin(NAME, at=NOON - days * DAY), 0, at=NOON - days * DAY)
        assert jobs.forget_old(at=NOON) == 1
        assert JobRun.objects.get().started_at == NOON - 29 * DAY


def ran(at: datetime, *, name: str = NAME, done: int = 0) -> JobRun:
    run = jobs.begin(name, at=at)
    jobs.end(run, done, at=at + timedelta(seconds=2))
    return run


def one(at: datetime, name: str = NAME) -> jobs.Job:
    return next(job for job in jobs.all_jobs(at=at) if job.name == name)


@pytest.mark.django_db
class TestLooking:
    def test_the_last_run_and_the_last_day_in_figures(self):
        ran(NOON - 2 * DAY, done=50)
        ran(NOON - HOUR, done=3)
        jobs.fail(jobs.begin(NAME, at=NOON - 30 * MINUTE), OSError(), at=NOON - 29 * MINUTE)
        ran(NOON - 10 * MINUTE, done=4)
        job = one(NOON)
        assert (job.runs, job.failures, job.done) == (3, 1, 7)
        assert job.last.started_at == NOON - 10 * MINUTE and job.last.took == timedelta(seconds=2)
        assert not job.overdue and job.next_at == NOON + 15 * MINUTE

    def test_three_turns_without_a_run_are_too_many(self):
        ran(NOON)
        assert not one(NOON + 45 * MINUTE - timedelta(seconds=1)).overdue
        assert one(NOON + 45 * MINUTE).overdue

    def test_who_never_ran_is_overdue_once_others_have_for_long_enough(self):
        assert not one(NOON).overdue, "before the first start nobody is late"
        ran(NOON, name="members.expire")
        assert not one(NOON + 44 * MINUTE).overdue
        assert one(NOON + 45 * MINUTE).overdue

    def test_a_run_whose_worker_was_stopped(self, settings):
        jobs.begin(NAME, at=NOON)
        run = one(NOON).last
        limit = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
        assert not run.broke_off(NOON + limit - MINUTE) and run.broke_off(NOON + limit)

    def test_one_query_however_much_ran(self, django_assert_num_queries):
        for minutes in range(3):
            ran(NOON - minutes * MINUTE)
        with django_assert_num_queries(1):
            jobs.all_jobs(at=NOON)
        for minutes in range(300):
            ran(NOON - minutes * MINUTE)
        with django_assert_num_queries(1):
            jobs.all_jobs(at=NOON)


@pytest.mark.django_db
class TestRunNow:
    def test_the_bell_rings_after_commit_and_it_is_on_record(self, monkeypatch, django_capture_on_commit_callbacks):
        rung = []
        monkeypatch.setattr(jobs, "ring", lambda name: transaction.on_commit(lambda: rung.append(name)))
        by = person(roles=("administrator",))
        with django_capture_on_commit_callbacks(execute=True):
            jobs.run_now(NAME, by=by, at=NOON)
            assert not rung
        assert rung == [NAME]
        entry = AuditEntry.objects.get(action="job.run_now")
        assert (entry.actor, entry.data) == (by, {"job": NAME})

    def test_only_what_is_in_the_schedule(self):
        with pytest.raises(RuleBroken, match="job.unknown"):
            jobs.run_now("billing.take_event", by=person(), at=NOON)
        assert not AuditEntry.objects.filter(action="job.run_now").exists()
