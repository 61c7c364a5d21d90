"""The Celery app: its workers hear the bell, its beat keeps the schedule (no ETA, no results). No web process loads it."""

import os
from threading import Event, Thread
from typing import Any

import structlog
from celery import Celery, bootsteps
from celery.schedules import crontab
from kombu.exceptions import OperationalError

from community.kernel.ring import listen
from community.kernel.turns import Schedule, Turns
from community.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")

log = structlog.get_logger()


def said(turns: Schedule) -> float | crontab:
    """A schedule as beat has it."""
    if not isinstance(turns, Turns):
        return turns
    return crontab(minute=turns.minutes, hour=turns.hours, day_of_month=turns.days, day_of_week=turns.weekdays)


app = Celery("community", task_cls="community.kernel.tasks:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {task: {"task": task, "schedule": said(turns)} for task, turns in SCHEDULE.items()}


class Bell(bootsteps.StartStopStep):
    """A part of every worker: it listens for what is rung for."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        self.over = Event()

    def start(self, worker: Any) -> None:
        Thread(target=listen, args=(hand_on, self.over), name="bell", daemon=True).start()

    def stop(self, worker: Any) -> None:
        self.over.set()


app.steps["worker"].add(Bell)


def hand_on(task: str, args: list[Any]) -> None:
    """To whichever worker is free. A broker that is down now is no matter: a sweeper takes what was rung for."""
    try:
        app.send_task(task, args, retry=False)
    except (OperationalError, OSError):
        log.warning("broker_down", task=task)
