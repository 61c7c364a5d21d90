"""The scheduled tasks as administrators look after them: when each runs, how the last run went, and what is overdue.

The schedule is code (`community/schedule.py`); what happened stands in the database. A scheduler's own memory is asked
for nothing: it goes with its file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import JobRun
from community.kernel.ring import ring
from community.kernel.turns import Schedule, Turns, next_turn, overdue_at

if TYPE_CHECKING:
    from community.members.models import Person

KEPT = timedelta(days=30)
LATELY = timedelta(hours=24)
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


schedule: dict[str, Schedule] = {}  # task → when it runs; plugged in `community/wiring.py`


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
    turns: Schedule
    last: Run | None
    next_at: datetime
    overdue: bool
    runs: int
    failures: int
    done: int | None


def all_jobs(*, at: datetime) -> list[Job]:
    """Every job of the schedule, in its order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(ALL, [list(schedule), at - LATELY])
        return [_job(schedule[row[0]], row, at) for row in cursor.fetchall()]


def _job(turns: Schedule, row: tuple[Any, ...], at: datetime) -> Job:
    name, started_at, ended_at, outcome, error, runs, failures, done, known_since = row
    since = started_at or known_since  # who never ran is judged from the day on which anything ran
    late = since is not None and at >= overdue_at(turns, since)
    next_at = next_turn(turns, at if isinstance(turns, Turns) or since is None else since)
    last = Run(started_at, ended_at, outcome, error) if started_at else None
    return Job(name, turns, last, max(next_at, at), late, runs, failures, done)


def run_now(name: str, *, by: "Person", at: datetime) -> None:
    """Ring the worker for a job out of its turn; every job is safe to run twice. Raises RuleBroken("job.unknown")."""
    if name not in schedule:
        raise RuleBroken("job.unknown")
    with transaction.atomic():
        audit.record("job.run_now", by, by=by, at=at, data={"job": name})
        ring(name)
