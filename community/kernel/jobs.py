"""The scheduled tasks as administrators look after them: when each runs, how the last run went, and what is overdue.

The schedule is code (`community/celery.py`); what happened stands in the database. A scheduler's own memory is asked
for nothing: it goes with its file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from celery import Celery
from celery.schedules import crontab
from django.conf import settings
from django.db import connection, transaction

from community.kernel import audit
from community.kernel.days import day_of, start_of
from community.kernel.errors import RuleBroken
from community.kernel.models import JobRun
from community.kernel.ring import ring

if TYPE_CHECKING:
    from community.members.models import Person

KEPT = timedelta(days=30)
TURNS_MISSED = 3  # so many turns of its schedule without a run, and a job is overdue
LATELY = timedelta(hours=24)
DAYS_AHEAD = 400
ALL = """
SELECT job.name, last.started_at, last.ended_at, last.outcome, last.error, lately.runs, lately.failures, lately.done,
       (SELECT min(started_at) FROM kernel_jobrun)
FROM unnest(%s::text[]) WITH ORDINALITY AS job(name, place)
LEFT JOIN LATERAL (
    SELECT * FROM kernel_jobrun run WHERE run.name = job.name ORDER BY started_at DESC LIMIT 1
) last ON TRUE
CROSS JOIN LATERAL (
    SELECT count(*) AS runs, count(*) FILTER (WHERE outcome = 'failed') AS failures, sum(done) AS done
    FROM kernel_jobrun run WHERE run.name = job.name AND started_at > %s
) lately
ORDER BY place
"""


def scheduled(app: Celery) -> dict[str, Any]:
    """Task → its schedule: seconds between two runs, or a crontab in community time."""
    return {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}


# Writing a run down ------------------------------------------------------------------------------


def begin(name: str, *, at: datetime) -> JobRun:
    return JobRun.objects.create(name=name, started_at=at)


def end(run: JobRun, done: Any, *, at: datetime) -> None:
    number = done if isinstance(done, int) and not isinstance(done, bool) else None
    JobRun.objects.filter(pk=run.pk).update(ended_at=at, outcome=JobRun.Outcome.DONE, done=number)


def fail(run: JobRun, error: BaseException, *, at: datetime) -> None:
    """The class of the error stays, its words don't: they may say whom it was about."""
    JobRun.objects.filter(pk=run.pk).update(ended_at=at, outcome=JobRun.Outcome.FAILED, error=type(error).__name__[:80])


def forget_old(*, at: datetime) -> int:
    return JobRun.objects.filter(started_at__lt=at - KEPT).delete()[0]


# When --------------------------------------------------------------------------------------------


def next_turn(schedule: Any, after: datetime) -> datetime:
    """The first turn of a schedule later than an instant."""
    if not isinstance(schedule, crontab):
        return after + timedelta(seconds=float(schedule))
    for ahead in range(DAYS_AHEAD):
        on = day_of(after) + timedelta(days=ahead)
        if on.month not in schedule.month_of_year or on.day not in schedule.day_of_month:
            continue
        if on.isoweekday() % 7 not in schedule.day_of_week:
            continue
        for hour in sorted(schedule.hour):
            for minute in sorted(schedule.minute):
                turn = start_of(on) + timedelta(hours=hour, minutes=minute)
                if turn > after:
                    return turn
    raise ValueError("a schedule without a turn in a year")


def overdue_at(schedule: Any, last: datetime) -> datetime:
    """When a job that last began at an instant has missed three turns of its schedule."""
    for _ in range(TURNS_MISSED):
        last = next_turn(schedule, last)
    return last


# Looking -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """The last run of a job, or the one under way."""

    started_at: datetime
    ended_at: datetime | None
    outcome: str
    error: str

    @property
    def took(self) -> timedelta | None:
        return self.ended_at - self.started_at if self.ended_at else None

    def broke_off(self, at: datetime) -> bool:
        """Without an end, longer ago than any task may take: its worker was stopped."""
        limit = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)
        return self.outcome == JobRun.Outcome.RUNNING and at >= self.started_at + limit


@dataclass(frozen=True)
class Job:
    """One scheduled task and how it is with it; the figures are of the last 24 hours. `last` is None before its first run."""

    name: str
    schedule: Any
    last: Run | None
    next_at: datetime
    overdue: bool
    runs: int
    failures: int
    done: int | None


def all_jobs(app: Celery, *, at: datetime) -> list[Job]:
    """Every job of the schedule, in its order; one query."""
    schedules = scheduled(app)
    with connection.cursor() as cursor:
        cursor.execute(ALL, [list(schedules), at - LATELY])
        return [_job(schedules[row[0]], row, at) for row in cursor.fetchall()]


def _job(schedule: Any, row: tuple[Any, ...], at: datetime) -> Job:
    name, started_at, ended_at, outcome, error, runs, failures, done, known_since = row
    since = started_at or known_since  # who never ran is judged from the day on which anything ran
    late = since is not None and at >= overdue_at(schedule, since)
    next_at = next_turn(schedule, at if isinstance(schedule, crontab) or since is None else since)
    last = Run(started_at, ended_at, outcome, error) if started_at else None
    return Job(name, schedule, last, max(next_at, at), late, runs, failures, done)


def run_now(app: Celery, name: str, *, by: "Person", at: datetime) -> None:
    """Ring the worker for a job out of its turn; every job is safe to run twice. Raises RuleBroken("job.unknown")."""
    if name not in scheduled(app):
        raise RuleBroken("job.unknown")
    with transaction.atomic():
        audit.record("job.run_now", by, by=by, at=at, data={"job": name})
        ring(app.signature(name))
