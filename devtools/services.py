"""PostgreSQL and Valkey for `make run` and the tests: our own children, on unix sockets, in a folder of ours.

Used only where DATABASE_URL or REDIS_URL is not set; never in production.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from devtools.binaries import Postgres, ServicesError, can_enter, find_postgres, find_valkey, side_folder, side_path
from devtools.processes import Account, alive, as_account, holding, spawn, stop, tail

CLONE = Path(__file__).resolve().parent.parent
DATABASE = "club"
SOCKET_LIMIT = 100  # the kernel takes 107 bytes (103 on macOS) and the sockets' names are in that
START_PATIENCE = 60.0  # seconds; crash recovery is the long case
SWEEP_AFTER = 600.0  # seconds
SERVERS = ("postgres", "valkey-server", "redis-server")

__all__ = ["Services", "ServicesError", "held_lock", "running", "scratch_folder"]


def server_account(data: Path) -> Account | None:
    """As root: the owner of the data that exist, else `nobody`. As anybody else: ourselves."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    return Account.nobody()


def _short_base(account: Account | None) -> Path:
    for base in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        fits = len(base) + len("/tongzhuo-xxxxxxxx/.s.PGSQL.5432") < SOCKET_LIMIT
        if fits and os.access(base, os.W_OK | os.X_OK) and can_enter(Path(base), account):
            return Path(base)
    raise ServicesError("No short folder to put sockets in: /tmp and /var/tmp are closed to us.")


def scratch_folder() -> Path:
    """A new throw-away folder that the servers' user can enter; folders left by killed runs are swept away."""
    account = server_account(Path("/nonexistent"))
    base = _short_base(account)
    for old in base.glob("tongzhuo-test-*"):
        with contextlib.suppress(OSError):
            lock = (old / "lock").lstat()
            # Free for a moment is not left behind: a run may be between two starts.
            if lock.st_uid == os.geteuid() and time.time() - lock.st_mtime > SWEEP_AFTER and not old.is_symlink():
                with held_lock(old / "lock"):
                    shutil.rmtree(old)
    folder = Path(tempfile.mkdtemp(prefix="tongzhuo-test-", dir=base))
    folder.chmod(0o711)
    return folder


@contextlib.contextmanager
def held_lock(path: Path) -> Iterator[None]:
    """Held as long as we live; the kernel lets go of it whatever kills us. Raises BlockingIOError when taken."""
    with open(path, "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _own(folder: Path, account: Account | None) -> None:
    """Make sure the folder is there, private, and its server's own (also after a copy of the clone by root)."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None and folder.stat().st_uid != account.uid:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    if folder.stat().st_uid not in (os.geteuid(), account.uid if account else os.geteuid()):
        raise ServicesError(
            f"{folder} belongs to another user: start as that user, or remove the folder to start afresh."
        )
    folder.chmod(0o700)


class Services:
    """The servers of one folder. `start()` returns the environment of those it started; `stop()` ends them."""

    def __init__(self, folder: Path, *, durable: bool = True, clone: Path = CLONE) -> None:
        self.folder = folder
        self.durable = durable
        self.clone = clone
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._begin: dict[str, tuple[Callable[[], object], Callable[[], bool]]] = {}
        self._held = contextlib.ExitStack()

    def start(self) -> dict[str, str]:
        """Bring up what the environment does not name. Raises ServicesError with a sentence for the terminal."""
        wanted = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
        try:
            return self._start(wanted) if wanted else {}
        except BaseException:
            self.stop()
            raise

    def _start(self, wanted: list[str]) -> dict[str, str]:
        lock = self.folder / "lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(held_lock(lock))
        except BlockingIOError:
            raise ServicesError(f"Already running: another process holds {lock}. Stop it first.") from None
        except PermissionError:
            raise ServicesError(f"{self.folder} belongs to another user: start as that user, or remove it.") from None
        account = server_account(self.folder / "postgres")
        home = self._home(account)
        sockets = self._sockets(account)
        env = {}
        if "DATABASE_URL" in wanted:
            url = env["DATABASE_URL"] = f"postgresql://postgres@/{DATABASE}?host={quote(str(sockets))}"
            start = partial(self._start_postgres, home / "postgres", sockets, account)
            self._begin["postgres"] = start, partial(_create_database, url)
        if "REDIS_URL" in wanted:
            socket = str(sockets / "valkey")
            env["REDIS_URL"] = f"unix://{socket}?db=0"
            self._begin["valkey"] = (
                partial(self._start_valkey, home / "valkey", socket, account),
                partial(_ping, socket),
            )
        for start, _ in self._begin.values():
            start()
        for name in reversed(self._begin):
            self._await(name, self._begin[name][1])
        return env

    def kill(self, name: str) -> None:
        """End a server as a power cut does: no last words, no clean shutdown."""
        self.children[name].kill()
        self.children[name].wait()

    def again(self, name: str) -> None:
        """Start a server that was killed, on the same data and the same socket, and wait until it answers."""
        start, answers = self._begin[name]
        start()
        self._await(name, answers)

    def _home(self, account: Account | None) -> Path:
        """Beside us if the servers' user can enter, else in our folder under /var/tmp; data stay where they are."""
        if account is None:
            return self.folder
        moved = side_path(self.clone) / "postgres" / "PG_VERSION"
        if can_enter(self.folder, account) and not (self.durable and moved.exists()):
            return self.folder
        return side_folder(self.clone)

    def _sockets(self, account: Account | None) -> Path:
        if not self.durable:  # a throw-away folder is short, and swept as a whole
            _own(self.folder / "s", account)
            return self.folder / "s"
        note = self.folder / "sockets"
        if note.exists():  # left by a killed run
            old = Path(note.read_text())
            if old.name.startswith("tz-") and not old.is_symlink():
                shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="tz-", dir=_short_base(account)))
        note.write_text(str(folder))
        self._held.callback(note.unlink, missing_ok=True)
        self._held.callback(shutil.rmtree, folder, ignore_errors=True)
        _own(folder, account)
        return folder

    def _log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def _start_postgres(self, data: Path, sockets: Path, account: Account | None) -> None:
        major = int((data / "PG_VERSION").read_text()) if (data / "PG_VERSION").exists() else None
        postgres = find_postgres(self.clone, account, major)
        if major is None:
            self._init_database(postgres, data, account)
        _own(data, account)
        _end_orphans(data)
        _drop_foreign_pid(data / "postmaster.pid")
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        argv = [postgres.program("postgres"), "-D", str(data)]
        argv += [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        # SIGINT is PostgreSQL's quick and clean stop.
        self.children["postgres"] = spawn(argv, log=self._log("postgres"), account=account, on_orphan=signal.SIGINT)

    def _init_database(self, postgres: Postgres, data: Path, account: Account | None) -> None:
        """Into a side folder and renamed, so that a start killed in the middle leaves no half database."""
        fresh = data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _own(fresh, account)
        argv = [postgres.program("initdb"), "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        argv += [*postgres.locale, *([] if self.durable else ["--no-sync"])]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, **as_account(account))
        if done.returncode:
            raise ServicesError(f"initdb failed:\n{done.stderr.strip() or done.stdout.strip()}")
        if data.exists():
            data.rmdir()  # only an empty folder goes; anything else is not ours to remove
        fresh.rename(data)

    def _start_valkey(self, data: Path, socket: str, account: Account | None) -> None:
        program = find_valkey(self.clone, account)
        _own(data, account)
        _end_orphans(data)
        options = {
            "port": "0",
            "unixsocket": socket,
            "unixsocketperm": "700",
            "dir": str(data),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "databases": "64",
            "daemonize": "no",
            "set-proc-title": "no",  # so that a later run finds it by its folder
            "loglevel": "warning",
        }
        argv = [program, *(word for key, value in options.items() for word in (f"--{key}", value))]
        self.children["valkey"] = spawn(argv, log=self._log("valkey"), account=account)

    def _await(self, name: str, attempt: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not attempt():
            if self.children[name].poll() is not None:
                raise ServicesError(f"{name} did not start:\n{tail(self._log(name))}")
            if time.monotonic() > deadline:
                raise ServicesError(f"{name} did not answer in {START_PATIENCE:.0f} s:\n{tail(self._log(name))}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Valkey first, PostgreSQL last; then the sockets and the lock go."""
        for name, child in reversed(self.children.items()):
            if name == "postgres":
                fast = signal.SIGINT if self.durable else signal.SIGQUIT
                stop(child, [(fast, 15.0), (signal.SIGQUIT, 5.0)])
            else:
                stop(child, [(signal.SIGTERM, 10.0)])
        self.children.clear()
        self._held.close()


def _ping(socket: str) -> bool:
    import redis

    try:
        return bool(redis.Redis(unix_socket_path=socket, socket_timeout=2).ping())
    except (redis.RedisError, OSError):
        return False


def _create_database(url: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        return True
    except psycopg.OperationalError:
        return False


def _end_orphans(data: Path) -> None:
    """Servers of a killed run on these data (we hold the lock, so nobody else may): stop them and wait."""
    deadline = time.monotonic() + 20
    asked: set[int] = set()
    while orphans := holding(data, SERVERS):
        late = time.monotonic() > deadline
        for pid in orphans:
            if pid not in asked or late:
                asked.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if late else signal.SIGINT)
        time.sleep(0.05)


def _drop_foreign_pid(lock: Path) -> None:
    """PostgreSQL refuses to start while the pid in its lock file is alive, even when it now is somebody else's."""
    try:
        pid = abs(int(lock.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        pid = 0
    if pid == 0 or alive(pid):
        lock.unlink(missing_ok=True)


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Servers for the length of a block, their addresses in `os.environ` meanwhile."""
    services = Services(folder, durable=durable)
    env = services.start()
    os.environ.update(env)
    try:
        yield env
    finally:
        for name in env:
            os.environ.pop(name, None)
        services.stop()
