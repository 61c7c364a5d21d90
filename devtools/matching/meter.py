"""Times of pieces of work: on the clock, and in CPU of this process and its database server (which others do not slow)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

from django.db import connection


class Meter:
    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {"": [], "CPU ": []}

    @contextmanager
    def measured(self, counts: bool = True) -> Iterator[None]:
        started, spent = time.perf_counter(), _spent()
        yield
        if counts:
            self.taken[""].append((time.perf_counter() - started) * 1000)
            self.taken["CPU "].append(_spent() - spent)

    def figures(self) -> dict[str, float]:
        """p50 and p95 of both, in milliseconds. CPU is left out where the system does not tell."""
        found = {}
        for name, values in self.taken.items():
            if any(values):
                cuts = quantiles(values, n=20)
                found |= {f"{name}p50": round(cuts[9], 1), f"{name}p95": round(cuts[18], 1)}
        return found


def _spent() -> float:
    """CPU milliseconds of this process and of the server process of our connection, on this machine (Linux)."""
    if connection.connection is None:
        connection.ensure_connection()
    try:
        told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        return 0.0
    return time.process_time() * 1000 + int(told.split()[0]) / 1e6
