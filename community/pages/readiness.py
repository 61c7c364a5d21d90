"""Whether this process can serve: the database answers, the broker answers, every migration is applied."""

from collections.abc import Callable
from functools import cache as once

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

log = structlog.get_logger()


def parts() -> dict[str, bool]:
    """Each part by name, true when it works. Never raises."""
    database = _works("database", _ask_database)
    return {
        "database": database,
        "broker": _works("broker", _ask_broker),
        "migrations": database and _works("migrations", _ask_migrations),
    }


def _works(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (DatabaseError, RedisError, OSError, PendingMigrations) as error:
        log.warning("not_ready", part=name, error=type(error).__name__)
        return False
    return True


class PendingMigrations(Exception):
    """Some migration of this code is not applied yet."""


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    cache.get("readyz")  # the cache lives on the broker's server


@once
def _ask_migrations() -> None:
    """Reading all migrations costs a second of CPU; a process that has seen them applied need not look again."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise PendingMigrations
