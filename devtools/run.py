"""`make run`: the whole club on this machine, and everything it started stopped again with Ctrl-C.

Servers (unless DATABASE_URL and REDIS_URL name others), database, the stand-in for Stripe (unless STRIPE_SECRET_KEY
is set), web, worker and beat. The demo club is filled in on the embedded database or with DEMO=1, nowhere else.
"""

import contextlib
import http.client
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from devtools.processes import LEAN, alive, commands, die_with_parent, spawn, stop, tail
from devtools.services import Services, ServicesError

ROOT = Path(__file__).resolve().parent.parent
# Everything a run keeps: data, keys, logs. RUN_FOLDER puts it elsewhere (a second club beside the first, a test).
VAR = Path(os.environ.get("RUN_FOLDER") or ROOT / "var").resolve()
PORTS_TO_TRY = 20
STRIPE_PORT = 12111
EVERYWHERE = ("0.0.0.0", "::")
READY_PATIENCE = 60.0  # seconds
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OURS = ("community.wsgi:application", "community.celery", "devtools.stripe_double")


class Stopped(BaseException):
    """Ctrl-C, or a polite kill."""


@dataclass
class Child:
    name: str
    process: "subprocess.Popen[bytes]"
    signals: Sequence[tuple[int, float]]


def _ignore_signals() -> None:
    for sig in STOP_SIGNALS:
        signal.signal(sig, signal.SIG_IGN)


def _on_signal(_signum: int, _frame: object) -> None:
    _ignore_signals()  # one is enough; what follows is bounded
    raise Stopped


def _listen_to_signals() -> None:
    for sig in STOP_SIGNALS:
        # nohup ignores the hang-up for us; a shell that starts us in the background ignores Ctrl-C, which we do not.
        if sig != signal.SIGHUP or signal.getsignal(sig) != signal.SIG_IGN:
            signal.signal(sig, _on_signal)


def keep_secrets() -> dict[str, str]:
    """Made once for this clone, so that sessions and encrypted documents survive a restart."""
    path = VAR / "secrets.json"
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        pass
    from cryptography.fernet import Fernet

    kept = {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "EVIDENCE_KEYS": Fernet.generate_key().decode(),
        "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(16)}",
        "STRIPE_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(16)}",
    }
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(kept, indent=1))
    fresh.replace(path)
    return kept


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_port(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + PORTS_TO_TRY):
        if is_free(host, port):
            if port != wanted:
                print(f"Port {wanted} is busy: taking {port}.", flush=True)
            return port
    raise ServicesError(f"Ports {wanted} to {port} of {host} are busy or not ours to take: name another with PORT=…")


def own_address() -> str:
    """The address other machines on this network see us under (no packet is sent)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def shown(host: str) -> str:
    """The host as it stands in an address."""
    if host in EVERYWHERE:
        return own_address()
    return f"[{host}]" if ":" in host else host


def web_environment(env: dict[str, str]) -> tuple[str, int]:
    """Fill in what the address decides; returns host and port to listen on."""
    host = env.get("HOST") or "127.0.0.1"
    port = choose_port(host, int(env.get("PORT") or 8000))
    env.update(HOST=host, PORT=str(port))
    env.setdefault("BASE_URL", f"http://{shown(host)}:{port}")
    if "ALLOWED_HOSTS" not in env:
        names = {"localhost", "127.0.0.1", "[::1]", shown(host), str(urlsplit(env["BASE_URL"]).hostname)}
        env["ALLOWED_HOSTS"] = ",".join(sorted(names))
    return host, port


class Run:
    """One run: what it started, in the order it will be stopped in reverse."""

    def __init__(self) -> None:
        self.env = dict(os.environ)
        self.given = dict(os.environ)
        self.services = Services(VAR)
        self.children: list[Child] = []

    def start(self) -> None:
        started = self.services.start()
        if started:
            end_leftovers()
        self.env |= started
        embedded = "DATABASE_URL" in started
        if embedded:
            self.env.setdefault("DEMO", "1")
        kept = keep_secrets()
        for name in ("SECRET_KEY", "EVIDENCE_KEYS"):
            if not self.env.get(name):
                self.env[name] = kept[name]
                if not embedded:
                    print(f"{name} is not set: using the one kept in {VAR / 'secrets.json'}.", flush=True)
        for name, folder in (("STATIC_ROOT", "static"), ("MEDIA_ROOT", "media"), ("DEMO_MAIL_DIR", "mail")):
            self.env.setdefault(name, str(VAR / folder))
        host, port = web_environment(self.env)
        stand_in = not self.env.get("STRIPE_SECRET_KEY")
        if stand_in:
            self._stand_in_for_stripe(kept, host)
        accounts = self._prepare()
        self._serve(host, port)
        self._write_environment()
        self._await_web("127.0.0.1" if host in EVERYWHERE else host, port)
        self._announce(accounts, stand_in)

    def _spawn(self, name: str, argv: Sequence[str], signals: Sequence[tuple[int, float]]) -> None:
        process = spawn([sys.executable, "-m", *argv], log=VAR / "log" / f"{name}.log", env=LEAN | self.env)
        self.children.append(Child(name, process, signals))
        (VAR / "run.pids").write_text("\n".join(str(child.process.pid) for child in self.children))

    def _stand_in_for_stripe(self, kept: dict[str, str], host: str) -> None:
        """On the same host as the web, so that a phone that sees the club can also pay."""
        port = next(port for port in range(STRIPE_PORT, STRIPE_PORT + 200) if is_free(host, port))
        base = f"http://{shown(host)}:{port}"
        self.env["STRIPE_SECRET_KEY"] = kept["STRIPE_SECRET_KEY"]
        self.env["STRIPE_WEBHOOK_SECRETS"] = kept["STRIPE_WEBHOOK_SECRETS"]
        self.env["STRIPE_API_BASE"] = base
        argv = ["devtools.stripe_double", "--host", host, "--port", str(port), "--public-url", base]
        argv += [
            "--webhook-url",
            f"{self.env['BASE_URL']}/webhooks/stripe/",
            "--secret",
            kept["STRIPE_WEBHOOK_SECRETS"],
        ]
        argv += ["--api-key", kept["STRIPE_SECRET_KEY"], "--state", str(VAR / "stripe.json")]
        self._spawn("stripe", argv, [(signal.SIGTERM, 5.0)])

    def _prepare(self) -> str:
        """In a process of its own group: Ctrl-C reaches us, and we end it."""
        fill = ["--fill"] if self.env.get("DEMO", "").lower() in ("1", "true", "on", "yes") else []
        argv = [sys.executable, "-m", "devtools.prepare", *fill]
        with subprocess.Popen(
            argv,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),
        ) as process:
            try:
                accounts, _ = process.communicate()
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise ServicesError("The database could not be prepared; the lines above say why.")
        return accounts

    def _serve(self, host: str, port: int) -> None:
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        workers = self.env.get("WEB_CONCURRENCY", "2")
        web = ["gunicorn", "community.wsgi:application", "--bind", bind, "--worker-class", "gthread"]
        web += ["--workers", workers, "--threads", "8", "--graceful-timeout", "8", "--no-control-socket", "--preload"]
        celery = ["celery", "--app", "community.celery"]
        (VAR / "beat").mkdir(exist_ok=True)
        self._spawn(
            "worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"], [(signal.SIGTERM, 10.0)]
        )
        schedule = str(VAR / "beat" / "schedule")
        self._spawn("beat", [*celery, "beat", "--schedule", schedule, "--loglevel", "WARNING"], [(signal.SIGTERM, 5.0)])
        self._spawn("web", web, [(signal.SIGTERM, 10.0)])

    def _write_environment(self) -> None:
        """For `make manage`, and for a shell of one's own: `set -a; . var/run.env`."""
        path = VAR / "run.env"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        ours = {name: value for name, value in self.env.items() if self.given.get(name) != value}
        path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(ours.items())))

    def _await_web(self, host: str, port: int) -> None:
        deadline = time.monotonic() + READY_PATIENCE
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(host, port, timeout=5)
                connection.request("GET", "/healthz")
                connection.getresponse()
                return
            time.sleep(0.1)
        raise ServicesError(
            f"The web server did not answer in {READY_PATIENCE:.0f} s:\n{tail(VAR / 'log' / 'web.log')}"
        )

    def _announce(self, accounts: str, stand_in: bool) -> None:
        print(f"\n同桌 Tongzhuo is running at {self.env['BASE_URL']}\n")
        if accounts:
            print(accounts.rstrip() + "\n")
        if stand_in:
            print("Payments go to a stand-in for Stripe on this machine; set STRIPE_SECRET_KEY for the real one.")
        print(f"Logs: {VAR / 'log'}. Stop with Ctrl-C.", flush=True)

    def _everything(self) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
        yield from self.services.children.items()
        yield from ((child.name, child.process) for child in self.children)

    def check(self) -> None:
        """Raises ServicesError naming the first child that ended by itself."""
        for name, process in self._everything():
            if process.poll() is not None:
                lines = tail(VAR / "log" / f"{name}.log")
                raise ServicesError(f"{name} ended by itself (exit {process.returncode}). Its last lines:\n{lines}")

    def stop(self) -> None:
        """The web first, so that nothing new comes in; the servers last."""
        for child in reversed(self.children):
            stop(child.process, child.signals)
        (VAR / "run.pids").unlink(missing_ok=True)
        (VAR / "run.env").unlink(missing_ok=True)
        self.services.stop()


def end_leftovers() -> None:
    """Web, worker and beat of a killed run (we hold the lock, so it is gone); on Linux they are ending already."""
    try:
        pids = {int(line) for line in (VAR / "run.pids").read_text().split()}
    except (FileNotFoundError, ValueError):
        return
    left = [pid for pid, argv in commands() if pid in pids and any(word in OURS for word in argv)]
    for sig, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 2.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, sig)
        deadline = time.monotonic() + patience
        while any(map(alive, left)) and time.monotonic() < deadline:
            time.sleep(0.05)


def main(argv: Sequence[str] = ()) -> int:
    if "--with-parent" in argv:
        die_with_parent(signal.SIGTERM)
    os.chdir(ROOT)
    VAR.mkdir(parents=True, exist_ok=True)
    _listen_to_signals()
    run = Run()
    code = 0
    try:
        run.start()
        while True:
            run.check()
            time.sleep(0.5)
    except Stopped:
        print("\nStopping …", flush=True)
    except ServicesError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        code = 1
    finally:
        _ignore_signals()
        run.stop()
    print("Stopped.", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
