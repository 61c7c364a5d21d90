"""`make run`, as a newcomer starts it: everything comes up, and one Ctrl-C takes everything down again."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import run, services
from devtools.processes import alive
from devtools.services import CLONE, ServicesError

PATIENCE = 180.0  # seconds, on a busy machine with nothing collected yet


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = services.scratch_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def clean_environment(folder: Path, port: int) -> dict[str, str]:
    """A newcomer's: no server, no key, no test setting."""
    ours = ("DATABASE", "REDIS", "STRIPE", "SECRET", "EVIDENCE", "TEST", "DEMO", "BASE", "ALLOWED", "MEDIA", "PYTEST")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return env | {"RUN_FOLDER": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


class Started:
    def __init__(self, folder: Path, port: int) -> None:
        argv = [sys.executable, "-m", "devtools.run"]
        env = clean_environment(folder, port)
        self.process = subprocess.Popen(
            argv,
            cwd=CLONE,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        for line in self.process.stdout:
            self.said += line
            if "Stop with Ctrl-C" in line:
                break
        timer.cancel()
        self.pids = (
            [int(pid) for pid in (folder / "run.pids").read_text().split()] if self.process.poll() is None else []
        )

    @property
    def address(self) -> str:
        return self.said.split("is running at http://")[1].split()[0]

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection(self.address, timeout=20)
        connection.request("GET", path)
        return connection.getresponse().status

    def end(self, sig: int) -> int:
        self.process.send_signal(sig)
        self.said += self.process.stdout.read()
        return self.process.wait(60)


@pytest.mark.slow
def test_one_command_up_killed_up_again_and_down(folder):
    # Below the ports that the system hands out: no connection of somebody else takes the next one meanwhile.
    port = next(one for one in range(20_000, 30_000) if all(run.is_free("127.0.0.1", p) for p in (one, one + 1)))
    with socket.create_server(("127.0.0.1", port)):
        killed = Started(folder, port)
        try:
            assert f"Port {port} is busy: taking {port + 1}." in killed.said
            assert "member@demo.test" in killed.said
            assert [killed.get(path) for path in ("/healthz", "/readyz", "/")] == [200, 200, 200]
            assert len(killed.pids) == 4
        finally:
            killed.end(signal.SIGKILL)

    again = Started(folder, port)
    try:
        assert again.get("/readyz") == 200
        assert not any(map(alive, killed.pids))
    finally:
        code = again.end(signal.SIGINT)
    assert code == 0, again.said
    assert not any(map(alive, again.pids))
    assert not (folder / "run.env").exists()


def test_a_busy_port_is_named_and_the_next_one_taken(capsys):
    with contextlib.ExitStack() as stack:
        busy = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        chosen = run.choose_port("127.0.0.1", busy)
        assert chosen > busy
        assert f"Port {busy} is busy: taking {chosen}" in capsys.readouterr().out


def test_an_address_that_is_not_ours_is_refused_in_words():
    with pytest.raises(ServicesError, match="PORT="):
        run.choose_port("192.0.2.1", 8000)


def test_keys_are_made_once_and_for_our_eyes_only(folder, monkeypatch):
    monkeypatch.setattr(run, "VAR", folder)
    kept = run.keep_secrets()
    assert run.keep_secrets() == kept
    assert (folder / "secrets.json").stat().st_mode & 0o077 == 0
    assert kept["STRIPE_SECRET_KEY"].startswith("sk_test_")


@pytest.mark.parametrize(
    ("given", "address", "hosts"),
    [
        ({}, "http://127.0.0.1:8000", "127.0.0.1"),
        ({"BASE_URL": "https://club.example"}, "https://club.example", "club.example"),
        ({"HOST": "::1"}, "http://[::1]:8000", "[::1]"),
    ],
)
def test_the_address_decides_what_is_allowed(given, address, hosts, monkeypatch):
    monkeypatch.setattr(run, "choose_port", lambda host, wanted: wanted)
    env = dict(given)
    run.web_environment(env)
    assert env["BASE_URL"] == address
    assert hosts in env["ALLOWED_HOSTS"].split(",")
