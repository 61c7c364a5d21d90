"""What a bench runs on: its own PostgreSQL and Valkey in a throw-away folder, the floor and the product beside each other.

PostgreSQL syncs every commit, as in production. Nothing here reads or touches a database somebody has configured.
"""

import base64
import contextlib
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from devtools.bench import meter, production
from devtools.binaries import side_path
from devtools.processes import LEAN, spawn, stop, tail
from devtools.run import is_free
from devtools.services import DATABASE, Services, ServicesError, scratch_folder

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS, THREADS = 4, 8
PATIENCE = 60.0
FIRST_PORT = 18200
# A developer's own shell must not change what is measured.
UNWANTED = ("DATABASE_URL", "REDIS_URL", "DEBUG", "DEMO", "TESTING", "SENTRY_DSN", "EMAIL_URL", "TRUSTED_PROXY_COUNT")
STATEMENT = re.compile(r"^\S+ \S+ \S+ \[\d+\] LOG:  (?:statement|execute [^:]+): (.*)")
# Holding transactions and connections is no question to the database.
NOT_COUNTED = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |SELECT 1$|SELECT set_config\('TimeZone'|.*FROM pg_type)",
    re.I | re.S,
)


@cache
def _bare() -> dict[str, str]:
    """A web server finds what a production machine has installed, and no more."""
    return {"PYTHONPATH": str(ROOT / "devtools" / "bench" / "bare"), "BENCH_ABSENT": " ".join(production.absent())}


def _free_port(start: int) -> int:
    return next(port for port in range(start, start + 200) if is_free("127.0.0.1", port))


class Site:
    """One of the two web applications: its database, its environment, its gunicorn."""

    def __init__(self, name: str, wsgi: str, env: dict[str, str], folder: Path, port: int) -> None:
        self.name = name
        self.wsgi = wsgi
        self.env = env
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self.facts: dict[str, Any] = {}

    @property
    def log(self) -> Path:
        return self.folder / "log" / f"{self.name}.log"

    def start(self) -> float:
        """Start the web server as `make run` does; seconds to the first 200."""
        argv = [sys.executable, "-m", "gunicorn", self.wsgi, "--bind", f"127.0.0.1:{self.port}"]
        argv += ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
        argv += ["--graceful-timeout", "8", "--no-control-socket", "--preload"]
        started = time.monotonic()
        self.process = spawn(argv, log=self.log, env=self.env | _bare())
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise ServicesError(f"The {self.name} did not start:\n{tail(self.log)}")
            time.sleep(0.01)
        return time.monotonic() - started

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, [(signal.SIGTERM, 10.0)])
            self.process = None

    def run(self, *argv: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
        """A command of ours in the site's own environment; what it prints last is JSON."""
        env = self.env | (environment or {})
        done = subprocess.run([sys.executable, *argv], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServicesError(f"{' '.join(argv)} failed:\n{done.stderr.strip()[-3000:]}")
        last = done.stdout.strip().rpartition("\n")[2]
        return json.loads(last) if last.startswith("{") else {}

    @property
    def workers(self) -> list[int]:
        assert self.process is not None
        return meter.family(self.process.pid)[1:]

    def ask(self, sql: str) -> Any:
        """The first value of a question to the site's database."""
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            row = connection.execute(sql).fetchone()
        return row[0] if row else None


class Bench:
    """Both sites and their servers for the length of a block."""

    def __init__(self) -> None:
        for name in UNWANTED:
            os.environ.pop(name, None)
        self.folder = scratch_folder()
        # The folder stands for the clone too, so that a running club's own data stay out of reach.
        self.services = Services(self.folder, durable=True, clone=self.folder)
        self.sites: list[Site] = []

    def __enter__(self) -> "Bench":
        try:
            started = self.services.start()
        except BaseException:
            self.__exit__()
            raise
        port = _free_port(FIRST_PORT)
        common = os.environ | {"SECRET_KEY": secrets.token_urlsafe(60), "LOG_LEVEL": "ERROR"}
        url = started["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE floor")
        floor_env = common | {"DATABASE_URL": url.replace(f"/{DATABASE}?", "/floor?")}
        product_env = common | started | self._product_settings(port)
        self.product = Site("product", "community.wsgi:application", product_env, self.folder, port)
        floor_port = _free_port(port + 1)
        self.floor = Site("floor", "devtools.bench.floor:application", floor_env, self.folder, floor_port)
        self.sites = [self.product, self.floor]
        return self

    def __exit__(self, *_: object) -> None:
        for site in self.sites:
            site.stop()
        self.services.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(side_path(self.folder), ignore_errors=True)

    def _product_settings(self, port: int) -> dict[str, str]:
        """As `make run` sets them, but neither demo nor debug."""
        return {
            "DJANGO_SETTINGS_MODULE": "community.settings",
            "BASE_URL": f"http://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "EVIDENCE_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "STRIPE_SECRET_KEY": "sk_test_only_for_the_bench",
            "STRIPE_WEBHOOK_SECRETS": "whsec_only_for_the_bench",
            "STRIPE_API_BASE": "http://127.0.0.1:9",  # nobody listens: nothing here pays
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "DEMO_MAIL_DIR": str(self.folder / "mail"),
            **LEAN,
        }

    def cpu(self, site: Site) -> tuple[float, float]:
        """Seconds of CPU so far: of the site's web server, and of PostgreSQL and Valkey, which both sites share."""
        assert site.process is not None
        return meter.cpu([site.process.pid]), meter.cpu([child.pid for child in self.services.children.values()])

    @contextlib.contextmanager
    def statements(self, site: Site) -> Iterator["Statements"]:
        """Let PostgreSQL itself log every statement of this site's database for the length of a block."""
        self._log_statements(site, "all")
        try:
            yield Statements(self.folder / "log" / "postgres.log")
        finally:
            self._log_statements(site, "none")

    def _log_statements(self, site: Site, which: str) -> None:
        with psycopg.connect(site.env["DATABASE_URL"], autocommit=True) as connection:
            name = connection.info.dbname
            connection.execute(f"ALTER DATABASE {name} SET log_statement = '{which}'")
            # Open connections would go on as before; both sites replace theirs at the next request.
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )


class Statements:
    """What PostgreSQL was asked since the last look, in its own words."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._read_to = log.stat().st_size

    def since(self) -> list[str]:
        with open(self._log, "rb") as handle:
            handle.seek(self._read_to)
            text = handle.read().decode(errors="replace")
            self._read_to = handle.tell()
        found = [match[1] for line in text.splitlines() if (match := STATEMENT.match(line))]
        return [sql for sql in found if not NOT_COUNTED.match(sql)]
