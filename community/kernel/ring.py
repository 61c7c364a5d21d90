"""The bell: a request rings for a task by its name, and a worker hears it. Best effort, because a sweeper takes what the
bell missed.

It hangs in PostgreSQL (NOTIFY and LISTEN), so that whoever rings needs neither the broker nor Celery.
"""

import json
from collections.abc import Callable
from threading import Event
from typing import Any

import structlog
from django.db import Error, connection, transaction

log = structlog.get_logger()
RING = "SELECT pg_notify('bell', %s)"
LISTEN = "LISTEN bell"
# Of several workers one hears. The others ask again and again: a query that waits for days holds up every clearing away.
MAY_HEAR = "SELECT pg_try_advisory_lock(hashtext('kernel.bell'))"
SILENCE = 30.0  # seconds without a ring, after which the connection is tried
PAUSE = 2.0  # seconds until the next try, when another hears or the database has gone


def ring(task: str, *args: Any) -> None:
    """Ask for a task, by its name, once the transaction is committed; `args` are plain values, 8,000 bytes at most. A bell
    that does not ring costs nobody their answer."""
    said = json.dumps([task, args])

    def call() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(RING, [said])
        except Error as error:
            log.warning("bell_not_rung", task=task, error=type(error).__name__)

    transaction.on_commit(call)


def listen(hand: Callable[[str, list[Any]], None], stop: Event) -> None:
    """Hear the bell in a thread of a worker, until `stop`: `hand(task, args)` is called for each ring, and raises nothing."""
    while not stop.is_set():
        try:
            _hear(hand, stop)
        except (
            Exception
        ) as error:  # whatever it is: a thread that ends leaves everybody deaf until the worker is started anew
            log.warning("bell_lost", error=type(error).__name__)
            stop.wait(PAUSE)
        finally:
            connection.close()


def _hear(hand: Callable[[str, list[Any]], None], stop: Event) -> None:
    with connection.cursor() as cursor:
        while not stop.is_set():
            cursor.execute(MAY_HEAR)
            if cursor.fetchone() == (True,):
                break
            stop.wait(PAUSE)
        while not stop.is_set():
            cursor.execute(LISTEN)  # again after a silence: it is answered or the connection is dead
            for heard in connection.connection.notifies(timeout=SILENCE):
                hand(*json.loads(heard.payload))
