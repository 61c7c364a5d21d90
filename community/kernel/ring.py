"""Ringing the worker's bell after commit: best effort, because a sweeper takes what the bell missed."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger()


def ring(task: Task, *args: Any) -> None:
    """Ask for `task(*args)` once the transaction is committed. A broker that is down costs nobody their answer."""

    def call() -> None:
        try:
            task.apply_async(args, retry=False)
        except (OperationalError, OSError):
            log.warning("broker_down", task=task.name)

    transaction.on_commit(call)
