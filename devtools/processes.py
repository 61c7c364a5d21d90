"""Child processes that never outlive us: started in the foreground, stopped in order, found again after a kill."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOG_LIMIT = 5 * 1024 * 1024
# Threads share one heap and hand back what they let go: eight megabytes less in a worker (glibc; elsewhere nothing).
LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "100000", "MALLOC_MMAP_THRESHOLD_": "65536"}
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec only a plain call is safe.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system user a server runs as when we are root (PostgreSQL refuses to be root)."""

    uid: int
    gid: int

    @classmethod
    def nobody(cls) -> "Account":
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)


def die_with_parent(sig: int) -> None:
    """Ask the kernel to send `sig` to this process when its parent is gone, even by kill -9 (Linux only)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, sig, 0, 0, 0)


def as_account(account: Account | None) -> dict[str, object]:
    """Popen arguments that drop root's rights; the folder we stand in may be closed to that user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": [], "cwd": "/"}


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    on_orphan: int = signal.SIGTERM,
) -> "subprocess.Popen[bytes]":
    """Start a child in its own process group (so that Ctrl-C reaches only us and we stop it in order)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    too_long = log.exists() and log.stat().st_size > LOG_LIMIT
    with open(log, "wb" if too_long else "ab") as out:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            process_group=0,
            preexec_fn=lambda: die_with_parent(on_orphan),
            **as_account(account),
        )


def stop(process: "subprocess.Popen[bytes]", signals: Sequence[tuple[int, float]]) -> None:
    """Send each signal in turn, each with its patience in seconds, until the child is gone; then kill its group."""
    for sig, patience in signals:
        if process.poll() is not None:
            break
        process.send_signal(sig)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def commands() -> Iterable[tuple[int, list[str]]]:
    """(pid, argv) of every process we may look at."""
    if Path("/proc/self/cmdline").exists():
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    argv = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                    yield int(entry.name), [word for word in argv if word]
        return
    listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=False).stdout
    for line in listing.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command.split()


def holding(path: Path, programs: Sequence[str]) -> list[int]:
    """Processes of one of these programs that were started with this path as an argument: left by a killed run."""
    wanted = str(path)
    return [
        pid
        for pid, argv in commands()
        if pid != os.getpid()
        and any(word == wanted or word.endswith("=" + wanted) for word in argv)
        and any(os.path.basename(word) in programs for word in argv[:4])
    ]
