"""Make `.venv` with the pinned requirements, with nothing but Python: `python3 devtools/venv.py requirements.txt …`.

Runs before anything is installed: standard library only. A stamp of what was installed makes later runs free.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)


def required(name, seen=None):
    """The file and those it includes by -r, with their hashes."""
    seen = {} if seen is None else seen
    text = (ROOT / name).read_text(encoding="utf-8")
    seen[name] = hashlib.sha256(text.encode()).hexdigest()
    for other in re.findall(r"^-r\s+(\S+)", text, re.MULTILINE):
        if other not in seen:
            required(other, seen)
    return seen


def stamp():
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def works():
    """False also after the system's Python changed or the making was killed in the middle."""
    try:
        done = subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def make():
    if sys.version_info < OLDEST:
        here = sys.version.split()[0]
        sys.exit(f"Python 3.{OLDEST[1]} or newer is needed, this is {here}. Name another: make PYTHON=python3.12 …")
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        own = f"python3.{sys.version_info[1]}-venv"
        sys.exit(f"Python's venv is missing. Debian and Ubuntu: apt-get install python3-venv (or {own}).")
    print("Making .venv …", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        sys.exit("Could not make .venv; the lines above say why.")


def ensure(names):
    wanted = {}
    for name in names:
        required(name, wanted)
    here = stamp()
    if os.access(PYTHON, os.X_OK) and all(here.get(name) == value for name, value in wanted.items()):
        return
    if not works():
        make()
    print(f"Installing {', '.join(names)} …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += [word for name in names for word in ("-r", name)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit("pip could not install the requirements; the lines above say why (no network? a proxy?).")
    STAMP.write_text(json.dumps({**stamp(), **wanted}, indent=1))


def main():
    # Two makes at once: the second waits, then finds everything done.
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var" / "venv.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure(sys.argv[1:] or ["requirements.txt"])


if __name__ == "__main__":
    main()
