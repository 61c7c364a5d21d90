"""A club of its own beside the tests, with real servers and processes, any of which can be killed and started again."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from devtools import services
from devtools.processes import spawn, stop, tail
from devtools.run import is_free
from devtools.services import CLONE, Services
from devtools.stripe_double import DoubleServer, StripeDouble

PATIENCE = 60.0  # seconds, on a busy machine
WEB = ("gunicorn", "community.wsgi:application", "--worker-class", "gthread", "--workers", "1", "--threads", "4",
       "--no-control-socket")  # fmt: skip
WORKER = ("celery", "--app", "community.celery", "worker", "--concurrency", "1", "--loglevel", "WARNING")


class Apart:
    """`kill(name)` and `again(name)` for "web", "worker", "valkey" (the broker) and "postgres"."""

    def __init__(self, folder: Path, double: StripeDouble) -> None:
        self.folder, self.double = folder, double
        self.servers = Services(folder)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        port = next(port for port in range(18_000, 19_000) if is_free("127.0.0.1", port))
        self.address, self.bind = f"http://127.0.0.1:{port}", f"127.0.0.1:{port}"
        self.cashier = DoubleServer(double, webhook_url=f"{self.address}/webhooks/stripe/")

    def start(self, payers: int) -> None:
        with without("DATABASE_URL", "REDIS_URL"):
            started = self.servers.start()
        ours = {"BASE_URL": self.address, "STRIPE_API_BASE": self.cashier.url, "EMAIL_URL": "dummymail://"}
        self.env = {**os.environ, **started, **ours, "PYTEST_XDIST_WORKER": ""}
        for name in ("web", "worker"):  # they come up while the database is made
            self.again(name)
        self.payers = self.inside("begin", payers)
        self.cashier.start()
        self.await_web()

    def kill(self, name: str) -> None:
        """As a power cut does, with everything the process had started."""
        if name in self.servers.children:
            self.servers.kill(name)
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.children[name].pid, signal.SIGKILL)
        self.children[name].wait()

    def again(self, name: str) -> None:
        if name in self.servers.children:
            self.servers.again(name)
            return
        argv = (*WEB, "--bind", self.bind) if name == "web" else WORKER
        log = self.folder / "log" / f"{name}.log"
        self.children[name] = spawn([sys.executable, "-m", *argv], log=log, env=self.env)

    def await_web(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                requests.get(f"{self.address}/healthz", timeout=5)
                return
            time.sleep(0.1)
        raise AssertionError(tail(self.folder / "log" / "web.log"))

    def inside(self, act: str, *args: Any) -> Any:
        """One act of `inside.py` in a process of its own: it sees this club's database and not the tests'."""
        argv = [sys.executable, "-m", "tests.concurrency.inside", act, json.dumps(args)]
        done = subprocess.run(argv, env=self.env, cwd=CLONE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    def end(self) -> None:
        for child in self.children.values():
            stop(child, [(signal.SIGKILL, 5.0)])
        self.cashier.stop()
        self.servers.stop()


@contextlib.contextmanager
def without(*names: str) -> Iterator[None]:
    """The environment names no servers for the length of the block."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@contextlib.contextmanager
def club(double: StripeDouble, *, payers: int) -> Iterator[Apart]:
    """With so many people who have an invoice to pay."""
    folder = services.scratch_folder()
    apart = Apart(folder, double)
    try:
        apart.start(payers)
        yield apart
    finally:
        apart.end()
        shutil.rmtree(folder, ignore_errors=True)
