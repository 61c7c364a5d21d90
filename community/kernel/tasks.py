"""What the worker does for the kernel, and the one class of every task: its runs are written down."""

from contextlib import suppress
from typing import Any

from celery import Task, shared_task
from django.db import DatabaseError
from django.utils import timezone

from community.kernel import gateway, jobs, outbox, retention
from community.kernel.outbox.mailboxes import send_to_new_addresses


class Job(Task):
    """A task of the schedule leaves a row for each run; what is rung by hand from a request leaves none.

    A job says how much it did by the number it returns. Whatever becomes of the row, the job's own fate is its own.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.name not in jobs.schedule:
            return super().__call__(*args, **kwargs)
        run = jobs.begin(self.name, at=timezone.now())
        try:
            done = super().__call__(*args, **kwargs)
        except Exception as error:
            with suppress(DatabaseError):
                jobs.fail(run, error, at=timezone.now())
            raise
        jobs.end(run, done, at=timezone.now())
        return done


@shared_task(name="kernel.deliver_waiting_messages")
def deliver_waiting_messages() -> int:
    at = timezone.now()
    send_to_new_addresses(at=at)
    return outbox.deliver_due(at=at, clock=timezone.now)


@shared_task(name="kernel.forget_runs")
def forget_runs() -> int:
    at = timezone.now()
    return retention.swept("runs", jobs.forget_old(at=at), at=at)


@shared_task(name="kernel.forget_old")
def forget_old() -> int:
    at = timezone.now()
    gone = retention.swept("sessions", retention.forget_sessions(at=at), at=at)
    return gone + retention.swept("messages", retention.forget_words(at=at), at=at)


@shared_task(name="kernel.send_text")
def send_text(phone: str, text: str) -> None:
    """A code for a phone, at once and once: whoever gets none asks for another."""
    gateway.text(phone, text)
